package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNamesOfFiles are refused before anything is written where two things would
// be in one file, or another than the name says.
func TestNamesOfFiles(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(dir)
	put := func(name string) {
		t.Helper()
		if err := os.WriteFile(name, []byte("before"), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	put("a.png")
	put("in.ndjson")
	put("in.json")
	put("in")
	for from, to := range map[string]string{"link.png": "a.png", "dangling.png": "later.png", "log.png": "in.ndjson", "here": ".", "out": "/dev/stdout"} {
		if err := os.Symlink(to, from); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Link("in", "hard"); err != nil {
		t.Fatal(err)
	}
	one := func(a, b string) string { return a + " and " + b + " are one file: each needs its own" }
	other := func(flag, path, ending, want string) string {
		return fmt.Sprintf("%s %s: a .%s is not what is written there: give a name that ends in .%s", flag, path, ending, want)
	}
	input := func(out string) string { return out + " is what is read, too: give it another name" }
	tests := []struct{ args, want string }{
		{"record a -o a.png --timelapse a.png", one("-o a.png", "--timelapse a.png")},
		{"record a -o a.png --timelapse ./a.png", one("-o a.png", "--timelapse ./a.png")},
		{"record a -o a.png --timelapse " + dir + "/a.png", one("-o a.png", "--timelapse "+dir+"/a.png")},
		{"record a -o a.png --timelapse link.png", one("-o a.png", "--timelapse link.png")},
		{"record a -o later.png --timelapse dangling.png", one("-o later.png", "--timelapse dangling.png")},
		{"record a -o new.png --timelapse here/new.png", one("-o new.png", "--timelapse here/new.png")},
		{"record a -o new --log new", one("-o new", "--log new")},
		{"record a -o in --log hard", one("-o in", "--log hard")},
		{"record a -o here --frames .", one("-o here", "--frames .")},
		{"record a -o - --log /dev/stdout", "-o - and --log /dev/stdout: standard output holds one of them"},
		{"record a -o out --log /dev/fd/1", "-o out and --log /dev/fd/1: standard output holds one of them"},
		{"record a -o b.ndjson", other("-o", "b.ndjson", "ndjson", "png")},
		{"record a -o b.NDJSON.gz", other("-o", "b.NDJSON.gz", "ndjson.gz", "png")},
		{"record a -o b.jpg", other("-o", "b.jpg", "jpg", "png")},
		{"record a --log b.png", other("--log", "b.png", "png", "ndjson, .ndjson.gz")},
		{"record a --log b.PNG", other("--log", "b.PNG", "png", "ndjson, .ndjson.gz")},
		{"record a --log b.png.gz", other("--log", "b.png.gz", "png.gz", "ndjson, .ndjson.gz")},
		{"snap a -o b.gif", other("-o", "b.gif", "gif", "png, .ndjson, .ndjson.gz")},
		{"stats in.ndjson -o in.ndjson", other("-o", "in.ndjson", "ndjson", "png")},
		{"stats in.ndjson -o log.png", input("-o log.png")},
		{"stats in -o hard", input("-o hard")},
		{"stats in -o ./in", input("-o ./in")},
		{"stats in -o /dev/stdout", "-o /dev/stdout: standard output holds the table"},
		{"render in in.ndjson -o log.png", input("-o log.png")},
		{"render in.ndjson -o b.txt", `format "txt": there are png, svg, gif, apng, mp4, webm`},
		{"render in -o hard --format png", input("-o hard")},
		{"load a --json b.html", other("--json", "b.html", "html", "json")},
		{"load a --html b.json", other("--html", "b.json", "json", "html, .htm")},
		{"load a --log b.ndjson.gz", other("--log", "b.ndjson.gz", "ndjson.gz", "ndjson")},
		{"load a --json b --html ./b", one("--json b", "--html ./b")},
		{"demo --out demo.gif", other("--out", "demo.gif", "gif", "png")},
		{"demo --out in --program hard", input("--out in")},
		{"record a -o EMPTY", "--out: the name is empty"},
		{"record a -o b.png --log EMPTY", "--log: the name is empty"},
		{"record a --frames EMPTY", "--frames: the name is empty"},
		{"render EMPTY -o b.png", "log: the name is empty"},
		{"render in.ndjson -o EMPTY", "--out: the name is empty"},
		{"draw a EMPTY", "file: the name is empty"},
		{"load a --json EMPTY", "--json: the name is empty"},
	}
	for _, tt := range tests {
		t.Run(tt.args, func(t *testing.T) {
			args := strings.Fields(tt.args)
			for i := range args {
				args[i] = strings.TrimPrefix(args[i], "EMPTY")
			}
			var out, said bytes.Buffer
			if got := run(t.Context(), env{nothing(), &out, &said}, args); got != exitMisused {
				t.Errorf("got exit status %d, want %d", got, exitMisused)
			}
			if got, want := said.String(), "drawbot: "+tt.want+"\nTry: "; !strings.HasPrefix(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
	for _, name := range []string{"a.png", "in.ndjson", "in.json", "in"} {
		if got := readFile(t, name); string(got) != "before" {
			t.Errorf("%s: got %q, want it as it was", name, got)
		}
	}
	if entries, err := os.ReadDir("."); err != nil || len(entries) != 10 {
		t.Errorf("got %v, %v, want no file more than the 10 that there were", entries, err)
	}
}

// TestReportIntoItself is refused as well, also of what comes on standard input.
func TestReportIntoItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(path, []byte(`{"type":"drawbot load report","version":2,"parts":[{"of":1}]}`), 0o666); err != nil {
		t.Fatal(err)
	}
	want := "drawbot: --json " + path + " is what is read, too: give it another name\n"
	for _, args := range [][]string{{"report", "show", path}, {"report", "merge", path}, {"report", "show", "-"}} {
		in, err := os.Open(path)
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		var out, said bytes.Buffer
		if got := run(t.Context(), env{in, &out, &said}, append(args, "--json", path)); got != exitMisused || !strings.HasPrefix(said.String(), want) {
			t.Errorf("%v: got exit status %d and %q, want %q", args, got, &said, want)
		}
	}
}

func TestNamesThatAreFine(t *testing.T) {
	for path, want := range map[string]string{
		"a.png": "png", "a.PNG": "png", "a": "png", "/dev/null": "png", "/dev/fd/63": "png", "tmp.x1Yz9": "png",
		"v1.5": "png", ".hidden": "png", "a.ndjson": "ndjson", "a.ndjson.GZ": "ndjson.gz", "a.gz": "ndjson.gz", "room.log.gz": "ndjson.gz",
	} {
		if got, err := checkFormat("-o", path, "png", "ndjson", "ndjson.gz"); err != nil || got != want {
			t.Errorf("%s: got %s, %v, want %s", path, got, err, want)
		}
	}
	for path, want := range map[string]string{
		"a.png": "a-007.png", "a.ndjson.gz": "a-007.ndjson.gz", "a.GZ": "a-007.GZ", "a": "a-007", "d.x/a": "d.x/a-007", "": "",
	} {
		if got := numberedPath(path, 7); got != want {
			t.Errorf("numbered %s: got %s, want %s", path, got, want)
		}
	}
	devices := []filePath{{"-o", os.DevNull}, {"--log", os.DevNull}, {"--timelapse", ""}, {"--frames", ""}}
	if err := checkDistinct(env{}, devices, []filePath{{path: os.DevNull}}); err != nil {
		t.Errorf("a device for all: got %v, want none", err)
	}
}
