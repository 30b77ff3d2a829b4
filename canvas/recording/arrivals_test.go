package recording

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// TestArrivals goes through two recordings of one room, of which one has a line
// that is wrong, and looks at how much is drawn before each operation.
func TestArrivals(t *testing.T) {
	line := func(ms, n int) string {
		return fmt.Sprintf(`{"type":"op","at_ms":%d,"op":{"event":"draw","lastPoint":{"x":1,"y":1},"x":9,"y":9,"force":1,"color":"#000000","n":%d,"t":%d,"k":1,"o":"AnaAnaAnaAn"}}`, ms, n, n)
	}
	source := func(name string, lines ...string) Source {
		text := `{"type":"recording","version":1,"started":"2026-05-17T12:00:00Z"}` + "\n" + strings.Join(lines, "\n")
		return Source{name, func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }}
	}
	one := source("one", line(0, 1), line(20, 2), `{"type":"op"}`, line(40, 3))
	two := source("two", line(1, 1), line(21, 2), line(60, 4))
	tests := []struct {
		name  string
		until Moment
		want  string
	}{
		{"all", Moment{}, "0 ms: 0; 20 ms: 1; 40 ms: 2; 60 ms: 3; end: 4; "},
		{"until", Moment{Ops: 5}, "0 ms: 0; 20 ms: 1; 40 ms: 2; end: 3; "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var failed error
			d, got := NewDrawing(), ""
			for at, change := range Arrivals(d, Merge(one, two), tt.until, &failed) {
				if n := d.Log().Len(); at.Record == nil {
					got += fmt.Sprintf("end: %d; ", n)
				} else {
					got += fmt.Sprintf("%d ms: %d; ", at.Record.(Op).At.Milliseconds(), n)
				}
				if want := d.Log().Len() > 0; want != (change.Kind == canvas.Appended) {
					t.Errorf("after %s the picture has changed by %v", got, change)
				}
			}
			if got != tt.want || failed != nil {
				t.Errorf("got %s(%v), want %s", got, failed, tt.want)
			}
		})
	}
	twice := func(name string) Source { return (&memory{text: string(text(t))}).source(name) }
	var failed error
	ops, clears := 0, 0
	for at := range Arrivals(NewDrawing(), Merge(twice("one"), twice("two")), Moment{}, &failed) {
		switch at.Record.(type) {
		case Op:
			ops++
		case Clear:
			clears++
		}
	}
	if ops != 12 || clears != 2 || failed != nil {
		t.Errorf("of two of one: got %d operations and %d clears (%v), want 12 and 2", ops, clears, failed)
	}
	gone := errors.New("gone")
	for range Arrivals(NewDrawing(), Merge(Source{"three", func() (io.ReadCloser, error) { return nil, gone }}), Moment{}, &failed) {
		t.Error("something came of nothing")
	}
	if !errors.Is(failed, gone) {
		t.Errorf("failed is %v, want %v", failed, gone)
	}
}
