package exchange

import (
	"cmp"
	"encoding"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"

	"drawmesh/canvas"
)

// A Message is what a synced peer says as text: a [canvas.Message], a [Have], a
// [Want], a [Ping] or a [Bye].
type Message any

// Bounds on one message. More goes into several, all but the last with More.
const (
	maxVector = 1024 // sites
	maxVoid   = 256  // sites
)

// Have says what its sender holds: all of it, or what has changed since it said so
// last. Then of a site that is over it holds 0. It is true of what it mentions, and
// the sum is that of the last message of several.
type Have struct {
	All  bool // forget what was said before; of several messages the first one's
	Have canvas.Vector
	Void []canvas.Site
	// Clear is the one that counts; the zero one if there was none, or it has been
	// told.
	Clear canvas.Clear
	Sum   canvas.Digest
	More  bool // the rest follows
}

// Want asks for all that its sender lacks, given that it holds Have, a clear of
// the time Clear, and proofs against the sites Void. The answer is a clear,
// proofs and frames of runs, and in the end a Have.
type Want struct {
	Have  canvas.Vector
	Clear uint64
	Void  []canvas.Site
	More  bool // the rest follows
}

// Ping shows that its sender lives, and what it holds.
type Ping struct{ Sum canvas.Digest }

// Bye says that its sender leaves.
type Bye struct{}

// ParseMessage decodes one message. Its error is [canvas.ErrUnknown] for what is
// of a later version.
func ParseMessage(data []byte) (Message, error) {
	m, err := canvas.ParseMessage(data)
	if err == nil {
		return m, nil
	}
	if !errors.Is(err, canvas.ErrUnknown) {
		return nil, err
	}
	fields := membersOf(data) // canvas has found it to be an object
	var event string
	if json.Unmarshal(fields["event"], &event) != nil {
		return nil, canvas.ErrUnknown
	}
	var own Message
	switch event {
	case "have":
		own, err = parseHave(fields)
	case "want":
		own, err = parseWant(fields)
	case "ping":
		own, err = parsePing(fields)
	case "bye":
		return Bye{}, nil
	default:
		return nil, canvas.ErrUnknown
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", event, err)
	}
	return own, nil
}

// membersOf are the members of a JSON object, none if it is something else.
func membersOf(data []byte) map[string]json.RawMessage {
	fields := make(map[string]json.RawMessage)
	canvas.Members(data, func(name, value []byte) { fields[string(name)] = value })
	return fields
}

func parseHave(fields map[string]json.RawMessage) (h Have, err error) {
	h = Have{All: isTrue(fields["all"]), More: isTrue(fields["more"])}
	if h.Have, err = vectorOf(fields["have"], 0); err != nil {
		return h, err
	}
	if h.Void, err = sitesOf(fields["void"]); err != nil {
		return h, err
	}
	if clear, there := fields["clear"]; there {
		if h.Clear, err = clearOf(clear); err != nil {
			return h, err
		}
	}
	h.Sum, err = sumOf(fields["sum"])
	return h, err
}

// clearOf reads a clear's time, key and signature.
func clearOf(value json.RawMessage) (c canvas.Clear, err error) {
	fields := membersOf(value) // what is no object has no time
	var ok bool
	if c.T, ok = count(fields["t"], 1, canvas.MaxTime); !ok || text(fields["key"], &c.Key) != nil || text(fields["sig"], &c.Sig) != nil || c.Key == (canvas.PublicKey{}) {
		err = errors.New("clear: no time, key and signature")
	}
	return c, err
}

// text reads a text into what reads one: null is none.
func text(value json.RawMessage, into encoding.TextUnmarshaler) error {
	var s *string
	if err := json.Unmarshal(value, &s); err != nil || s == nil {
		return errors.New("no text")
	}
	return into.UnmarshalText([]byte(*s))
}

func parseWant(fields map[string]json.RawMessage) (w Want, err error) {
	w.More = isTrue(fields["more"])
	if w.Have, err = vectorOf(fields["have"], 1); err != nil {
		return w, err
	}
	if w.Void, err = sitesOf(fields["void"]); err != nil {
		return w, err
	}
	var ok bool
	if w.Clear, ok = count(fields["clear"], 0, canvas.MaxTime); !ok {
		return w, errors.New("clear: no time")
	}
	return w, nil
}

func parsePing(fields map[string]json.RawMessage) (p Ping, err error) {
	p.Sum, err = sumOf(fields["sum"])
	return p, err
}

func isTrue(value json.RawMessage) bool { return string(value) == "true" }

func sumOf(value json.RawMessage) (d canvas.Digest, err error) {
	if text(value, &d) != nil {
		err = canvas.ErrDigest
	}
	return d, err
}

// vectorOf reads an object whose members are sites and counts from least on, at most
// [maxVector]. Of two for one site the last counts.
func vectorOf(value json.RawMessage, least uint64) (canvas.Vector, error) {
	const none = canvas.MaxN + 1
	v := make(canvas.Vector)
	var err error
	object := canvas.Members(value, func(name, value []byte) {
		var site canvas.Site
		err = cmp.Or(err, site.UnmarshalText(name))
		n, ok := count(value, least, canvas.MaxN)
		if !ok {
			n = none
		}
		v[site] = uint32(n)
	})
	switch {
	case !object:
		return nil, errors.New("have: no object")
	case err != nil:
		return nil, fmt.Errorf("have: %w", err)
	case len(v) > maxVector:
		return nil, fmt.Errorf("have: %d sites: at most %d", len(v), maxVector)
	}
	for site, n := range v {
		if n == none {
			return nil, fmt.Errorf("have: %s is no count", site)
		}
	}
	return v, nil
}

// sitesOf reads a list of sites, which may be left out, at most [maxVoid].
func sitesOf(value json.RawMessage) (list []canvas.Site, err error) {
	if value == nil {
		return nil, nil
	}
	if json.Unmarshal(value, &list) != nil || len(list) > maxVoid {
		return nil, fmt.Errorf("void: no list of up to %d sites", maxVoid)
	}
	return list, nil
}

// count reads a whole number within bounds, however it is written.
func count(value json.RawMessage, least, most uint64) (uint64, bool) {
	v, err := strconv.ParseFloat(string(value), 64)
	return uint64(v), err == nil && v >= float64(least) && v <= float64(most) && v == math.Trunc(v)
}

// AppendMessage appends the wire form of m to dst.
func AppendMessage(dst []byte, m Message) []byte {
	switch m := m.(type) {
	case canvas.Message:
		return canvas.AppendMessage(dst, m)
	case Have:
		return appendHave(dst, m)
	case Want:
		dst = canvas.AppendVector(append(dst, `{"event":"want","have":`...), m.Have)
		dst = strconv.AppendUint(append(dst, `,"clear":`...), m.Clear, 10)
		return appendMore(appendVoid(dst, m.Void), m.More)
	case Ping:
		return append(append(append(dst, `{"event":"ping","sum":"`...), m.Sum.String()...), `"}`...)
	case Bye:
		return append(dst, `{"event":"bye"}`...)
	}
	return dst
}

func appendHave(dst []byte, h Have) []byte {
	dst = append(dst, `{"event":"have",`...)
	if h.All {
		dst = append(dst, `"all":true,`...)
	}
	dst = canvas.AppendVector(append(dst, `"have":`...), h.Have)
	if c := h.Clear; c != (canvas.Clear{}) {
		dst = strconv.AppendUint(append(dst, `,"clear":{"t":`...), c.T, 10)
		dst = append(append(append(dst, `,"key":"`...), c.Key.String()...), `","sig":"`...)
		dst = append(append(dst, c.Sig.String()...), `"}`...)
	}
	dst = appendVoid(dst, h.Void)
	dst = append(append(append(dst, `,"sum":"`...), h.Sum.String()...), '"')
	return appendMore(dst, h.More)
}

func appendVoid(dst []byte, void []canvas.Site) []byte {
	if len(void) == 0 {
		return dst
	}
	dst = append(dst, `,"void":[`...)
	for i, s := range void {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), s.String()...), '"')
	}
	return append(dst, ']')
}

func appendMore(dst []byte, more bool) []byte {
	if more {
		dst = append(dst, `,"more":true`...)
	}
	return append(dst, '}')
}

// Split parts h into messages that bounds allow, in the order to send them.
func (h Have) Split() []Have {
	have, void := chunks(h.Have), slices.Collect(slices.Chunk(h.Void, maxVoid))
	list := make([]Have, max(len(have), len(void)))
	for i := range list {
		list[i] = Have{Have: at(have, i, canvas.Vector{}), Void: at(void, i, nil), Sum: h.Sum, More: i < len(list)-1}
	}
	list[0].All, list[0].Clear = h.All, h.Clear
	return list
}

// Split parts w into messages that bounds allow, in the order to send them.
func (w Want) Split() []Want {
	have, void := chunks(w.Have), slices.Collect(slices.Chunk(w.Void, maxVoid))
	list := make([]Want, max(len(have), len(void)))
	for i := range list {
		list[i] = Want{at(have, i, canvas.Vector{}), w.Clear, at(void, i, nil), i < len(list)-1}
	}
	return list
}

// chunks parts a vector, into one part at least.
func chunks(v canvas.Vector) (list []canvas.Vector) {
	if len(v) <= maxVector {
		return []canvas.Vector{v}
	}
	for sites := range slices.Chunk(v.Sites(), maxVector) {
		part := make(canvas.Vector, len(sites))
		for _, s := range sites {
			part[s] = v[s]
		}
		list = append(list, part)
	}
	return list
}

func at[T any](list []T, i int, none T) T {
	if i < len(list) {
		return list[i]
	}
	return none
}
