package loadtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	maxMetrics  = 500
	maxReadings = 300 // while bots come and draw
	metricsTime = 2 * time.Second
)

// A serverWatch reads a server's metrics, again and again. One goroutine uses it
// at a time.
type serverWatch struct {
	run      *Run
	address  string
	at       []float64 // of each reading, in milliseconds since the run's start
	readings []map[string]float64
}

// watchServer begins to read the server's metrics, and returns what ends that
// with a last reading. A server that has none is no failure, unless we were told
// that it has.
func (r *Run) watchServer(ctx context.Context) (stop func() *serverWatch, err error) {
	w := &serverWatch{run: r, address: r.cfg.Metrics}
	if w.address == "" {
		w.address = metricsBeside(r.cfg.Rooms[0])
	}
	if err := w.read(ctx); err != nil {
		if r.cfg.Metrics != "" {
			return nil, fmt.Errorf("--metrics %s: %w", w.address, err)
		}
		return func() *serverWatch { return w }, nil
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		every := max((r.cfg.longestRamp()+r.cfg.Duration)/maxReadings, time.Second)
		for wait(ctx, every) {
			_ = w.read(ctx) // of a server that is gone, what it said before is kept
		}
	}()
	return func() *serverWatch {
		cancel()
		<-ended
		_ = w.read(context.WithoutCancel(ctx))
		return w
	}, nil
}

// metricsBeside is where the server of a room may tell its metrics.
func metricsBeside(room string) string {
	u, err := url.Parse(room)
	if err != nil {
		return room
	}
	u.Path, u.RawPath = path.Join(path.Dir(u.Path), "metrics"), ""
	return u.String()
}

// read keeps one more reading.
func (w *serverWatch) read(ctx context.Context) error {
	reading, err := readMetrics(ctx, w.run.http, w.address)
	if err == nil {
		w.at = append(w.at, ms(w.run.since()))
		w.readings = append(w.readings, reading)
	}
	return err
}

var errNoMetrics = errors.New("no metrics there, in the text format of Prometheus")

// readMetrics asks for metrics, in the text format of Prometheus.
func readMetrics(ctx context.Context, transport http.RoundTripper, address string) (map[string]float64, error) {
	ctx, cancel := context.WithTimeout(ctx, metricsTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", address, nil)
	if err != nil {
		return nil, err
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		return nil, errNoMetrics
	}
	m := make(map[string]float64)
	in := bufio.NewScanner(resp.Body)
	for in.Scan() && len(m) < maxMetrics {
		name, value, ok := parseMetric(in.Text())
		if ok {
			m[name] = value
		}
	}
	if len(m) == 0 && in.Err() == nil {
		return nil, errNoMetrics // some other text
	}
	return m, in.Err()
}

// parseMetric parses a line that is no comment: a name, perhaps with labels in
// braces, and a value, perhaps with a time after it.
func parseMetric(line string) (name string, value float64, ok bool) {
	end := strings.LastIndexByte(line, '}') + 1
	if end == 0 {
		end = strings.IndexByte(line, ' ')
	}
	if end <= 0 || strings.HasPrefix(line, "#") || strings.Contains(line[:end], "_bucket{") {
		return "", 0, false
	}
	fields := strings.Fields(line[end:])
	if len(fields) == 0 {
		return "", 0, false
	}
	value, err := strconv.ParseFloat(fields[0], 64)
	return line[:end], value, err == nil && !math.IsNaN(value) && !math.IsInf(value, 0) // JSON has none
}

// gauges are the metrics over time, without what is and stays zero. What a
// reading lacks was zero then: Prometheus has no count before the first event.
func (w *serverWatch) gauges() (gauges []Gauge) {
	names := make(map[string]bool)
	for _, reading := range w.readings {
		for name, v := range reading {
			names[name] = names[name] || v != 0
		}
	}
	for name, counts := range names {
		if !counts {
			continue
		}
		g := Gauge{Name: name}
		steady := true
		for _, reading := range w.readings {
			g.Values = append(g.Values, reading[name])
			steady = steady && reading[name] == g.Values[0]
		}
		g.Before, g.After = g.Values[0], g.Values[len(g.Values)-1]
		if steady {
			g.Values = nil
		}
		gauges = append(gauges, g)
	}
	slices.SortFunc(gauges, func(a, b Gauge) int { return strings.Compare(a.Name, b.Name) })
	return gauges
}
