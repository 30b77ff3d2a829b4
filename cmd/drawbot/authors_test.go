package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// The sites of those who draw in these tests.
var siteA, siteB, siteC = canvas.Site([]byte("AAAAAAAAAAA")), canvas.Site([]byte("BBBBBBBBBBB")), canvas.Site([]byte("CCCCCCCCCCC"))

// A told is a recording in the making.
type told struct {
	*recording.Writer
	logs  map[canvas.Site]*canvas.Log
	whole *recording.Drawing
}

// tell writes a recording, and returns where it is.
func tell(t *testing.T, write func(told)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.ndjson")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	w := told{
		recording.NewWriter(f, recording.Header{Version: recording.Version, Room: "http://localhost/studio", Width: 300, Height: 200, Background: "white"}),
		make(map[canvas.Site]*canvas.Log), recording.NewDrawing(),
	}
	write(w)
	if err := w.Close(0, w.whole.Log().Sum()); err != nil {
		t.Fatal(err)
	}
	return path
}

// draw writes that a site's peer draws a stripe at a height.
func (w told) draw(id string, site canvas.Site, y float64, c canvas.Color) {
	if w.logs[site] == nil {
		w.logs[site] = canvas.NewLog(site)
	}
	e, err := w.logs[site].Draw(stripe(y, c), 0)
	if err != nil {
		panic(err)
	}
	op := recording.Op{From: id, Entry: e}
	w.Op(op)
	w.whole.Add(op)
}

// renamings is a recording of Ana, who is renamed to Zoë and then gets another id
// of a restarted server as Zed; of another Ana; and of Bo, who reloads the page.
func renamings(t *testing.T) string {
	return tell(t, func(w told) {
		w.Who(recording.Who{ID: "id-1", Name: "Ana", Site: siteA})
		w.draw("id-1", siteA, 10, red)
		w.Who(recording.Who{ID: "id-1", Name: "Zoe\u0308", Site: siteA})
		w.draw("id-1", siteA, 50, red)
		w.Who(recording.Who{ID: "id-2", Name: "Zed"}) // whose site is not known yet
		w.Who(recording.Who{ID: "id-2", Name: "Zed", Site: siteA})
		w.draw("id-2", siteA, 90, red)
		w.Who(recording.Who{ID: "id-3", Name: "Ana", Site: siteB})
		w.draw("id-3", siteB, 130, green)
		w.Who(recording.Who{ID: "id-4", Name: "A\u202ena", Site: siteC})
		w.draw("id-4", siteC, 170, box.Color)
	})
}

// TestARenamedPersonIsOne under all names, ids and sites.
func TestARenamedPersonIsOne(t *testing.T) {
	log := renamings(t)
	table, _ := do(t, exitDone, "stats", log)
	_, rows, _ := strings.Cut(table, "\n")
	for _, want := range []string{" Ana [BBBBBBBBBBB]\n", " Ana [CCCCCCCCCCC]\n", " Zed (was Ana, Zoe\u0308)\n"} {
		if strings.Count(rows, want) != 1 {
			t.Errorf("got %q, want %q once", rows, want)
		}
	}
	if n := strings.Count(rows, "\n"); n != 4 { // three people, and all
		t.Errorf("got %d rows, want 4: %q", n, rows)
	}
	records, _ := do(t, exitDone, "stats", log, "--json")
	var zed personRecord
	for line := range strings.Lines(records) {
		if strings.Contains(line, `"Zed"`) {
			if err := json.Unmarshal([]byte(line), &zed); err != nil {
				t.Fatal(err)
			}
		}
	}
	if fmt.Sprint(zed.Names, zed.IDs, zed.Sites, zed.Operations, zed.Strokes, zed.Shown) != "[Ana Zoe\u0308 Zed] [id-1 id-2] [AAAAAAAAAAA] 3 3 3" || zed.ID != "id-2" {
		t.Errorf("got %+v, want all names and ids, and three operations", zed)
	}
}

// TestPeopleAreFound by any name that they had, and by ids and sites.
func TestPeopleAreFound(t *testing.T) {
	log := renamings(t)
	zed := []canvas.Op{stripe(10, red), stripe(50, red), stripe(90, red)}
	two, three := stripe(130, green), stripe(170, box.Color)
	tests := []struct {
		name, only string
		shown      []canvas.Op
	}{
		{"present_name", "Zed", zed},
		{"former_name", "Zo\u00eb", zed}, // composed in another way
		{"former_name_as_it_was", "Zoe\u0308", zed},
		{"first_id", "id-1", zed},
		{"last_id", "id-2", zed},
		{"site", siteA.String(), zed},
		{"site_of_one_of_two", siteB.String(), []canvas.Op{two}},
		{"id_of_one_of_two", "id-4", []canvas.Op{three}},
		{"name_of_three", "Ana", append(append([]canvas.Op{}, zed...), two, three)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			png := filepath.Join(t.TempDir(), "out.png")
			_, said := do(t, exitDone, "render", log, "-o", png, "--only", tt.only)
			checkFile(t, png, pictureOf(t, tt.shown...))
			want := "Ana is the name of 3 people, and means all of them: Ana [BBBBBBBBBBB], Ana [CCCCCCCCCCC], Zed (was Ana, Zoe\u0308)\n"
			if got := strings.Contains(said, want); got != (tt.only == "Ana") {
				t.Errorf("got %q, want %q there or not", said, want)
			}
			do(t, exitDone, "verify", log, png) // which says how it was made
		})
	}
	_, said := do(t, exitFailed, "render", log, "-o", filepath.Join(t.TempDir(), "out.png"), "--without", "Eve")
	if want := "nobody called Eve drew here: there are Ana [BBBBBBBBBBB], Ana [CCCCCCCCCCC], Zed (was Ana, Zoe\u0308)\n"; !strings.HasSuffix(said, want) {
		t.Errorf("got %q, want %q", said, want)
	}
}

// TestPeopleWithoutPlaces are found too: of a log as a plain program writes it.
func TestPeopleWithoutPlaces(t *testing.T) {
	log := filepath.Join(t.TempDir(), "log.ndjson")
	text := `{"type":"recording","version":1,"room":"x","width":300,"height":200,"background":"white"}` + "\n"
	for i, from := range []string{"bo", "cy", "bo"} {
		text += fmt.Sprintf(`{"type":"op","from":%q,"op":%s}`+"\n", from, canvas.AppendOp(nil, stripe(float64(50*i), red)))
	}
	if err := os.WriteFile(log, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	png := filepath.Join(t.TempDir(), "out.png")
	do(t, exitDone, "render", log, "-o", png, "--only", "bo")
	checkFile(t, png, pictureOf(t, stripe(0, red), stripe(100, red)))
	records, _ := do(t, exitDone, "stats", log, "--json")
	for _, want := range []string{`"name":"bo","id":"bo","operations":2,"strokes":2,`, `"name":"cy","id":"cy","operations":1,`, `"people":2,"operations":3,"shown":3,`} {
		if !strings.Contains(records, want) {
			t.Errorf("got %s, want %s in it", records, want)
		}
	}
}
