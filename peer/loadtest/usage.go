package loadtest

import (
	"bytes"
	"os"
	"runtime/metrics"
	"strconv"
	"time"
)

// A reading is what the process and its machine have used so far.
type reading struct {
	at          time.Time
	cpu         time.Duration // of the process
	busy, total float64       // of the machine, in its own units; 0 where it does not say
	rss, heap   int64         // bytes; rss is 0 where the system does not say
	goroutines  int
}

func readUsage() reading {
	r := reading{at: time.Now(), cpu: cpuTime(), rss: residentBytes()}
	r.busy, r.total = machineTime()
	samples := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/sched/goroutines:goroutines"}}
	metrics.Read(samples)
	r.heap = int64(samples[0].Value.Uint64())
	r.goroutines = int(samples[1].Value.Uint64())
	return r
}

// residentBytes is what Linux says of the process's memory.
func residentBytes() int64 {
	fields := procFields("/proc/self/statm")
	if len(fields) < 2 {
		return 0
	}
	return int64(fields[1]) * int64(os.Getpagesize())
}

// machineTime is what Linux says of all processors together: the time in which
// they did something, and all time.
func machineTime() (busy, total float64) {
	fields := procFields("/proc/stat")
	if len(fields) < 8 {
		return 0, 0
	}
	const idle, waiting = 3, 4
	for _, f := range fields[:8] {
		total += f
	}
	return total - fields[idle] - fields[waiting], total
}

// procFields are the numbers on a file's first line; words are left out.
func procFields(path string) (fields []float64) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	for _, word := range bytes.Fields(line) {
		if v, err := strconv.ParseFloat(string(word), 64); err == nil {
			fields = append(fields, v)
		}
	}
	return fields
}

// Usage is what a part used, from before its first bot to the end of drawing.
type Usage struct {
	CPUMS          float64 `json:"cpu_ms"`          // in all
	SetupMS        float64 `json:"setup_cpu_ms"`    // until every link was open
	DrawMS         float64 `json:"draw_cpu_ms"`     // while drawing
	Cores          float64 `json:"cores"`           // of these, busy for us while drawing
	Machine        float64 `json:"machine"`         // of the whole machine, busy while drawing, 0 to 1; 0: not known
	PeakRSS        int64   `json:"peak_rss_bytes"`  // 0: not known
	MeshRSS        int64   `json:"mesh_rss_bytes"`  // what the bots and their links take
	MeshGoroutines int     `json:"mesh_goroutines"` // likewise
	PeakGoroutines int     `json:"peak_goroutines"` //
	SentBytes      int64   `json:"sent_bytes"`      // of UDP payload, while drawing
	ReceivedBytes  int64   `json:"received_bytes"`  // likewise
}

// A Slice is what happened in a short time.
type Slice struct {
	AtMS       float64 `json:"at_ms"` // when it ended
	Drawing    bool    `json:"drawing"`
	Sent       int     `json:"sent"`      // operations
	Delivered  int     `json:"delivered"` // operations
	Open       int     `json:"links_open"`
	Expected   int     `json:"links_expected"`
	Failures   int     `json:"failures"`
	Cores      float64 `json:"cores"`
	Machine    float64 `json:"machine"`
	RSS        int64   `json:"rss_bytes"`
	Heap       int64   `json:"heap_bytes"`
	Goroutines int     `json:"goroutines"`

	Operations []Operations `json:"operations,omitempty"`
	Own        []Measured   `json:"own,omitempty"`
}
