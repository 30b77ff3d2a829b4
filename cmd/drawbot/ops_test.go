package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

const (
	wireClear   = `{"event":"clear"}`
	wireSegment = `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#ff0000"}`
)

var redSegment = canvas.Segment{
	From: canvas.Point{X: 1, Y: 2}, To: canvas.Point{X: 3, Y: 4}, Force: 1, Color: canvas.Color{R: 255, A: 255},
}

func TestReadOps(t *testing.T) {
	tests := []struct {
		name string
		in   string
		want []any
	}{
		{"nothing", "", nil},
		{"wire_form", wireSegment + "\n" + wireClear + "\n", []any{redSegment, canvas.Clear{}}},
		{"no_last_line_feed", wireClear, []any{canvas.Clear{}}},
		{"crlf", wireClear + "\r\n" + wireClear + "\r\n", []any{canvas.Clear{}, canvas.Clear{}}},
		{"byte_order_mark", "\xef\xbb\xbf" + wireSegment + "\r\n" + wireClear, []any{redSegment, canvas.Clear{}}},
		{"empty_lines", "\n\n " + wireClear + "\n\n", []any{canvas.Clear{}}},
		{"records", `{"type":"recording","version":1}` + "\n" +
			`{"type":"peer","id":"a","name":"op","state":"joined"}` + "\n" +
			`{"type":"op","at_ms":1.5,"from":"a","op":` + wireSegment + `}` + "\n", []any{redSegment}},
		{"the_rest_goes_on", "{\n" + wireClear + "\nnonsense\n\n[1]\n" + wireClear,
			[]any{badLine(1), canvas.Clear{}, badLine(3), badLine(5), canvas.Clear{}}},
		{"record_without_op", `{"type":"op","from":"a"}` + "\n" + wireClear, []any{badLine(1), canvas.Clear{}}},
		{"broken_record", `{"type":"op",` + "\n" + wireClear, []any{badLine(1), canvas.Clear{}}},
		{"long_line", strings.Repeat("x", 3*recording.MaxLine) + "\n" + wireClear, []any{badLine(1), canvas.Clear{}}},
		{"long_last_line", wireClear + "\n" + strings.Repeat("x", 3*recording.MaxLine), []any{canvas.Clear{}, badLine(2)}},
		{"longest_line", strings.Repeat(" ", recording.MaxLine-len(wireClear)-1) + wireClear + "\n", []any{canvas.Clear{}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got []any
			for i, err := range readOps(strings.NewReader(tt.in)) {
				var bad *recording.LineError
				switch {
				case errors.As(err, &bad):
					got = append(got, badLine(bad.Line))
				case err != nil:
					t.Fatal(err)
				default:
					got = append(got, i.op)
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

// badLine stands for a line that held no operation.
type badLine int

func TestReadOpsTellsOfAReaderThatFails(t *testing.T) {
	broken := errors.New("the disk is gone")
	var got []string
	for i, err := range readOps(io.MultiReader(strings.NewReader(wireClear+"\n"), failing{broken})) {
		got = append(got, fmt.Sprint(i.op, err))
	}
	want := []string{fmt.Sprint(canvas.Clear{}, nil), fmt.Sprint(nil, broken)}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

func TestInBackgroundEndsWithItsContext(t *testing.T) {
	in, out := io.Pipe()
	defer out.Close() // else the reading would go on
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go io.WriteString(out, wireClear+"\n")
	n := 0
	for i, err := range inBackground(ctx, readOps(in)) {
		if i.op != (canvas.Clear{}) || err != nil {
			t.Errorf("got %v, %v, want a clear", i.op, err)
		}
		n++
		cancel() // while nothing more comes
	}
	if n != 1 {
		t.Errorf("got %d operations, want 1", n)
	}
}
