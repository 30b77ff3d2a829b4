package loadtest

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"drawmesh/internal/bom"
)

// What a report says of itself. docs/load.md describes the rest. The version
// changes when something is taken out or means something else; what is added
// does not change it.
const (
	reportType    = "drawbot load report"
	reportVersion = 2
)

// A Report is what was measured: by one process, or by several if it is merged.
type Report struct {
	Type     string    `json:"type"`
	Version  int       `json:"version"`
	Room     string    `json:"room"` // its address; of several, the first
	Started  time.Time `json:"started"`
	Settings Settings  `json:"settings"`
	Ended    string    `json:"ended"`             // "done", "interrupted", "aborted", "failed", or "running" if it has not
	Aborted  *Verdict  `json:"aborted,omitempty"` // by which threshold, or by which bot's word
	Parts    []Part    `json:"parts"`

	// Metrics are the figures by name, as thresholds name them.
	Metrics    map[string]Value `json:"metrics"`
	Remarks    []string         `json:"remarks,omitempty"` // what a reader of the metrics should know
	Thresholds []Verdict        `json:"thresholds,omitempty"`
	Limit      *Limit           `json:"limit,omitempty"`
}

// Settings are what was asked for.
type Settings struct {
	Bots         int                `json:"bots"` // of all parts and scenarios, but for those that arrive
	Rooms        int                `json:"rooms"`
	DurationMS   float64            `json:"duration_ms"`
	Gentle       bool               `json:"gentle,omitempty"`
	Chaos        string             `json:"chaos,omitempty"`
	Seed         uint64             `json:"seed"`
	AllowMissing string             `json:"allow_missing,omitempty"` // such as 3 or 5%
	Scenarios    []ScenarioSettings `json:"scenarios"`
}

// ScenarioSettings are what was asked for of one scenario.
type ScenarioSettings struct {
	Name      string  `json:"name"`
	Bots      int     `json:"bots"` // of all parts
	Rooms     int     `json:"rooms"`
	Writers   int     `json:"writers"` // in each room; 0 is all
	Rate      float64 `json:"rate_per_s"`
	Rates     string  `json:"rates_per_s,omitempty"` // such as 10s:60,30s:120
	RampMS    float64 `json:"ramp_ms"`
	Stages    string  `json:"stages,omitempty"` // such as 10s:20,1m:20
	Arrival   float64 `json:"arrival_per_s,omitempty"`
	StayMS    float64 `json:"stay_ms,omitempty"`
	Reconnect bool    `json:"reconnect,omitempty"`
	OwnBots   bool    `json:"own_bots,omitempty"` // of a program, which draw as they like
}

// A Part is what one process measured. Its times are in milliseconds since its
// own start, unless they are said to be since 1970.
type Part struct {
	Part    int    `json:"part"` // from 1
	Of      int    `json:"of"`
	Host    string `json:"host"`
	CPUs    int    `json:"cpus"`
	StartUS int64  `json:"start_us"` // since 1970, by the own clock

	MeshMS     float64      `json:"mesh_ms"`                // until every link was open; below 0: never
	DrawMS     float64      `json:"draw_ms"`                // when drawing began
	LastMS     float64      `json:"last_op_ms"`             // when the last operation was due
	ConvergeMS float64      `json:"converged_ms"`           // from then until all agreed; below 0: never
	SpanMS     float64      `json:"drew_for_ms"`            // how long was drawn
	Sums       []Sum        `json:"sums"`                   // what each room's drawing came to
	Planned    int          `json:"bots_planned"`           // but for those that arrive
	Joined     int          `json:"joined"`                 // bots that got in, of these and those that arrived
	Refused    int          `json:"refused"`                // bots that never did
	Arrived    int          `json:"arrived,omitempty"`      // bots that came later
	Left       int          `json:"left,omitempty"`         // bots that stayed as long as they were to
	Kills      int          `json:"kills,omitempty"`        // by chaos, as the next two
	Cuts       int          `json:"cuts,omitempty"`         // of event streams
	Drops      int          `json:"drops,omitempty"`        // of links
	Open       int          `json:"links_open"`             // ends of links, when drawing had ended
	Expected   int          `json:"links_expected"`         // of these
	Foreign    int          `json:"foreign_ops"`            // operations of strangers
	StreamsCut int          `json:"streams_lost"`           // event streams that ended
	StreamsOut int          `json:"streams_down"`           // and were not back in the end
	LinksLost  int          `json:"links_lost"`             // ends of links
	Bots       []BotResult  `json:"bots"`                   // in the order of their coming
	Links      []Link       `json:"links"`                  // ends of links that opened
	Pairs      []Pair       `json:"pairs"`                  // who heard whom
	Clock      []Clock      `json:"clock,omitempty"`        // how the others' seem from here
	OffsetMS   float64      `json:"offset_ms,omitempty"`    // of a merged part: its clock less the first one's
	WithinMS   float64      `json:"offset_within_ms"`       // and how far that may be off
	Usage      Usage        `json:"usage"`                  // of the machine
	Server     []Gauge      `json:"server,omitempty"`       // its own metrics
	ServerAtMS []float64    `json:"server_at_ms,omitempty"` // when they were read
	Failures   []Cause      `json:"failures"`               // by cause
	Operations []Operations `json:"operations"`             // by who sent them
	Own        []Measured   `json:"own,omitempty"`          // what bots measured themselves
	Slices     []Slice      `json:"slices"`                 // over time
	SliceMS    float64      `json:"slice_ms"`
}

// A BotResult is what became of one bot.
type BotResult struct {
	Name     string  `json:"name"`
	Scenario string  `json:"scenario"`
	Room     int     `json:"room"` // from 1
	Writer   bool    `json:"writer"`
	AtMS     float64 `json:"at_ms"` // when it began to join
	TokenMS  float64 `json:"token_ms"`
	StreamMS float64 `json:"stream_ms"`
	JoinMS   float64 `json:"join_ms"`
	Due      int     `json:"due"`  // operations, while it was to draw
	Sent     int     `json:"sent"` // of these
	End      string  `json:"end"`  // "stayed", "left", "killed", "refused", "lost", "failed" or "interrupted"
	Cause    string  `json:"cause,omitempty"`

	Open       int     `json:"links_open"`     // its ends of links, when drawing had ended
	Expected   int     `json:"links_expected"` // of these
	LinksLost  int     `json:"links_lost,omitempty"`
	StreamsCut int     `json:"streams_lost,omitempty"`
	StreamOut  bool    `json:"stream_down,omitempty"` // in the end
	RanMS      float64 `json:"ran_ms,omitempty"`      // for how long a Bot of one's own did
	Script     bool    `json:"script,omitempty"`      // a script told it what to do
	BusyMS     float64 `json:"busy_ms,omitempty"`     // that took so much processor time
}

// number is the bot's name without that of its life: who else went by its number.
func (b BotResult) number() string {
	part, rest, _ := strings.Cut(b.Name, "-")
	number, _, _ := strings.Cut(rest, "-")
	return part + "-" + number
}

// A Link is one end of a link that opened, and what that took.
type Link struct {
	Bot         string  `json:"bot"`
	Peer        string  `json:"peer"`
	AtMS        float64 `json:"at_ms"` // when it was open
	SignalingMS float64 `json:"signaling_ms"`
	ICEMS       float64 `json:"ice_ms"`
	DTLSMS      float64 `json:"dtls_ms"`
	ChannelMS   float64 `json:"channel_ms"`
}

// A Pair is what one bot has heard of another.
type Pair struct {
	Bot       string  `json:"bot"`
	From      string  `json:"from"`
	Delivered int     `json:"delivered"`
	Late      int     `json:"out_of_order,omitempty"`
	Twice     int     `json:"duplicate,omitempty"`
	Wiped     int     `json:"wiped,omitempty"` // by a clear of a bot's, before they came
	Timed     int     `json:"timed"`           // of the delivered, those that came live
	MeanMS    float64 `json:"mean_ms"`
	MaxMS     float64 `json:"max_ms"`

	SentBytes     int64 `json:"sent_bytes"`     // over the link of the two, by Bot
	ReceivedBytes int64 `json:"received_bytes"` // by Bot
}

// A Sum is what one room's drawing came to.
type Sum struct {
	Room int    `json:"room"` // from 1
	Sum  string `json:"sum"`  // 16 hexadecimal digits; empty if the bots do not agree
}

// A Clock is how the clock of another part seems.
type Clock struct {
	Part    int   `json:"part"`
	LeastUS int64 `json:"least_us"` // that anything seemed to take from there to here
	Count   int64 `json:"count"`
}

// Operations are what became of those of one part's bots that have the same tags.
// ShiftUS was taken off each latency: of the own part 0, else what the clocks
// differ by and the fastest way takes, less 10 ms.
type Operations struct {
	Part    int   `json:"part"`
	ShiftUS int64 `json:"shift_us"`
	Tags
	Sent      int       `json:"sent"`      // by our bots
	Delivered int       `json:"delivered"` // to our bots: operations, times bots
	Late      int       `json:"out_of_order,omitempty"`
	Twice     int       `json:"duplicate,omitempty"`
	Latency   Histogram `json:"latency,omitzero"`
	Pace      Histogram `json:"pace,omitzero"` // by how much ours were drawn late
}

// A Cause is a kind of failure.
type Cause struct {
	What  string  `json:"what"`
	Cause string  `json:"cause"`
	Count int     `json:"count"`
	AtMS  float64 `json:"first_at_ms"`
	Bot   string  `json:"bot"`            // the first one's
	Peer  string  `json:"peer,omitempty"` // and whom it was about
}

// A Gauge is one of the server's metrics.
type Gauge struct {
	Name   string    `json:"name"`
	Before float64   `json:"before"`           // the first time
	After  float64   `json:"after"`            // the last time that the server told
	Values []float64 `json:"values,omitempty"` // each time; none if all are the same
}

// Write writes the report as JSON.
func (r *Report) Write(w io.Writer) error {
	return json.NewEncoder(w).Encode(r)
}

// Read reads a report that was written as JSON.
func Read(in io.Reader) (*Report, error) {
	var r Report
	if err := json.NewDecoder(bom.NewReader(in)).Decode(&r); err != nil {
		return nil, fmt.Errorf("no report: %w", err)
	}
	switch {
	case r.Type != reportType:
		return nil, fmt.Errorf("no report of drawbot load: its type is %q", r.Type)
	case r.Version < reportVersion:
		return nil, fmt.Errorf("a report of version %d, which an older drawbot wrote: this one reads version %d; run the load test again, or read it with that drawbot", r.Version, reportVersion)
	case r.Version > reportVersion:
		return nil, fmt.Errorf("a report of version %d, which a newer drawbot wrote: this one reads version %d", r.Version, reportVersion)
	case len(r.Parts) == 0:
		return nil, fmt.Errorf("a report without parts")
	}
	return &r, nil
}
