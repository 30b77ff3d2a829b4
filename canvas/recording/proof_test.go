package recording

import (
	"bytes"
	"context"
	"errors"
	"reflect"
	"strings"
	"testing"

	"drawmesh/canvas"
)

func TestProve(t *testing.T) {
	whole := string(text(t))
	lines := strings.SplitAfter(whole, "\n")
	noEnd := strings.Join(lines[:len(lines)-2], "")
	changed := strings.Replace(whole, `"force":1.5`, `"force":1.6`, 1)
	old := `{"type":"recording","version":1,"room":"x"}` + "\n"
	tests := []struct {
		name, text string
		open       bool
		want       Proof
		err        string
	}{
		{"whole", whole, false, Proof{Recordings: 1, Ops: 14}, ""},
		{"compressed", string(gzipped(t)), false, Proof{Recordings: 1, Ops: 14}, ""},
		{"compressed_by_another_program", string(regzip(t, []byte(whole))), false, Proof{Recordings: 1, Ops: 14}, "its compressed form has been changed, or is another program's: drawbot's own ends in a seal"},
		{"two", whole + whole, false, Proof{Recordings: 2, Ops: 28}, ""},
		{"of_version_1", old, false, Proof{Recordings: 1, Unchecked: 1}, ""},
		{"no_end", noEnd, false, Proof{Recordings: 1, Endless: 1, Ops: 14}, "it has no end after line "},
		{"no_end_is_accepted", noEnd, true, Proof{Recordings: 1, Endless: 1, Ops: 14}, ""},
		{"torn", whole[:len(whole)-9], false, Proof{Recordings: 1, Endless: 1, Ops: 14}, "its last line, "},
		{"the_first_has_no_end", noEnd + whole, false, Proof{Recordings: 1, Endless: 1, Ops: 14}, "line "},
		{"the_second_has_no_end", whole + noEnd, false, Proof{Recordings: 2, Endless: 1, Ops: 28}, "recording 2 has no end after line "},
		{"changed", changed, false, Proof{Recordings: 1}, "line "},
		{"a_line_is_missing", lines[0] + strings.Join(lines[2:], ""), false, Proof{Recordings: 1}, "line "},
		{"empty", "", false, Proof{}, "it is no recording: there is no first line that says so"},
		{"no_header", strings.Join(lines[1:], ""), false, Proof{}, "line 1: no recording begins here: its first line is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Prove(t.Context(), strings.NewReader(tt.text), ProveOptions{Open: tt.open})
			got.Authors = nil // see below
			if tt.err == "" {
				if err != nil || !reflect.DeepEqual(got, tt.want) {
					t.Errorf("got %+v and %v, want %+v", got, err, tt.want)
				}
				return
			}
			if err == nil || !strings.HasPrefix(err.Error(), tt.err) {
				t.Errorf("got %v, want %s", err, tt.err)
			}
		})
	}
	_, err := Prove(t.Context(), strings.NewReader(changed), ProveOptions{Open: true})
	if !errors.Is(err, ErrDamaged) {
		t.Errorf("of changed bytes: got %v, want %v", err, ErrDamaged)
	}
	var end *EndError
	_, err = Prove(t.Context(), strings.NewReader(noEnd+whole), ProveOptions{})
	if !errors.As(err, &end) || end.Ending != Open || end.Recording != 0 {
		t.Errorf("without an end: got %v, want an EndError of the first recording", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Prove(ctx, bytes.NewReader([]byte(whole)), ProveOptions{}); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: got %v", err)
	}
}

// TestProveTellsWhoSigned what they drew, and who lied.
func TestProveTellsWhoSigned(t *testing.T) {
	got, err := Prove(t.Context(), bytes.NewReader(text(t)), ProveOptions{})
	want := []Signed{
		{canvas.Signed{Site: bo, Key: signers["bo"].Key(), First: 7, Last: 9}, ""},
		{canvas.Signed{Site: ana, Key: signers["ana"].Key(), First: 1, Last: 7}, `Ana "<3"`},
		{canvas.Signed{Site: eve, Key: signers["eve"].Key(), First: 1, Last: 2, Void: true}, ""},
	}
	if err != nil || !reflect.DeepEqual(got.Authors, want) {
		t.Errorf("got %+v and %v, want %+v", got.Authors, err, want)
	}
	if got, err := Prove(t.Context(), bytes.NewReader(version(t, "version2")), ProveOptions{}); err != nil || got.Authors != nil {
		t.Errorf("of the first log: got %+v and %v, want nobody", got.Authors, err)
	}
}
