package recording_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
)

// A line is drawn, recorded, and read again.
func Example() {
	started := time.Date(2026, 5, 17, 12, 0, 0, 0, time.UTC)
	ana := canvas.NewLog(canvas.NewSigner())
	entry, err := ana.Draw(canvas.Segment{To: canvas.Point{X: 10, Y: 20}, Force: 1, Color: canvas.Color{R: 255, A: 255}}, 0, canvas.Ticks(started.Add(time.Second)))
	if err != nil {
		log.Fatal(err)
	}
	ana.Sign()
	run := ana.Runs(ana.Site(), 1)[0]

	var file bytes.Buffer
	w := recording.NewWriter(&file, recording.Header{Room: "http://localhost:8081/studio", Started: started, Width: 1280, Height: 720, Background: "white"})
	w.Who(recording.Who{ID: "0198", Name: "Ana", Site: ana.Site()})
	w.Base(recording.Base{Key: run.Key})
	w.Op(recording.Op{At: 1041 * time.Millisecond, From: "0198", Entry: entry})
	w.Head(canvas.Head{Site: run.Site, N: run.Last(), Sig: run.Sig})
	if err := w.Close(2*time.Second, ana.Digest()); err != nil { // tells of all errors before it, too
		log.Fatal(err)
	}

	r := recording.NewReader(&file)
	drawing := recording.NewDrawing()
	for {
		rec, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			log.Fatal(err)
		}
		if _, err := drawing.Add(rec); err != nil {
			log.Fatal(err)
		}
		if op, ok := rec.(recording.Op); ok {
			fmt.Println(op.At, op.From, op.Entry.Op)
		}
	}
	fmt.Println(r.Ending() == recording.Closed, drawing.Sum() == ana.Digest().String())
	for _, author := range drawing.Signed() {
		fmt.Println("drew", author.Last, "signed all:", author.Uncovered == 0)
	}
	// Output:
	// 1.041s 0198 {{0 0} {10 20} 1 #ff0000}
	// true true
	// drew 1 signed all: true
}

// recorded is a recording of somebody's own, in memory.
func recorded(id, name string, xs ...float64) []byte {
	log := canvas.NewLog(canvas.NewSigner())
	var file bytes.Buffer
	w := recording.NewWriter(&file, recording.Header{Room: "http://localhost:8081/studio"})
	w.Who(recording.Who{ID: id, Name: name, Site: log.Site()})
	w.Base(recording.Base{Key: log.PublicKey()})
	for _, x := range xs {
		e, err := log.Draw(canvas.Segment{To: canvas.Point{X: x, Y: x}, Force: 1}, 0, canvas.Ticks(time.Now()))
		if err == nil {
			err = w.Op(recording.Op{From: id, Entry: e})
		}
		if err != nil {
			panic(err)
		}
	}
	log.Sign()
	if err := w.Close(time.Second, log.Digest()); err != nil {
		panic(err)
	}
	return file.Bytes()
}

// Two recordings become one drawing. Who drew what is known under whichever of
// their names they drew it.
func ExampleCombine() {
	monday, tuesday := recorded("0198", "Ana", 10, 20), recorded("0199", "Bo", 30)
	in := func(name string, data []byte) recording.Source {
		return recording.Source{Name: name, Open: func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil }}
	}
	both, err := recording.Combine(context.Background(),
		recording.Merge(in("monday", monday), in("tuesday", tuesday)), recording.Moment{}, nil, nil)
	if err != nil {
		log.Fatal(err)
	}
	drew := make(map[*recording.Author]int)
	for e := range both.Drawing.Log().Paint(canvas.Key{}) {
		drew[both.Authors.Of(e)]++
	}
	for _, who := range both.Authors.All() {
		fmt.Println(who.Name(), drew[who])
	}
	// Output:
	// Ana 2
	// Bo 1
}

// A recording vouches for its own bytes: no change goes unnoticed.
func ExampleProve() {
	file := recorded("0198", "Ana", 10, 20)
	proof, err := recording.Prove(context.Background(), bytes.NewReader(file), recording.ProveOptions{})
	fmt.Println(proof.Ops, err)

	forged := bytes.Replace(file, []byte("Ana"), []byte("Eve"), 1)
	_, err = recording.Prove(context.Background(), bytes.NewReader(forged), recording.ProveOptions{})
	fmt.Println(err)
	// Output:
	// 2 <nil>
	// line 6: the recording has been changed, or is damaged
}
