package record

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// TestLogFileFollows adds a recording to one whose recorder was killed at any
// moment: all that could be read of it before can be read after, and of the new
// one every byte is vouched for.
func TestLogFileFollows(t *testing.T) {
	for _, name := range []string{"log.ndjson", "log.ndjson.gz"} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), name)
			recordTo(t, path, 3)
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
				recordTo(t, path, 2)
				after, r := recordsOf(t, path)
				if len(after) < len(before) || len(before) > 0 && !reflect.DeepEqual(after[:len(before)], before) {
					t.Fatalf("cut after %d bytes: got %v, want it to begin with %v", n, after, before)
				}
				compressed, sealed := r.Compressed()
				// A check that lacked nothing but its line feed has it now.
				if more := len(after) - len(before); more != 8 && more != 9 || r.Ending() != recording.Closed || compressed != sealed {
					t.Fatalf("cut after %d bytes: got %v, ending %v, sealed %v, want a whole recording after %v", n, after, r.Ending(), sealed, before)
				}
			}
		})
	}
}

// recordTo records so many operations, and checks in between, to path.
func recordTo(t *testing.T, path string, ops int) {
	t.Helper()
	l, err := OpenLog(path)
	if err != nil {
		t.Fatal(err)
	}
	w, err := l.Begin(recording.Header{Room: strings.Repeat("x", ops)})
	if err != nil {
		t.Fatal(err)
	}
	log := canvas.NewLog(signerA)
	err = w.Base(recording.Base{Key: signerA.Key()})
	for n := range ops {
		if err = cmp.Or(err, w.Op(recording.Op{Entry: draw(t, log, 1)})); n == 0 {
			err = cmp.Or(err, w.Head(headOf(log)), w.Check(0, log.Digest()))
		}
	}
	head := headOf(log)
	for _, err := range []error{err, w.Head(head), w.Close(0, log.Digest()), l.Missing(), l.Close(nil), l.Close(nil)} {
		if err != nil {
			t.Error(err)
		}
	}
}

func headOf(log *canvas.Log) canvas.Head {
	log.Sign()
	head, _ := log.Head(log.Site())
	return head
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

// TestLogFileFollowsInTheFormThatIsThere whatever the file is called.
func TestLogFileFollowsInTheFormThatIsThere(t *testing.T) {
	dir := t.TempDir()
	for from, to := range map[string]string{"a.ndjson": "b.ndjson.gz", "c.ndjson.gz": "d.ndjson"} {
		from, to = filepath.Join(dir, from), filepath.Join(dir, to)
		recordTo(t, from, 1)
		if err := os.Rename(from, to); err != nil {
			t.Fatal(err)
		}
		recordTo(t, to, 1)
		if records, _ := recordsOf(t, to); len(records) != 14 {
			t.Errorf("%s: got %v, want two recordings of 7 records", to, records)
		}
	}
}

// TestLogFileFollowsOldVersions adds a recording to what a program of before wrote,
// which stays, and is read and proved as it was. Each recording is of its own version.
func TestLogFileFollowsOldVersions(t *testing.T) {
	for version := 1; version < recording.Version; version++ {
		old := readFile(t, fmt.Sprintf("../../canvas/recording/testdata/version%d.ndjson", version))
		for _, killed := range []int{0, 1, 40, 300} {
			if killed > 0 && version == 1 {
				break // whose readers take that for damage
			}
			path := filepath.Join(t.TempDir(), "log.ndjson")
			if err := os.WriteFile(path, old[:len(old)-killed], 0o666); err != nil {
				t.Fatal(err)
			}
			before, _ := recordsOf(t, path)
			recordTo(t, path, 2)
			after, _ := recordsOf(t, path)
			if len(after) < len(before)+8 || !reflect.DeepEqual(after[:len(before)], before) {
				t.Errorf("version %d, less %d bytes: got %v, want it to begin with %v", version, killed, after, before)
			}
			proof, err := recording.Prove(t.Context(), bytes.NewReader(readFile(t, path)), recording.ProveOptions{Open: true})
			if err != nil {
				t.Fatal(err)
			}
			if a := proof.Authors; proof.Recordings != 2 || len(a) != 1 || a[0].Site != siteA || a[0].Uncovered != 0 {
				t.Errorf("version %d, less %d bytes: got %+v, want two recordings, and one author who has signed", version, killed, proof)
			}
		}
	}
}

// TestLogFileRefuses what it could do harm to.
func TestLogFileRefuses(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log.ndjson")
	for _, text := range []string{"what was there\n", "\x89PNG\r\n\x1a\n", plainLine + "\n", plainLine, "\n\nx", `{"type":"recording","version":4}` + "\n", "\r\n{}"} {
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		_, err := OpenLog(path)
		if want := "record to " + path + ": it holds something else than recordings"; err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%q: got %v, want %s", text, err, want)
		}
		if got := readFile(t, path); string(got) != text {
			t.Errorf("got %q, want %q as it was", got, text)
		}
	}
	used := filepath.Join(dir, "used.ndjson")
	l, err := OpenLog(used)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := OpenLog(used); err == nil || err.Error() != "record to "+used+": another process writes to it" {
		t.Errorf("a second recorder: got %v", err)
	}
	l.Close(nil)
	recordTo(t, used, 1)
}

func TestLogFileTellsThatTheDiskIsFull(t *testing.T) {
	l := NewLog(refusing{}, false)
	w, err := l.Begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Close(w.Close(0, canvas.Digest{})); !errors.Is(got, syscall.ENOSPC) {
		t.Errorf("got %v, want %v", got, syscall.ENOSPC)
	}
}

func TestLogOnAPipe(t *testing.T) {
	r, stdout, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer stdout.Close()
	l := NewLog(stdout, false)
	w, err := l.Begin(recording.Header{})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Sync(); err != nil {
		t.Error(err)
	}
}

func TestLogFileThatIsTakenAway(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	l, err := OpenLog(path)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close(nil)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := l.Missing(); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("removed: got %v, want %v", err, fs.ErrNotExist)
	}
	if err := os.WriteFile(path, nil, 0o666); err != nil {
		t.Fatal(err)
	}
	if err, want := l.Missing(), "record to "+path+": another file has taken its place"; err == nil || err.Error() != want {
		t.Errorf("replaced: got %v, want %s", err, want)
	}
}

// plainLine is an operation as a plain program writes it down.
const plainLine = `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#ff0000"}`

// A refusing writer is a full disk.
type refusing struct{}

func (refusing) Write([]byte) (int, error) { return 0, syscall.ENOSPC }

func readFile(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}
