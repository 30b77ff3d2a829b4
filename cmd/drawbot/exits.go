package main

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"syscall"
)

// The exit statuses. A command ends with the status of the first thing that
// went wrong; what failed comes before what is incomplete.
const (
	exitDone       = 0
	exitFailed     = 1
	exitMisused    = 2
	exitMissed     = 3   // a threshold, or a rule of a healthy room
	exitAlone      = 4   // nobody is there to ask, or to draw for
	exitIncomplete = 5   // somebody was not reached, or not all has come
	exitSignal     = 128 // and the number of the signal that interrupted
)

// exitPipe is the status that a shell gives a program whose output nobody reads.
const exitPipe = exitSignal + int(syscall.SIGPIPE)

// An exit is a way for a command to end.
type exit struct {
	status int
	when   string
}

// The ways to end that several commands share.
var (
	noWayIn = exit{exitFailed, "no server is there, or it refuses: the room is full, the certificate is not trusted"}
	closed  = exit{exitFailed, "the server closed the room to us, for good"}
	badLog  = exit{exitFailed, "a log cannot be read, or lines of it were wrong and passed over"}
	unsaved = exit{exitFailed, "a file cannot be written"}
)

// exits are the ways for each command to end, by its name. Each is played by
// TestExits. The help of the command shows them, and docs/exits.md.
var exits = map[string][]exit{
	"join": {
		{exitDone, "Ctrl-C, or --for is over"},
		noWayIn, closed,
		{exitSignal, "interrupted before it was in the room"},
	},
	"draw": {
		{exitDone, "all has been delivered to everybody who is there, or --for is over and what was drawn has been; or --dry-run has painted it"},
		noWayIn, closed,
		{exitFailed, "the file cannot be read, or is not what it is to be, and nothing was drawn; or lines of it could not be drawn, and the others were"},
		unsaved,
		{exitAlone, "nobody was there within --wait, or all have left"},
		{exitIncomplete, "somebody who was there was never reached"},
		{exitSignal, "interrupted before all was drawn; what was drawn has been delivered, unless that took too long"},
	},
	"record": {
		{exitDone, "Ctrl-C, or --for is over"},
		noWayIn, closed, unsaved,
		{exitIncomplete, "all is written, but somebody who was there was never reached"},
		{exitSignal, "interrupted before the recording began"},
	},
	"snap": {
		{exitDone, "the drawing is written, and whole"},
		noWayIn, unsaved,
		{exitAlone, "nobody is there who keeps a drawing; nothing was written"},
		{exitIncomplete, "the drawing is written, but may lack something: somebody was not reached, or not all came within --timeout or before Ctrl-C"},
		{exitSignal, "interrupted before anybody was met; nothing was written"},
	},
	"keep": {
		{exitDone, "Ctrl-C, and all is stored"},
		noWayIn,
		{exitFailed, "the directory cannot be used, or a drawing could not be stored in the end"},
		{exitIncomplete, "all is stored, but somebody who was there was never reached"},
		{exitSignal, "interrupted before it was in all rooms"},
	},
	"run": {
		{exitDone, "all bots have returned, --for is over or Ctrl-C; with --check, the program can be run"},
		noWayIn, closed,
		{exitFailed, "the program cannot be loaded"},
		{exitFailed, "a bot failed, the program ended the run, or it took more than --memory"},
		{exitMissed, "a check of the program failed"},
		{exitSignal, "interrupted before a bot was in the room"},
	},
	"load": {
		{exitDone, "all bots got in, all links opened, every --threshold was kept; or --find-limit has looked"},
		{exitFailed, "bots did not get in, links did not open, or the server was gone in the end"},
		{exitFailed, "the program of --script cannot be loaded, its setup or teardown failed, it took more than --memory, or a bot aborted the run"},
		{exitFailed, "a file cannot be written, or nothing can be served at the address of --live"},
		{exitMissed, "a --threshold or one of the program's was missed, or a bot failed by its program; also when interrupted"},
		{exitSignal, "interrupted; what was measured is reported"},
	},
	"report merge": {
		{exitDone, "all parts are there, all went well, every --threshold was kept"},
		{exitFailed, "a report cannot be read, or in what it tells of bots did not get in, links did not open, or the server was gone"},
		{exitMissed, "a --threshold was missed"},
		{exitIncomplete, "a part is missing"},
		{exitSignal, "interrupted"},
	},
	"report show": {
		{exitDone, "the report was shown, and every --threshold was kept"},
		{exitFailed, "the report cannot be read, or, with a --threshold, what it tells of failed, as for merge"},
		{exitMissed, "a --threshold was missed"},
		{exitSignal, "interrupted"},
	},
	"render": {
		{exitDone, "the picture is written"},
		badLog, unsaved,
		{exitSignal, "interrupted; the file is as it was before"},
	},
	"replay": {
		{exitDone, "all has been delivered to everybody who is there; with --loop, Ctrl-C"},
		noWayIn, badLog,
		{exitAlone, "nobody was there within --wait"},
		{exitIncomplete, "somebody who was there was never reached"},
		{exitSignal, "interrupted before all was drawn"},
	},
	"stats": {
		{exitDone, "all is told"},
		badLog, unsaved,
		{exitSignal, "interrupted; nothing was told"},
	},
	"verify": {
		{exitDone, "each log is whole, and the picture is theirs"},
		{exitFailed, "a log is not whole, an author has not signed what it says, or the picture is not theirs; what is wrong first is named"},
		{exitSignal, "interrupted: nothing is proved"},
	},
	"doctor": {
		{exitDone, "healthy: the room was looked at, and no rule has failed"},
		{exitMissed, "not healthy: a rule has failed, or the room could not be looked at; what to do is said"},
		{exitSignal, "interrupted; what was seen until then is told"},
	},
	"demo": {
		{exitDone, "all that the bots drew is in the picture"},
		{exitFailed, "the server did not start, or the file cannot be written"},
		{exitIncomplete, "the picture lacks some of what the bots drew"},
		{exitSignal, "interrupted; the picture, if there is one, has what was drawn until then"},
	},
}

// everyExit is how each command may end besides.
var everyExit = []exit{
	{exitMisused, "the command line is wrong; nothing was done"},
	{exitPipe, "whoever reads standard output has stopped"},
}

// statusText is a status in words: of signals, the usual two.
func (e exit) statusText() string {
	if e.status == exitSignal {
		return "130, 143"
	}
	return fmt.Sprint(e.status)
}

// exitHelp is the part of a command's help that tells how it ends.
func exitHelp(name string) string {
	list := exits[name]
	if list == nil {
		return ""
	}
	var b strings.Builder
	fmt.Fprint(&b, "\nExit status:\n")
	all := slices.Concat(list, everyExit)
	slices.SortStableFunc(all, func(a, b exit) int { return cmp.Compare(a.status, b.status) })
	for _, e := range all {
		fmt.Fprintf(&b, "  %-8s  %s\n", e.statusText(), e.when)
	}
	return b.String()
}
