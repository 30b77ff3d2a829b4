package main

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// What is measured of a real server adds up.
func TestMeasure(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "drawmesh-server")
	if said, err := exec.Command("go", "build", "-o", binary, "../../cmd/server").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, said)
	}
	relays, err := measureRelays(binary, []int{200}, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if m := relays[0]; math.Abs(m.passed-200) > 60 || m.half <= 0 || m.slow < m.half || m.slow > 2*time.Second || m.core > 1.5 {
		t.Errorf("got %+v, want some 200 a second", m)
	}
	joins, err := measureJoins(binary, 2, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if joins.rate < 2*perRoom || joins.core <= 0 || joins.core > 1.5 {
		t.Errorf("got %+v, want more joins", joins)
	}
}

// The picture is XML, with a point for each figure, and all of it is inside.
func TestDraw(t *testing.T) {
	idle := []idling{{1000, 30e6, 6e3, 0.01}, {10_000, 85e6, 6e3, 0.1}}
	relays := []relaying{{500, 500, 1e6, 2e6, 0.1}, {1000, 990, 1e6, 3e6, 0.2}, {2000, 1500, 1e6, 4e9, 1}}
	svg := draw(idle, relays)
	circles := 0
	for d := xml.NewDecoder(strings.NewReader(svg)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatalf("%v: %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok && e.Name.Local == "circle" {
			circles++
		}
	}
	if want := len(idle) + 2*len(relays); circles != want {
		t.Errorf("%d points, want %d", circles, want)
	}
	if strings.Contains(svg, "NaN") || strings.Contains(svg, "Inf") {
		t.Errorf("no numbers: %s", svg)
	}
}

// Messages say when they were due, and nothing else does.
func TestDue(t *testing.T) {
	for _, due := range []time.Duration{0, time.Microsecond, 90 * time.Second} {
		if got, ok := dueOf([]byte(`data: {"peer":{"id":"a"},"data":` + message(due) + "}\n")); !ok || got != due {
			t.Errorf("got %v, %t, want %v", got, ok, due)
		}
	}
	if got, ok := dueOf([]byte("data: {}\n")); ok {
		t.Errorf("got %v of a message that does not say", got)
	}
}
