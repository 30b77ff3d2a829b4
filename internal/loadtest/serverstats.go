package loadtest

import (
	"bufio"
	"context"
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
	metricsTime = 2 * time.Second
)

// readMetrics asks the server of a room for its metrics, in the text format of
// Prometheus. A server that has none is no failure.
func readMetrics(ctx context.Context, transport http.RoundTripper, room string) map[string]float64 {
	u, err := url.Parse(room)
	if err != nil {
		return nil
	}
	u.Path, u.RawPath = path.Join(path.Dir(u.Path), "metrics"), ""
	ctx, cancel := context.WithTimeout(ctx, metricsTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, "GET", u.String(), nil)
	if err != nil {
		return nil
	}
	resp, err := transport.RoundTrip(req)
	if err != nil {
		return nil
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		return nil
	}
	m := make(map[string]float64)
	for in := bufio.NewScanner(resp.Body); in.Scan() && len(m) < maxMetrics; {
		name, value, ok := parseMetric(in.Text())
		if ok {
			m[name] = value
		}
	}
	return m
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

// gauges puts two readings side by side, without what is and stays zero.
func gauges(before, after map[string]float64) (gauges []Gauge) {
	for name, v := range after {
		if v != 0 || before[name] != 0 {
			gauges = append(gauges, Gauge{name, before[name], v})
		}
	}
	slices.SortFunc(gauges, func(a, b Gauge) int { return strings.Compare(a.Name, b.Name) })
	return gauges
}
