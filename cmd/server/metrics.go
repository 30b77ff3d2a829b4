package main

import (
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"drawmesh/signaling"
)

// metrics are what Prometheus asks for. The zero value is not usable: see
// newMetrics.
type metrics struct {
	registry *prometheus.Registry
	relays   prometheus.Histogram
}

func newMetrics() *metrics {
	m := &metrics{
		registry: prometheus.NewRegistry(),
		relays: prometheus.NewHistogram(prometheus.HistogramOpts{
			Name:    "drawmesh_relay_seconds",
			Help:    "From a sender's request to the receiver's stream.",
			Buckets: prometheus.ExponentialBuckets(50e-6, 2, 18), // to 6.5 s
		}),
	}
	m.registry.MustRegister(m.relays, collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// relayed takes note of how long a message took.
func (m *metrics) relayed(took time.Duration) { m.relays.Observe(took.Seconds()) }

// watch adds what the servers count.
func (m *metrics) watch(rooms *signaling.Server, ice *iceService) {
	m.registry.MustRegister(counted{rooms, ice})
}

// handler serves /metrics, and /readyz for whoever watches from here.
func (m *metrics) handler(ready http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	mux.Handle("GET /readyz", ready)
	return mux
}

// counted collects the statistics of the servers.
type counted struct {
	rooms *signaling.Server
	ice   *iceService
}

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("drawmesh_"+name, help, labels, nil)
}

var (
	peersDesc     = describe("peers", "Peers, those included whose stream was lost a moment ago.")
	streamsDesc   = describe("streams", "Open event streams.")
	roomsDesc     = describe("rooms", "Rooms with somebody in them.")
	joinsDesc     = describe("joins_total", "Joins of rooms.")
	relaysDesc    = describe("relays_total", "Messages passed from peer to peer.")
	overflowsDesc = describe("overflows_total", "Event streams ended because their readers were slow.")
	bytesDesc     = describe("sent_bytes_total", "Bytes sent on event streams.")
	refusalsDesc  = describe("refusals_total", "Requests that were not served.", "reason")
	turnDesc      = describe("turn_allocations", "Relays that peers have at the TURN server.")
)

func (c counted) Describe(out chan<- *prometheus.Desc) { prometheus.DescribeByCollect(c, out) }

func (c counted) Collect(out chan<- prometheus.Metric) {
	s := c.rooms.Stats()
	gauge := func(d *prometheus.Desc, n int) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, float64(n))
	}
	count := func(d *prometheus.Desc, n uint64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, float64(n), labels...)
	}
	gauge(peersDesc, s.Peers)
	gauge(streamsDesc, s.Streams)
	gauge(roomsDesc, s.Rooms)
	gauge(turnDesc, c.ice.allocations())
	count(joinsDesc, s.Joins)
	count(relaysDesc, s.Relays)
	count(overflowsDesc, s.Overflows)
	count(bytesDesc, s.SentBytes)
	for reason, n := range s.Refusals {
		count(refusalsDesc, n, reason)
	}
}
