package render

import (
	"math"
	"net/http/httptest"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// scraped is what Prometheus reads.
func scraped(t testing.TB, ended string) map[string]*dto.MetricFamily {
	t.Helper()
	w := httptest.NewRecorder()
	NewLive(state(t, ended, 20)).ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(w.Body)
	if w.Code != 200 || err != nil {
		t.Fatalf("got %d: %v", w.Code, err)
	}
	return families
}

// find is the one metric of a family that has these labels, and no others.
func find(t testing.TB, families map[string]*dto.MetricFamily, name string, kind dto.MetricType, labels map[string]string) *dto.Metric {
	t.Helper()
	f := families["drawmesh_load_"+name]
	if f == nil || f.GetType() != kind || f.GetHelp() == "" {
		t.Fatalf("%s is a %v (%q), want a %v with help", name, f.GetType(), f.GetHelp(), kind)
	}
	for _, m := range f.Metric {
		same := true
		for _, l := range m.Label {
			same = same && labels[l.GetName()] == l.GetValue()
		}
		if same {
			return m
		}
	}
	t.Fatalf("%s has no %v: %v", name, labels, f.Metric)
	return nil
}

// An independent parser reads from /metrics what the report says.
func TestPrometheus(t *testing.T) {
	families := scraped(t, "running")
	writers := map[string]string{"scenario": "writers", "room": "1", "stage": "1"}
	guests := map[string]string{"scenario": "guests", "room": "2", "group": "warmup"}
	with := func(labels map[string]string, name, value string) map[string]string {
		m := map[string]string{name: value}
		for k, v := range labels {
			m[k] = v
		}
		return m
	}
	for _, tt := range []struct {
		name   string
		labels map[string]string
		want   float64
	}{
		{"ops_sent_total", writers, 10},
		{"ops_delivered_total", guests, 6},
		{"ops_disordered_total", writers, 1},
		{"ops_duplicate_total", guests, 2},
		{"own_words_read_total", writers, 11},
		{"own_good_total", with(writers, "result", "false"), 1},
		{"checks_total", with(with(writers, "check", "answered"), "result", "true"), 3},
	} {
		if got := find(t, families, tt.name, dto.MetricType_COUNTER, tt.labels).GetCounter().GetValue(); got != tt.want {
			t.Errorf("%s%v is %v, want %v", tt.name, tt.labels, got, tt.want)
		}
	}
	for name, want := range map[string]float64{
		"links_open": 10, "links_open_of": 12, "bots_joined": 4, "failures": 6, "mesh_seconds": 0.85, "ops_rate_per_second": 550.0 / 3,
	} {
		if got := find(t, families, name, dto.MetricType_GAUGE, nil).GetGauge().GetValue(); math.Abs(got-want) > 1e-9 {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	if got := find(t, families, "own_words_read_KB", dto.MetricType_GAUGE, writers).GetGauge().GetValue(); got != 8 {
		t.Errorf("the gauge is %v, want the last, 8", got)
	}
	h := find(t, families, "latency_seconds", dto.MetricType_HISTOGRAM, writers).GetHistogram()
	sum := 0.0
	for i := range 1000 {
		sum += float64(5000+i*i/10) / 1e6
	}
	if h.GetSampleCount() != 1000 || math.Abs(h.GetSampleSum()-sum) > 1e-3 {
		t.Errorf("%d latencies of %v s in all, want 1000 of %v", h.GetSampleCount(), h.GetSampleSum(), sum)
	}
	if n := len(h.GetBucket()); n != len(durations)+1 {
		t.Errorf("%d buckets, want all %d, and one that has no bound", n, len(durations))
	}
	for _, bucket := range h.GetBucket() {
		within := 0 // of those that the fixture has
		for i := range 1000 {
			if float64(5000+i*i/10)/1e6 <= bucket.GetUpperBound() {
				within++
			}
		}
		if got := int(bucket.GetCumulativeCount()); got < within-5 || got > within+5 {
			t.Errorf("%d within %v s, want %d", got, bucket.GetUpperBound(), within)
		}
	}
	if got := find(t, families, "link_ice_seconds", dto.MetricType_HISTOGRAM, nil).GetHistogram().GetSampleCount(); got != 11 {
		t.Errorf("%d links, want 11", got)
	}
	s := find(t, families, "own_reply_seconds", dto.MetricType_SUMMARY, writers).GetSummary()
	if s.GetSampleCount() != 4 || math.Abs(s.GetSampleSum()-0.046) > 1e-9 || math.Abs(s.GetQuantile()[0].GetValue()-0.002) > 1e-5 {
		t.Errorf("got %v, want 4 replies of 46 ms in all, half of them in 2", s)
	}
}

// Names of the bots' own that Prometheus cannot tell apart get numbers, and no
// name hides the others.
func TestPrometheusNames(t *testing.T) {
	for _, tt := range []struct {
		metric, unit, want string
		scale              float64
	}{
		{"latency", "ms", "latency_seconds", 1e-3},
		{"bytes.link", "bytes", "bytes_link", 1},
		{"memory", "bytes", "memory_bytes", 1},
		{"cpu", "%", "cpu_ratio", 1e-2},
		{"own.a-b.c", "µm/s", "own_a_b_c__m_s", 1},
		{"own.a", "€", "own_a", 1},
	} {
		if got, scale := inBase(tt.metric, tt.unit); got != tt.want || scale != tt.scale {
			t.Errorf("%s in %s is %s, times %v, want %s, times %v", tt.metric, tt.unit, got, scale, tt.want, tt.scale)
		}
	}
	g := gathering{names: make(map[string]string)}
	for _, tt := range [][3]string{{"a_b", "a.b", "a_b"}, {"a_b", "a_b", "a_b_2"}, {"a_b", "a-b", "a_b_3"}, {"a_b", "a.b", "a_b"}} {
		if got := g.distinct(tt[0], tt[1]); got != tt[2] {
			t.Errorf("%s is %s, want %s", tt[1], got, tt[2])
		}
	}
}
