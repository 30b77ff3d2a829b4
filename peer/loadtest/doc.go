// Package loadtest puts many peers into rooms, lets bots draw there, and measures
// what becomes of it: how long links take to open, how long operations are on
// their way, what is lost, and what all of it costs.
//
//	Scenario  bots of one kind: how many, when they come and go, what they do
//	Config    scenarios in their rooms, for how long, and what is broken meanwhile
//	Run       does that, in one process, each bot with a whole [peer.Peer]
//	Measures  what a bot says of itself while it runs
//	Report    what one or several runs measured, as data; figures by their names
//	Merge     reports of processes that shared a room, into one
//	Search    runs, each harder than the last, until a threshold is missed
//
// A run has four phases. Bots join, until every link is open, for 30 seconds at
// most. They draw for [Config.Duration]. They converge, until all hold the same
// drawing, for 30 seconds at most. They leave.
//
// # Bots
//
// A scenario without a Bot draws [Scenario.Segments] at its Rate or its Rates, each
// with a watermark of when it was due, so that latency counts from then: a bot that
// stalls makes nothing look better. What it was too late to draw is unsent.
//
// A [Bot] of one's own does with its peer what it likes. The run measures it from
// beside, by [peer.Options.Trace], and takes none of its events. Whatever it
// writes into the drawing, segments, rectangles, undos, redos and clears, counts:
// who has it, how often and in which order. It is timed from when it was written,
// by those in this process. Previews are not counted, and of other processes'
// bots nobody knows when they wrote something.
//
// A bot that fails or panics ends alone, and the metric bots.failed counts it.
//
// # Figures
//
// [Report.Metric] has them by name, and a [Threshold] holds one to a value, such
// as "latency.p99<50ms" or "ops.lost==0". Those about bots are told by their tags,
// too: "latency.p99{scenario:writers}<50ms". To percentiles, what never came took
// for ever. docs/load.md tells of each figure, and of the report's JSON. The
// subpackage render makes reports fit to be read.
package loadtest
