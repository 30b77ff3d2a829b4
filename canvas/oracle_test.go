package canvas

import (
	"encoding/json"
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// plainOracle reads a plain message with encoding/json alone, the slow way.
// What is refused is nil; what is unknown, ErrUnknown.
func plainOracle(data []byte) (Op, error) {
	var m map[string]json.RawMessage
	if len(data) > 65536 || json.Unmarshal(data, &m) != nil || m == nil {
		return nil, nil
	}
	event := "draw"
	if raw, ok := m["event"]; ok {
		if json.Unmarshal(raw, &event) != nil || string(raw) == "null" {
			return nil, ErrUnknown
		}
	} else if m["lastPoint"] == nil {
		return nil, ErrUnknown
	}
	number := func(m map[string]json.RawMessage, name string, limit float64) float64 {
		v := numberOracle(m[name])
		if math.Abs(v) > limit {
			return math.NaN()
		}
		return v
	}
	point := func(name string) Point {
		var p map[string]json.RawMessage
		if json.Unmarshal(m[name], &p) != nil {
			return Point{math.NaN(), 0}
		}
		return Point{number(p, "x", 1e6), number(p, "y", 1e6)}
	}
	optional := func(name string, limit, absent float64) float64 {
		if raw, ok := m[name]; !ok || string(raw) == "null" {
			return absent
		}
		return number(m, name, limit)
	}
	switch event {
	case "draw":
		force := math.Abs(optional("force", 4, 1))
		if force == 0 {
			force = 1
		}
		c, ok := colorOracle(m["color"])
		s := Segment{point("lastPoint"), Point{number(m, "x", 1e6), number(m, "y", 1e6)}, force, c}
		if !ok || math.IsNaN(s.From.X+s.From.Y+s.To.X+s.To.Y+force) {
			return nil, nil
		}
		return s, nil
	case "drawRect":
		c, ok := colorOracle(m["color"])
		r := Rect{point("origin"), number(m, "width", 1e6), number(m, "height", 1e6), optional("lineWidth", 512, 2), c}
		if !ok || !(r.LineWidth > 0) || math.IsNaN(r.Origin.X+r.Origin.Y+r.Width+r.Height) {
			return nil, nil
		}
		if string(m["commit"]) == "true" {
			return r, nil
		}
		return Preview(r), nil
	case "clear":
		return Clear{}, nil
	}
	return nil, ErrUnknown
}

var cssNumber = regexp.MustCompile(`^[ \t\n\r\f]*([+-]?(?:\d*\.\d+|\d+)(?:[eE][+-]?\d+)?)[ \t\n\r\f]*$`)

func numberOracle(raw json.RawMessage) float64 {
	var v any
	if json.Unmarshal(raw, &v) != nil {
		return math.NaN()
	}
	switch v := v.(type) {
	case float64:
		return v
	case string:
		if text := cssNumber.FindStringSubmatch(v); text != nil {
			if f, err := strconv.ParseFloat(text[1], 64); err == nil {
				return f
			}
		}
	}
	return math.NaN()
}

func colorOracle(raw json.RawMessage) (Color, bool) {
	var s string
	if json.Unmarshal(raw, &s) != nil || string(raw) == "null" {
		return Color{}, false
	}
	c, err := ParseColor(s)
	return c, err == nil
}

func FuzzPlainMessage(f *testing.F) {
	for _, s := range []string{
		`{"event":"draw","lastPoint":{"x":125,"y":136},"x":150,"y":153,"force":1,"color":"#9900ff"}`,
		`{"lastPoint":{"x":"1","y":2},"x":3,"y":4,"color":"rgb(1.5, 2, 3)"}`,
		`{"event":"drawRect","commit":true,"origin":{"x":1,"y":2},"color":"red","width":3,"height":4}`,
		`{"event":"clear"}`, `{"event":"draw","x":1e308}`, `{"\u0078":1,"event":"\u0064raw","lastPoint":{"x":0.1,"\u0079":-0}}`,
		` { "lastPoint" : {"x":123456789012345678,"y":1E-7}, "y":[{}, [], "\"", null], "x":-0.30000000000000004}`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		got, err := ParseOp(data)
		want, wantErr := plainOracle(data)
		if got != want || (err == nil) != (want != nil) || errors.Is(err, ErrUnknown) != (wantErr != nil) {
			t.Fatalf("got %+v, %v, want %+v, %v", got, err, want, wantErr)
		}
		if err != nil {
			return
		}
		if err := Check(got); err != nil {
			t.Errorf("Check: %v", err)
		}
		wire := AppendOp(nil, got)
		if !json.Valid(wire) {
			t.Fatalf("%s is no JSON", wire)
		}
		if again, err := ParseOp(wire); again != got {
			t.Errorf("%s came back as %+v, %v", wire, again, err)
		}
	})
}

// The scanner takes what encoding/json takes, and nothing else.
func FuzzScan(f *testing.F) {
	for _, s := range []string{`{}`, `{"a":[1,-0.5e+7,{"b":"\u00e9\n"}],"c":true}`, `{"a":01}`, `{"a":"\x"}`, `{"a":nul}`, "{\"\x01\":1}", "{\"\xff\":1}"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var m fields
		var oracle map[string]json.RawMessage
		want := json.Unmarshal([]byte(s), &oracle) == nil && oracle != nil
		if got := scan([]byte(s), &m); got != want {
			t.Fatalf("got %t, want %t", got, want)
		}
		for i, name := range names {
			if want && string(m[i]) != string(oracle[name]) {
				t.Errorf("%s: got %s, want %s", name, m[i], oracle[name])
			}
		}
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-0", "12.5", "999999999999999", "0.000000000000001", "1e22", "9007199254740993", "123456789.123456"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if len(s) == 0 || strings.Trim(s, "0123456789.-") != "" {
			return
		}
		got, ok := shortNumber([]byte(s))
		want, err := strconv.ParseFloat(s, 64)
		if ok && err == nil && math.Float64bits(got) != math.Float64bits(want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
}

// A message takes no time to refuse, however deep it is.
func TestDeepMessage(t *testing.T) {
	deep := func(n int) []byte {
		return []byte(`{"event":"clear","a":` + strings.Repeat("[", n) + strings.Repeat("]", n) + `}`)
	}
	if op, err := ParseOp(deep(maxDepth - 1)); op != (Clear{}) {
		t.Errorf("got %v, %v, want a clear", op, err)
	}
	if op, err := ParseOp(deep(maxDepth)); err == nil {
		t.Errorf("got %v, want an error", op)
	}
}

var strokes = [...]string{
	`{"event":"draw","lastPoint":{"x":125,"y":136},"x":150,"y":153,"force":1,"color":"#9900ff"}`,
	`{"event":"draw","lastPoint":{"x":1125.25,"y":136.74},"x":1129.5,"y":153.13,"force":1.125,"color":"#4a86e8"}`,
	`{"lastPoint":{"x":5,"y":6},"x":7,"y":8,"color":"rgb(12.3, 200.7, 99.1)"}`,
}

func BenchmarkParseOp(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if _, err := ParseOp([]byte(strokes[i%len(strokes)])); err != nil {
			b.Fatal(err)
		}
	}
}

// The baseline: the same messages by encoding/json, colors not looked at.
func BenchmarkParseOpEncodingJSON(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if err := json.Unmarshal([]byte(strokes[i%len(strokes)]), new(strokeJSON)); err != nil {
			b.Fatal(err)
		}
	}
}

type strokeJSON struct {
	Event string  `json:"event"`
	From  Point   `json:"lastPoint"`
	X     float64 `json:"x"`
	Y     float64 `json:"y"`
	Force float64 `json:"force"`
	Color string  `json:"color"`
}

func BenchmarkAppendOp(b *testing.B) {
	b.ReportAllocs()
	var op PlainOp = Segment{Point{125.25, 136}, Point{150, 153.5}, 1.125, Color{1, 2, 3, 255}}
	buf := make([]byte, 0, 256)
	for b.Loop() {
		buf = AppendOp(buf[:0], op)
	}
}

func BenchmarkAppendOpEncodingJSON(b *testing.B) {
	b.ReportAllocs()
	s := strokeJSON{"draw", Point{125.25, 136}, 150, 153.5, 1.125, "#010203"}
	for b.Loop() {
		if _, err := json.Marshal(&s); err != nil {
			b.Fatal(err)
		}
	}
}
