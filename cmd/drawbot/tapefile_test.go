package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// TestTapeFileFollows adds a recording to one whose recorder was killed at any
// moment: all that could be read of it before can be read after, and of the new
// one every byte is vouched for.
func TestTapeFileFollows(t *testing.T) {
	for _, name := range []string{"log.ndjson", "log.ndjson.gz"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			tapeTo(t, path, 3)
			whole := readFile(t, path)
			step := 1
			if testing.Short() {
				step = 7
			}
			for n := len(whole); n >= 0; n -= step {
				if err := os.WriteFile(path, whole[:n], 0o666); err != nil {
					t.Fatal(err)
				}
				before, _ := recordsOf(t, path)
				tapeTo(t, path, 2)
				after, r := recordsOf(t, path)
				if len(after) < len(before) || len(before) > 0 && !reflect.DeepEqual(after[:len(before)], before) {
					t.Fatalf("cut after %d bytes: got %v, want it to begin with %v", n, after, before)
				}
				compressed, sealed := r.Compressed()
				// A check that lacked nothing but its line feed has it now.
				if more := len(after) - len(before); more != 5 && more != 6 || r.Ending() != recording.Closed || compressed != sealed {
					t.Fatalf("cut after %d bytes: got %v, ending %v, sealed %v, want a whole recording after %v", n, after, r.Ending(), sealed, before)
				}
			}
		})
	}
}

// tapeTo records so many operations, and checks in between, to path.
func tapeTo(t *testing.T, path string, ops int) {
	t.Helper()
	l, err := openTape(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.begin(recording.Header{Room: strings.Repeat("x", ops)})
	if err != nil {
		t.Fatal(err)
	}
	log := canvas.NewLog(canvas.Site([]byte("AnaAnaAnaAn")))
	for range ops {
		e, err := log.Draw(box, 0)
		if err == nil {
			err = w.Op(recording.Op{Entry: e})
		}
		if err == nil && e.N == 1 {
			err = w.Check(0, log.Sum())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, err := range []error{w.Close(0, log.Sum()), l.missing(), l.close(nil), l.close(nil)} {
		if err != nil {
			t.Error(err)
		}
	}
}

// recordsOf are what can be read at path, in which nothing may be wrong.
func recordsOf(t *testing.T, path string) (records []recording.Record, r *recording.Reader) {
	t.Helper()
	r = recording.NewReader(bytes.NewReader(readFile(t, path)))
	for {
		rec, err := r.Next()
		if err == io.EOF {
			return records, r
		}
		if err != nil {
			t.Fatalf("%s: %v", readFile(t, path), err)
		}
		records = append(records, rec)
	}
}

// TestTapeFileFollowsInTheFormThatIsThere whatever the file is called.
func TestTapeFileFollowsInTheFormThatIsThere(t *testing.T) {
	dir := t.TempDir()
	for from, to := range map[string]string{"a.ndjson": "b.ndjson.gz", "c.ndjson.gz": "d.ndjson"} {
		from, to = filepath.Join(dir, from), filepath.Join(dir, to)
		tapeTo(t, from, 1)
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
		tapeTo(t, to, 1)
		if records, _ := recordsOf(t, to); len(records) != 8 {
			t.Errorf("%s: got %v, want two recordings of 4 records", to, records)
		}
	}
}

// TestTapeFileRefuses what it could do harm to.
func TestTapeFileRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log.ndjson")
	for _, text := range []string{"what was there\n", "\x89PNG\r\n\x1a\n", wireSegment + "\n", wireSegment, "\n\nx", `{"type":"recording","version":3}` + "\n", "\r\n{}"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := openTape(t.Context(), path, nil)
		if want := path + ": not writable: it holds something else than recordings"; !strings.HasPrefix(causeOf(err), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
		if got := readFile(t, path); string(got) != text {
			t.Errorf("got %q, want %q as it was", got, text)
		}
	}
	used := filepath.Join(dir, "used.ndjson")
	l, err := openTape(t.Context(), used, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := openTape(t.Context(), used, nil); causeOf(err) != used+": not writable: another process writes to it" {
		t.Errorf("a second recorder: got %v", err)
	}
	l.close(nil)
	tapeTo(t, used, 1)
}

func TestTapeFileTellsThatTheDiskIsFull(t *testing.T) {
	l, err := openTape(t.Context(), "-", refusing{syscall.ENOSPC})
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	want := "standard output: not writable: no space left on device"
	if got := causeOf(l.close(w.Close(0, 0))); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestTapeOnAPipe(t *testing.T) {
	r, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer stdout.Close()
	l, err := openTape(t.Context(), "-", stdout)
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(); err != nil {
		t.Error(err)
	}
}

func TestTapeFileThatIsTakenAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	l, err := openTape(t.Context(), path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer l.close(nil)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if got, want := causeOf(l.missing()), path+": not writable: no such file or directory"; got != want {
		t.Errorf("removed: got %s, want %s", got, want)
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if got, want := causeOf(l.missing()), path+": not writable: another file has taken its place"; got != want {
		t.Errorf("replaced: got %s, want %s", got, want)
	}
}
