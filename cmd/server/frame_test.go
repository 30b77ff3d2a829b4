package main

import (
	"bytes"
	"compress/flate"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// A drawing of many entries takes several frames, both ways.
func TestFramesBothWays(t *testing.T) {
	s := &schedule{random: rand.New(rand.NewPCG(1, 2)), log: canvas.NewLog(canvas.NewSite())}
	author := canvas.NewLog(canvas.NewSite())
	for range 20000 {
		if _, err := author.Draw(s.op(), 0); err != nil {
			t.Fatal(err)
		}
	}
	for f := range author.Frames(nil, nil) {
		s.note(step{Do: "frame", Data: f}, "merged")
	}
	got := replay(logPage(t), s, canvas.Vector{})
	if want := fmt.Sprintf("%v", author.Sum()); got.Sum != want || got.Length != 20000 {
		t.Fatalf("got %d entries, sum %s, want 20000, %s", got.Length, got.Sum, want)
	}
	back, size := canvas.NewLog(canvas.NewSite()), 0
	for _, f := range got.Frames {
		size += len(f)
		if len(f) > canvas.MaxFrame {
			t.Errorf("got a frame of %d bytes, want at most %d", len(f), canvas.MaxFrame)
		}
	}
	wantFrames(t, author, back, got.Frames)
	if back.Sum() != author.Sum() {
		t.Errorf("got sum %v, want %v", back.Sum(), author.Sum())
	}
	t.Logf("%d frames of %d bytes in all from Go, %d of %d from the page", len(s.steps), frameBytes(s.steps), len(got.Frames), size)
}

func frameBytes(steps []step) (n int) {
	for _, st := range steps {
		n += len(st.Data)
	}
	return n
}

// Frames with a damaged payload are refused by both or by none.
func TestDamagedFrames(t *testing.T) {
	p := logPage(t)
	refused := 0
	for seed := range uint64(6) {
		s := newSchedule(100 + seed)
		var payload []byte
		for f := range s.log.Frames(nil, nil) {
			data, err := io.ReadAll(flate.NewReader(bytes.NewReader(f[4:])))
			if err != nil {
				t.Fatal(err)
			}
			payload = data
		}
		damaged := &schedule{log: s.log}
		for range 300 {
			data := slices.Clone(payload)
			for range 1 + s.random.IntN(2) {
				data[s.random.IntN(len(data))] ^= byte(1 << s.random.IntN(8))
			}
			f := deflated(data)
			log := canvas.NewLog(canvas.NewSite())
			_, err := log.Merge(f)
			damaged.note(step{Do: "frame", Data: f}, merged(err)+" "+fmt.Sprintf("%v", log.Sum()))
		}
		got := eval[[]string](p, `import("/testdata/log.js").then(({ replay }) => Promise.all(%s.map(async (step) => {
			const { results, sum } = await replay({ site: "AAAAAAAAAAA", list: [step], some: {} });
			return results[0] + " " + sum;
		})))`, damaged.steps)
		for i, want := range damaged.results {
			if got[i] != want {
				t.Errorf("seed %d, frame %d: got %s, want %s", seed, i, got[i], want)
			}
			if strings.HasPrefix(want, "refused") {
				refused++
			}
		}
	}
	if refused < 600 || refused > 1790 {
		t.Errorf("%d of 1800 frames are refused: the test says little", refused)
	}
}

func deflated(payload []byte) []byte {
	b := bytes.NewBufferString("M\x01\x01\x00")
	w, err := flate.NewWriter(b, flate.BestSpeed)
	if err == nil {
		_, err = w.Write(payload)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return b.Bytes()
}
