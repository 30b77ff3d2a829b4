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

// renamings is a recording of Ana, who is renamed to Zoë and then gets another id
// of a restarted server as Zed; of another Ana; and of Bo, who reloads the page.
func renamings(t *testing.T) string {
	return tell(t, func(w *told) {
		w.Who(recording.Who{ID: "id-1", Name: "Ana", Site: siteA})
		w.draw(0, "id-1", penA, stripe(10, red))
		w.Who(recording.Who{ID: "id-1", Name: "Zoe\u0308", Site: siteA})
		w.draw(0, "id-1", penA, stripe(50, red))
		w.Who(recording.Who{ID: "id-2", Name: "Zed"}) // whose site is not known yet
		w.Who(recording.Who{ID: "id-2", Name: "Zed", Site: siteA})
		w.draw(0, "id-2", penA, stripe(90, red))
		w.Who(recording.Who{ID: "id-3", Name: "Ana", Site: siteB})
		w.draw(0, "id-3", penB, stripe(130, green))
		w.Who(recording.Who{ID: "id-4", Name: "A\u202ena", Site: siteC})
		w.draw(0, "id-4", penC, stripe(170, box.Color))
	})
}

// TestARenamedPersonIsOne under all names, ids and sites.
func TestARenamedPersonIsOne(t *testing.T) {
	log := renamings(t)
	table, _ := do(t, exitDone, "stats", log)
	_, rows, _ := strings.Cut(table, "\n")
	for _, want := range []string{fmt.Sprintf(" Ana [%v]\n", siteB), fmt.Sprintf(" Ana [%v]\n", siteC), " Zed (was Ana, Zoe\u0308)\n"} {
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
	if fmt.Sprint(zed.Names, zed.IDs, zed.Sites, zed.Operations, zed.Strokes, zed.Shown) != "[Ana Zoe\u0308 Zed] [id-1 id-2] ["+siteA.String()+"] 3 3 3" || zed.ID != "id-2" {
		t.Errorf("got %+v, want all names and ids, and three operations", zed)
	}
}

// TestPeopleAreFound by any name that they had, and by ids and sites.
func TestPeopleAreFound(t *testing.T) {
	log := renamings(t)
	zed := []canvas.Op{stripe(10, red), stripe(50, red), stripe(90, red)}
	two, three := stripe(130, green), stripe(170, box.Color)
	everybody := fmt.Sprintf("Ana [%v], Ana [%v], Zed (was Ana, Zoe\u0308)\n", siteB, siteC)
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
			_, said := do(t, exitDone, "render", log, "-o", png, "--only="+tt.only) // a site may begin with a dash
			checkFile(t, png, pictureOf(t, tt.shown...))
			want := "Ana is the name of 3 people, and means all of them: " + everybody
			if got := strings.Contains(said, want); got != (tt.only == "Ana") {
				t.Errorf("got %q, want %q there or not", said, want)
			}
			do(t, exitDone, "verify", log, png) // which says how it was made
		})
	}
	_, said := do(t, exitFailed, "render", log, "-o", filepath.Join(t.TempDir(), "out.png"), "--without", "Eve")
	if want := "nobody called Eve drew here: there are " + everybody; !strings.HasSuffix(said, want) {
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
