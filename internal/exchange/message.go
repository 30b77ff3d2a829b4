package exchange

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	"drawmesh/canvas"
)

// A Message is what a synced peer says as text: a [canvas.Entry], a
// [canvas.Plain], a [Have], a [Want], a [Sums], a [Ping] or a [Bye].
type Message any

// Have says what its sender holds. It is true of what it mentions: a vector of
// more than [canvas.MaxCut] sites takes several, all but the last with More.
type Have struct {
	Have, Dead canvas.Vector
	Sum        canvas.Sum
	More       bool // the rest follows
}

// Want asks for all that its sender lacks, given that it holds Have and knows
// Dead to be dead. The answer is frames. Like Have, it may take several.
type Want struct {
	Have, Dead canvas.Vector
	More       bool // the rest follows
}

// Sums tells each site's share of the sum, for peers that hold equal vectors
// and unequal drawings. Like Have, it may take several.
type Sums struct {
	Sums canvas.SiteSums
	More bool // the rest follows
}

// Ping shows that its sender lives, and what it holds.
type Ping struct{ Sum canvas.Sum }

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
	var fields map[string]json.RawMessage
	if json.Unmarshal(data, &fields) != nil {
		return nil, canvas.ErrUnknown // whatever it is: canvas has found it to be an object
	}
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
	case "sums":
		own, err = parseSums(fields)
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

func parseHave(fields map[string]json.RawMessage) (h Have, err error) {
	if v, ok := count(fields["v"]); !ok || v != version {
		return h, canvas.ErrUnknown // a later protocol's
	}
	w, err := parseWant(fields)
	if err == nil {
		h = Have{Have: w.Have, Dead: w.Dead, More: w.More}
		h.Sum, err = sumOf(fields["sum"])
	}
	return h, err
}

func parseWant(fields map[string]json.RawMessage) (w Want, err error) {
	w.More = string(fields["more"]) == "true"
	if w.Have, err = vector(fields, "have"); err == nil {
		w.Dead, err = vector(fields, "dead")
	}
	return w, err
}

func parseSums(fields map[string]json.RawMessage) (s Sums, err error) {
	s = Sums{Sums: make(canvas.SiteSums), More: string(fields["more"]) == "true"}
	return s, bySite(fields, "sums", func(site canvas.Site, value json.RawMessage) (err error) {
		s.Sums[site], err = sumOf(value)
		return err
	})
}

func parsePing(fields map[string]json.RawMessage) (p Ping, err error) {
	p.Sum, err = sumOf(fields["sum"])
	return p, err
}

func sumOf(value json.RawMessage) (canvas.Sum, error) {
	var text string
	if json.Unmarshal(value, &text) != nil {
		return 0, canvas.ErrSum
	}
	return canvas.ParseSum(text)
}

func vector(fields map[string]json.RawMessage, name string) (canvas.Vector, error) {
	v := make(canvas.Vector)
	return v, bySite(fields, name, func(site canvas.Site, value json.RawMessage) error {
		n, ok := count(value)
		if !ok {
			return fmt.Errorf("%s is no count", site)
		}
		v[site] = n
		return nil
	})
}

// count reads a number from 1 to [canvas.MaxN], however it is written.
func count(value json.RawMessage) (uint32, bool) {
	v, err := strconv.ParseFloat(string(value), 64)
	return uint32(v), err == nil && v >= 1 && v <= canvas.MaxN && v == math.Trunc(v)
}

// bySite reads an object whose members are sites, at most [canvas.MaxCut]. Of two
// for one site the last counts.
func bySite(fields map[string]json.RawMessage, name string, each func(canvas.Site, json.RawMessage) error) error {
	var values map[string]json.RawMessage
	if json.Unmarshal(fields[name], &values) != nil || values == nil {
		return fmt.Errorf("%s: no object", name)
	}
	if len(values) > canvas.MaxCut {
		return fmt.Errorf("%s: %d sites: at most %d", name, len(values), canvas.MaxCut)
	}
	for text, value := range values {
		site, err := canvas.ParseSite(text)
		if err == nil {
			err = each(site, value)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// AppendMessage appends the wire form of m to dst.
func AppendMessage(dst []byte, m Message) []byte {
	switch m := m.(type) {
	case canvas.Message:
		return canvas.AppendMessage(dst, m)
	case Have:
		dst = appendVectors(append(dst, `{"event":"have","v":1,`...), m.Have, m.Dead)
		dst = append(append(append(dst, `,"sum":"`...), m.Sum.String()...), '"')
		return appendMore(dst, m.More)
	case Want:
		return appendMore(appendVectors(append(dst, `{"event":"want",`...), m.Have, m.Dead), m.More)
	case Sums:
		return appendMore(appendSums(append(dst, `{"event":"sums","sums":{`...), m.Sums), m.More)
	case Ping:
		return append(append(append(dst, `{"event":"ping","sum":"`...), m.Sum.String()...), `"}`...)
	case Bye:
		return append(dst, `{"event":"bye"}`...)
	}
	return dst
}

func appendVectors(dst []byte, have, dead canvas.Vector) []byte {
	dst = canvas.AppendVector(append(dst, `"have":`...), have)
	return canvas.AppendVector(append(dst, `,"dead":`...), dead)
}

func appendSums(dst []byte, sums canvas.SiteSums) []byte {
	for i, s := range sitesOf(sums) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), s[:]...), `":"`...)
		dst = append(append(dst, sums[s].String()...), '"')
	}
	return append(dst, '}')
}

func appendMore(dst []byte, more bool) []byte {
	if more {
		dst = append(dst, `,"more":true`...)
	}
	return append(dst, '}')
}

// Split parts h into messages that bounds allow, in the order to send them.
func (h Have) Split() []Have {
	have, dead := h.Have.Split(), h.Dead.Split()
	list := make([]Have, max(len(have), len(dead)))
	for i := range list {
		list[i] = Have{part(have, i), part(dead, i), h.Sum, i < len(list)-1}
	}
	return list
}

// Split parts w into messages that bounds allow, in the order to send them.
func (w Want) Split() []Want {
	have, dead := w.Have.Split(), w.Dead.Split()
	list := make([]Want, max(len(have), len(dead)))
	for i := range list {
		list[i] = Want{part(have, i), part(dead, i), i < len(list)-1}
	}
	return list
}

// Split parts s into messages that bounds allow, in the order to send them.
func (s Sums) Split() []Sums {
	if len(s.Sums) <= canvas.MaxCut {
		return []Sums{s}
	}
	var list []Sums
	for chunk := range slices.Chunk(sitesOf(s.Sums), canvas.MaxCut) {
		part := make(canvas.SiteSums, len(chunk))
		for _, site := range chunk {
			part[site] = s.Sums[site]
		}
		list = append(list, Sums{part, true})
	}
	list[len(list)-1].More = false
	return list
}

func part(parts []canvas.Vector, i int) canvas.Vector {
	if i < len(parts) {
		return parts[i]
	}
	return canvas.Vector{}
}

// sitesOf are the sites of sums, in order.
func sitesOf(sums canvas.SiteSums) []canvas.Site {
	return slices.SortedFunc(maps.Keys(sums), func(a, b canvas.Site) int { return slices.Compare(a[:], b[:]) })
}
