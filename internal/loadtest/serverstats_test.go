package loadtest

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
)

func TestServerMetrics(t *testing.T) {
	text := `# HELP streams Open event streams.
# TYPE streams gauge
streams 3
relays_total{event="a b",code="200"} 17 1700000000000
took_bucket{le="0.1"} 4
took_sum 0.25
broken
nothing NaN
idle 0
`
	mediaType := "text/plain; version=0.0.4"
	asked := ""
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.URL.Path
		w.Header().Set("Content-Type", mediaType)
		w.Write([]byte(text))
	}))
	defer s.Close()
	before := readMetrics(t.Context(), http.DefaultTransport, s.URL+"/base/studio")
	if asked != "/base/metrics" {
		t.Errorf("asked for %s, want /base/metrics", asked)
	}
	text = "streams 0\nrelays_total{event=\"a b\",code=\"200\"} 40\nidle 0\n"
	after := readMetrics(t.Context(), http.DefaultTransport, s.URL+"/base/studio")
	want := []Gauge{{`relays_total{event="a b",code="200"}`, 17, 40}, {"streams", 3, 0}}
	if got := gauges(before, after); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := before["took_sum"]; got != 0.25 || len(before) != 4 {
		t.Errorf("got %v, want four metrics, and none of the buckets", before)
	}
	mediaType = "text/html"
	if got := readMetrics(t.Context(), http.DefaultTransport, s.URL+"/studio"); got != nil {
		t.Errorf("got %v from a page, want nothing", got)
	}
}
