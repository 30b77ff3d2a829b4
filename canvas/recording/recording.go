// Package recording reads and writes recordings: what was drawn in a room, by
// whom and when, as lines of JSON. The format is in docs/recording.md.
//
//	{"type":"recording","version":3,"room":"http://…","started":"2026-…", … }
//	{"type":"who","id":"0198…","name":"Ana","site":"l5…"}
//	{"type":"key","key":"mP…","n":0}
//	{"type":"op","at_ms":1041.2,"from":"0198…","op":{"event":"draw", … ,"n":1,"t":28…,"k":1,"o":"l5…"}}
//	{"type":"head","o":"l5…","n":1,"sig":"vV…"}
//	{"type":"check","at_ms":2000,"lines":5,"ops":1,"sum":"6c0f…","hash":"9b2e…"}
//	{"type":"end","at_ms":2731.5,"lines":6,"ops":1,"sum":"6c0f…","hash":"03f1…"}
//
// A recording is a log. [Drawing] makes one [canvas.Log] of one recording or of
// several, and says what its authors have signed. Each check vouches for every byte
// before it, so that no change goes unnoticed, and a recording that lacks its end was
// not finished.
//
// Files of recordings are a [Source] each. [Merge] reads several in the order of
// their times, [Combine] makes one drawing of them and finds the [Authors] under
// all their names, and [Prove] proves that one is as it was written.
//
// It knows neither the network nor pixels.
package recording

import (
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
)

// Version is that of the format which [Writer] writes. [Reader] also reads
// version 1, which has no checks, and version 2, which nobody has signed.
const Version = 3

// MaxLine bounds a line, in bytes: an operation's message and what is around it.
const MaxLine = canvas.MaxMessage + 4096

// A Record is what a line says: a [Header], a [Who], an [Op], a [Clear], a [Base], a
// [Head], a [Lie], a [Preview] or a [Check], and in what was recorded before
// version 3 a [Dead] or a [Forget].
type Record interface{ record() }

// A Header is a recording's first line. Where there is another further on,
// another recording begins.
type Header struct {
	Version int       `json:"version"`          // of the format
	Raster  int       `json:"raster,omitempty"` // of the pixels, where a picture was made
	Room    string    `json:"room"`             // its address
	Started time.Time `json:"started"`

	// How the recorder's own picture was made, in pixels and as a CSS color.
	Width      int    `json:"width"`
	Height     int    `json:"height"`
	Background string `json:"background"`
}

// Who says what somebody is called. Who speaks the plain protocol has no site,
// and one peer may write as several sites, one after another.
type Who struct {
	ID   string      `json:"id,omitempty"` // of the peer; empty: not known
	Name string      `json:"name"`
	Site canvas.Site `json:"site,omitzero"`
}

// An Op is an entry of the log as it came.
type Op struct {
	At   time.Duration // since the recording started, to the microsecond
	From string        // the peer that drew it, if that was known

	// Entry has no place in a log, its N is 0, where a program wrote down an
	// operation as a plain peer sees it. Its T says when it was drawn, unless its
	// Site is of the first log.
	Entry canvas.Entry

	// Stroke is what such a program says that the operation is part of or, if it
	// is an Undo or a Redo, about. None means that it does not say: these are
	// about the latest stroke then.
	Stroke canvas.Stroke
}

// A Clear wiped what was drawn before it.
type Clear struct {
	At   time.Duration // since the recording started, to the microsecond
	From string        // the peer that cleared, if that was known

	Clear canvas.Clear       // zero where a program wrote down a plain peer's
	First *canvas.FirstEntry // of the first log: the entry that it was
}

// A Base is where the entries of a site begin in a recording: after the one with the
// number N, up to which all is dead and whose chain is known.
type Base struct {
	Key   canvas.PublicKey
	N     uint32
	Chain canvas.Chain // of no meaning for N 0
}

// A Head vouches for all entries of a site before it.
type Head struct{ Head canvas.Head }

// A Lie is the proof that a site has told two stories: nothing of it counts.
type Lie struct {
	At    time.Duration
	Proof *canvas.Proof
}

// A Preview is of a program that wrote down what others saw of a rectangle while
// it was dragged. It is no part of the drawing.
type Preview struct {
	At      time.Duration
	From    string
	Preview canvas.Preview
}

// Dead says that so many entries of some sites had been cleared: a recording
// lacks them, and is none the worse for it.
type Dead struct{ Dead canvas.Vector }

// Forget says that the recorder gave up its live entries of a site: they turned
// out to be others than those of the site's author. What is right follows.
type Forget struct {
	Site canvas.Site `json:"site"`
}

// A Check vouches for all of the recording before it.
type Check struct {
	At    time.Duration
	Lines int    // before it
	Ops   int    // among these, clears included
	Sum   string // of the recorder's log, in hexadecimal: see [Drawing.Sum]
	End   bool   // the recording has been finished
}

func (Header) record()  {}
func (Who) record()     {}
func (Op) record()      {}
func (Clear) record()   {}
func (Base) record()    {}
func (Head) record()    {}
func (Lie) record()     {}
func (Preview) record() {}
func (Dead) record()    {}
func (Forget) record()  {}
func (Check) record()   {}

// ErrDamaged means that bytes before a check, or those of the check itself, are
// not what was written.
var ErrDamaged = errors.New("the recording has been changed, or is damaged")

var errLong = fmt.Errorf("longer than %d bytes", MaxLine)

// A LineError is about one line. Reading can go on behind it.
type LineError struct {
	Line int // from 1
	Err  error
}

func (e *LineError) Error() string { return fmt.Sprintf("line %d: %v", e.Line, e.Err) }
func (e *LineError) Unwrap() error { return e.Err }
