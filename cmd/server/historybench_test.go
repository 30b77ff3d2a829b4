package main

import (
	"testing"
	"time"
)

// BenchmarkPageHistory measures what it takes to go back in a drawing of 100,000 segments:
// until the history is there, once all its checkpoints are, and a frame for each of 300
// moments, near ones and far ones, that a hand drags to; beside that, the frames of the
// same page while nothing happens.
func BenchmarkPageHistory(b *testing.B) {
	const segments = 100_000
	server := startProcess(b, "--port=0", "--token-secret", longSecret)
	spiral(b, enter(b, server.url+"/full"), segments)
	browser := newBrowser(b)
	for b.Loop() {
		p := browser.open(server.url + "/full")
		p.wait(`document.documentElement.dataset.synced === "1" && document.documentElement.dataset.agree === "true"`)
		quiet(p)
		eval[any](p, `(() => {
			globalThis.tasks = [];
			new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration))).observe({ type: "longtask" });
			globalThis.frames = async (count, each) => {
				const times = [];
				for (let i = 0, before = performance.now(); i < count; i++) {
					each(i);
					await new Promise(requestAnimationFrame);
					times.push(performance.now() - before);
					before = performance.now();
				}
				return times;
			};
		})()`)
		idle := eval[[]float64](p, `frames(300, () => {})`)
		begun := time.Now()
		p.backInTime()
		b.ReportMetric(time.Since(begun).Seconds(), "open-s")
		drag := func(name, moment string) {
			list := eval[[]float64](p, `frames(300, (i) => {
				const slider = document.querySelector("#when");
				slider.value = slider.max * (`+moment+`);
				slider.dispatchEvent(new Event("input"));
			})`)
			b.ReportMetric(quantile(list, 0.5), name+"-frame-p50-ms")
			b.ReportMetric(quantile(list, 0.95), name+"-frame-p95-ms")
			b.ReportMetric(quantile(list, 1), name+"-frame-max-ms")
		}
		drag("first-drag", "1 - i / 300")
		p.wait(`new Promise((resolve) => setTimeout(() => resolve(true), 3000))`)
		drag("drag", "0.5 + 0.5 * Math.sin(i / 20)")
		drag("leap", "(i * 0.618) % 1")
		b.ReportMetric(quantile(idle, 0.5), "idle-frame-p50-ms")
		b.ReportMetric(quantile(idle, 0.95), "idle-frame-p95-ms")
		for name, at := range map[string]string{"near": "0.502", "far": "0.1"} {
			took := eval[float64](p, `new Promise((resolve) => {
				const [slider, past] = [document.querySelector("#when"), document.querySelector("#past")];
				const go = (share) => {
					slider.value = slider.max * share;
					slider.dispatchEvent(new Event("input"));
				};
				go(0.5);
				setTimeout(() => {
					const begun = performance.now();
					new MutationObserver(() => resolve(performance.now() - begun)).observe(past, { attributes: true, attributeFilter: ["data-position"] });
					go(`+at+`);
				}, 1000);
			})`)
			b.ReportMetric(took, name+"-shown-ms")
		}
		tasks := eval[[]float64](p, `tasks`)
		b.ReportMetric(float64(len(tasks)), "tasks-over-50ms")
		b.ReportMetric(quantile(append(tasks, 0), 1), "longest-task-ms")
		b.ReportMetric(heap(p), "heap-MB")
		p.press("\x1b")
		b.ReportMetric(heap(p), "closed-heap-MB")
		p.close()
	}
	b.ReportMetric(0, "ns/op")
}
