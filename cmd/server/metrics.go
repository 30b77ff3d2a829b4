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

// watch adds what others count.
func (m *metrics) watch(c counted) { m.registry.MustRegister(c) }

// handler serves /metrics, and how the server is for whoever watches from here.
func (m *metrics) handler(well *health) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{}))
	well.handle(mux)
	return mux
}

// counted collects the statistics of the server's parts.
type counted struct {
	rooms  *signaling.Server
	ice    *iceService
	conns  *connections
	floods *floods
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
	turnNotDesc   = describe("turn_refusals_total", "Relays that peers were refused, for there were too many.")
	connsDesc     = describe("connections", "Connections over HTTP.")
	mostDesc      = describe("connections_limit", "How many connections there may be.")
	notTakenDesc  = describe("connections_refused_total", "Connections not taken, or told that there is no room.", "reason")
	panicsDesc    = describe("panics_total", "Requests that failed by a fault of the server's own.")

	busUpDesc      = describe("bus_up", "Whether the bus to the other servers is within reach.")
	busServersDesc = describe("bus_servers", "Other servers that share this one's rooms.")
	busWaitingDesc = describe("bus_waiting", "Messages that wait to be sent to other servers.")
	busSentDesc    = describe("bus_messages_total", "Messages to other servers; lost ones reached none.", "outcome")
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
	count(turnNotDesc, c.ice.refusals())
	open, most := c.conns.size()
	gauge(connsDesc, open)
	gauge(mostDesc, most)
	count(notTakenDesc, c.conns.full.count(), "full")
	count(notTakenDesc, c.conns.crowded.count(), "address")
	count(notTakenDesc, c.conns.starved.count(), "descriptors")
	count(panicsDesc, c.floods.panic.count())
	if bus := s.Bus; bus != nil {
		up := 1
		if bus.Away {
			up = 0
		}
		gauge(busUpDesc, up)
		gauge(busServersDesc, bus.Servers)
		gauge(busWaitingDesc, bus.Waiting)
		count(busSentDesc, bus.Sent, "sent")
		count(busSentDesc, bus.Lost, "lost")
	}
}
