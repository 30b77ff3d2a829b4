package render

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// chromium starts a browser, whose pages may throw nothing.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		t.Fatal("this test drives Chromium: apt-get install chromium")
	}
	opts := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.WindowSize(1000, 800))
	ctx, cancel := chromedp.NewExecAllocator(t.Context(), opts...)
	t.Cleanup(cancel)
	ctx, cancel = chromedp.NewContext(ctx)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting chromium: %v", err)
	}
	if err := chromedp.Listen(ctx, func(ev any) {
		if thrown, ok := ev.(*runtime.EventExceptionThrown); ok {
			t.Errorf("the page threw %v", thrown.ExceptionDetails.Text)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// look is what a page shows: pictures, how many pixels of the page, or of a
// section, lie outside the window, texts that leave their cells, are too small or
// over one another.
const look = `(() => {
	const box = (e) => e.getBoundingClientRect();
	const seen = [...document.querySelectorAll("svg text, .row, .column, .tile b, .tile span, td, th")].filter((e) => box(e).width > 0);
	const plotted = seen.filter((e) => e.matches("text"));
	const over = (a, b) => a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 2 && b.top < a.bottom - 2;
	const name = (e) => e.textContent.trim();
	return {
		title: document.title,
		pictures: [...document.querySelectorAll(".picture")].filter((s) => box(s).height > 50).length,
		wide: document.documentElement.scrollWidth - innerWidth,
		outside: seen.filter((e) => box(e).right > innerWidth || box(e).left < 0).map(name).join("; "),
		scrolled: [...document.querySelectorAll("section")].filter((s) => s.scrollWidth > s.clientWidth).map((s) => s.querySelector("h2").textContent).join("; "),
		spilled: seen.filter((e) => e.matches("td, th") && e.scrollWidth > e.clientWidth).map(name).join("; "),
		small: seen.filter((e) => parseFloat(getComputedStyle(e).fontSize) < 11 || e.matches("text") && box(e).height < 11).map(name).join("; "),
		overlap: plotted.flatMap((a, i) => plotted.slice(i + 1).filter((b) => a.closest(".plot") === b.closest(".plot") && over(box(a), box(b))).map((b) => name(a) + " over " + name(b))).join("; "),
		ground: getComputedStyle(document.body).backgroundColor,
		cells: document.querySelectorAll(".heat").length, holes: document.querySelectorAll(".none").length,
	};
})()`

// In Chromium the page shows all of its pictures, in light and dark, on wide
// windows and on telephones, where nothing has to be scrolled sideways and
// everything can be read, and does nothing that a stranger told it to.
func TestPageInChromium(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.html")
	if err := os.WriteFile(file, []byte(written(t, report(t))), 0o644); err != nil {
		t.Fatal(err)
	}
	ctx := chromium(t)
	grounds := make(map[string]string)
	for _, scheme := range []string{"light", "dark"} {
		for _, width := range []int64{1200, 400} {
			if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
				Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
			}); err != nil {
				t.Fatal(err)
			}
			if err := chromedp.Do(ctx, chromedp.EmulateViewport(width, 800), chromedp.Navigate("file://"+file)); err != nil {
				t.Fatal(err)
			}
			seen, err := chromedp.Run(ctx, chromedp.Evaluate[map[string]any](look))
			if err != nil {
				t.Fatal(err)
			}
			if seen["pictures"] != 13.0 || seen["cells"] != 22.0 || seen["holes"] != 2.0 {
				t.Errorf("%s, %d wide: got %v pictures, %v cells and %v holes, want 13, 22 and 2", scheme, width, seen["pictures"], seen["cells"], seen["holes"])
			}
			if seen["wide"].(float64) > 0 {
				t.Errorf("%s: the page is %v pixels wider than a window of %d", scheme, seen["wide"], width)
			}
			for _, flaw := range []string{"outside", "scrolled", "spilled", "small", "overlap"} {
				if got := seen[flaw]; got != "" {
					t.Errorf("%s, %d wide: %s: %v", scheme, width, flaw, got)
				}
			}
			if title := seen["title"].(string); !strings.HasPrefix(title, "drawbot load: ") {
				t.Errorf("the title is %q", title)
			}
			grounds[scheme] = seen["ground"].(string)
		}
	}
	if grounds["light"] == grounds["dark"] {
		t.Errorf("the page is %s in light and in dark", grounds["light"])
	}
}
