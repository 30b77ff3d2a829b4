package loadtest

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
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
	r := &Run{cfg: Config{Rooms: []string{s.URL + "/base/studio"}}, http: http.DefaultTransport}
	w := &serverWatch{run: r, address: metricsBeside(r.cfg.Rooms[0])}
	if err := w.read(t.Context()); err != nil || asked != "/base/metrics" {
		t.Errorf("asked for %s (%v), want /base/metrics", asked, err)
	}
	before := w.readings[0]
	text = "streams 0\nrelays_total{event=\"a b\",code=\"200\"} 40\nidle 0\nrefused 2\ntook_sum 0.25\n"
	if err := w.read(t.Context()); err != nil {
		t.Error(err)
	}
	want := []Gauge{
		{"refused", 0, 2, []float64{0, 2}}, {`relays_total{event="a b",code="200"}`, 17, 40, []float64{17, 40}},
		{"streams", 3, 0, []float64{3, 0}}, {"took_sum", 0.25, 0.25, nil},
	}
	if got := w.gauges(); !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := before["took_sum"]; got != 0.25 || len(before) != 4 {
		t.Errorf("got %v, want four metrics, and none of the buckets", before)
	}
	text = "User-agent: *\nDisallow:\n"
	if err := w.read(t.Context()); err != errNoMetrics || len(w.readings) != 2 {
		t.Errorf("got %v and %d readings from another text, want none", err, len(w.readings)-2)
	}
	mediaType = "text/html"
	if err := w.read(t.Context()); err != errNoMetrics || len(w.readings) != 2 {
		t.Errorf("got %v and %d readings from a page, want none", err, len(w.readings)-2)
	}
}

// What a server told before it died is kept, and what it was like when.
func TestServerMetricsOutliveTheServer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 3)
		rooms, began := w.handler, time.Now()
		w.http.Kill()
		w.http.Start(http.HandlerFunc(func(rw http.ResponseWriter, req *http.Request) {
			if req.URL.Path != "/figures" {
				rooms.ServeHTTP(rw, req)
				return
			}
			rw.Header().Set("Content-Type", "text/plain")
			fmt.Fprintf(rw, "age %d\n", time.Since(began).Milliseconds())
			fmt.Fprintf(rw, "streams %d\n", rooms.Stats().Streams)
		}))
		w.cfg.Metrics = "http://server/figures"
		r := w.start()
		go func() {
			<-r.drawing
			time.Sleep(2 * time.Second)
			w.http.Kill()
		}()
		p := w.end().Parts[0]
		if n := len(p.ServerAtMS); n < 3 || p.ServerAtMS[n-1] > p.DrawMS+2000 || p.ServerAtMS[n-1] < p.DrawMS+1000 {
			t.Fatalf("read at %v ms, want each second until %v", p.ServerAtMS, p.DrawMS+2000)
		}
		if len(p.Server) != 2 || !slices.Equal(p.Server[0].Values, p.ServerAtMS) {
			t.Errorf("got %v, want its age at %v", p.Server, p.ServerAtMS)
		}
		if s := p.Server[1]; s.Before != 0 || s.After != 3 || len(s.Values) != len(p.ServerAtMS) {
			t.Errorf("got %v streams, want 0 at first and 3 in the end", s)
		}
	})
}

// Who says where the metrics are is told if they are not.
func TestNoServerMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, 2)
		w.cfg.Metrics = "http://server/metrics"
		if rep, err := w.start().Do(t.Context()); rep != nil || err == nil || !strings.Contains(err.Error(), "--metrics http://server/metrics: no metrics there") {
			t.Errorf("got %v and a report: %t, want that there are no metrics", err, rep != nil)
		}
	})
}
