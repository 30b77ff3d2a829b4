package render

import (
	"html/template"
	"strings"

	"drawmesh/peer/loadtest"
)

// A server is what one part has read of its server's metrics.
type server struct {
	Part   int
	Charts []chart
	Gauges []loadtest.Gauge
}

// A chart is a picture and what it shows.
type chart struct {
	Name    string
	Picture template.HTML
}

// A curve is one of the server's metrics in a chart.
type curve struct {
	name, class, metric string
	rate                bool // what is shown is by how much it grows a second
}

// serverCharts are of the metrics that a server of ours has.
var serverCharts = []struct {
	name   string
	format func(float64) string
	curves []curve
}{
	{"Peers, event streams, rooms", plain, []curve{
		{"rooms", "c3", "drawmesh_rooms", false}, {"streams", "c2", "drawmesh_streams", false}, {"peers", "c1", "drawmesh_peers", false}}},
	{"Messages relayed, joins and refusals a second", perSecond, []curve{
		{"refusals", "c3", "drawmesh_refusals_total", true}, {"joins", "c2", "drawmesh_joins_total", true}, {"relays", "c1", "drawmesh_relays_total", true}}},
	{"Processors, in percent of one", percents, []curve{{"server", "c1", "process_cpu_seconds_total", true}}},
	{"Memory", megabytes, []curve{
		{"resident", "c1", "process_resident_memory_bytes", false}, {"heap", "c2", "go_memstats_heap_inuse_bytes", false}}},
}

// servers are those of all parts that have read something.
func servers(r *loadtest.Report) (all []server) {
	for _, p := range r.Parts {
		if len(p.Server) == 0 {
			continue
		}
		s := server{Part: p.Part, Gauges: p.Server}
		for _, c := range serverCharts {
			if picture := serverChart(p, c.name, c.format, c.curves); picture != "" {
				s.Charts = append(s.Charts, chart{c.name, picture})
			}
		}
		all = append(all, s)
	}
	return all
}

// serverChart is empty if there is nothing to show.
func serverChart(p loadtest.Part, name string, format func(float64) string, curves []curve) template.HTML {
	var lines []line
	top := 0.0
	for _, c := range curves {
		values := readings(p, c.metric)
		if values == nil {
			continue
		}
		l := line{name: c.name, class: c.class}
		for i, v := range values {
			at := p.ServerAtMS[i] / 1000
			if c.rate {
				if i == 0 {
					continue
				}
				v = max(v-values[i-1], 0) / max(at-p.ServerAtMS[i-1]/1000, 0.001) // a server that began anew counts from 0
			}
			l.points = append(l.points, point{at, v})
			top = max(top, v)
		}
		lines = append(lines, l)
	}
	if top == 0 {
		return ""
	}
	return overTime(p.ServerAtMS[len(p.ServerAtMS)-1], top, format, name, lines...)
}

// readings is a metric each time, with all of its labels together; nil if there
// is none.
func readings(p loadtest.Part, metric string) (sum []float64) {
	for _, g := range p.Server {
		if name, _, _ := strings.Cut(g.Name, "{"); name != metric {
			continue
		}
		if sum == nil {
			sum = make([]float64, len(p.ServerAtMS))
		}
		for i := range sum {
			v := g.Before
			if i < len(g.Values) {
				v = g.Values[i]
			}
			sum[i] += v
		}
	}
	return sum
}
