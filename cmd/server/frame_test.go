package main

import (
	"bytes"
	"compress/flate"
	"io"
	"slices"
	"strings"
	"testing"

	"drawmesh/canvas"
)

// A drawing of many entries takes several frames, both ways.
func TestFramesBothWays(t *testing.T) {
	s := emptySchedule(1)
	author := canvas.NewLog(canvas.NewSigner())
	for range 20000 {
		if _, err := author.Draw(s.op(), 0, s.now); err != nil {
			t.Fatal(err)
		}
	}
	author.Sign()
	for f := range author.Frames(nil) {
		s.frame(f)
	}
	got := replay(logPage(t), s, canvas.Vector{})
	if want := author.Digest().String(); got.Digest != want || got.Length != 20000 {
		t.Fatalf("got %d entries, digest %s, want 20000, %s", got.Length, got.Digest, want)
	}
	back, size := canvas.NewLog(nil), 0
	for _, f := range got.Frames {
		size += len(f)
		if len(f) > canvas.MaxFrame {
			t.Errorf("got a frame of %d bytes, want at most %d", len(f), canvas.MaxFrame)
		}
	}
	wantFrames(t, s, back, got.Frames)
	if back.Digest() != author.Digest() {
		t.Errorf("got digest %v, want %v", back.Digest(), author.Digest())
	}
	t.Logf("%d frames of %d bytes in all from Go, %d of %d from the page", len(s.steps), frameBytes(s.steps), len(got.Frames), size)
}

// The page has a worker read frames: what it says is what Go wrote.
func TestFramesInAWorker(t *testing.T) {
	t.Parallel()
	s := emptySchedule(3)
	author := canvas.NewLog(canvas.NewSigner())
	for range 3000 {
		if _, err := author.Draw(s.op(), 0, s.now); err != nil {
			t.Fatal(err)
		}
	}
	author.Sign()
	frames := slices.Collect(author.Frames(nil))
	damaged := append(slices.Clone(frames[0][:8]), 0xff)
	if _, err := canvas.NewLog(nil).Merge(damaged, s.now); err == nil {
		t.Fatal("a frame is not damaged enough")
	}
	p := logPage(t)
	got := eval[struct {
		Digest        string
		Length, Asked int
	}](p, `import("/testdata/reader.js").then(({ readInWorker }) => readInWorker(%s, %s))`, frames, s.now)
	if want := author.Digest().String(); got.Digest != want || got.Length != 3000 || got.Asked != len(frames) {
		t.Errorf("got %+v of %d frames, want digest %s, 3000 entries", got, len(frames), want)
	}
	if !eval[bool](p, `import("/testdata/reader.js").then(({ readInWorker }) => readInWorker(%s, %s)).then(() => false, () => true)`, [][]byte{damaged}, s.now) {
		t.Error("a damaged frame is taken")
	}
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
		for f := range s.log.Frames(nil) {
			data, err := io.ReadAll(flate.NewReader(bytes.NewReader(f[4:])))
			if err != nil {
				t.Fatal(err)
			}
			payload = data
		}
		damaged := &schedule{log: s.log, now: s.now}
		for range 300 {
			data := slices.Clone(payload)
			for range 1 + s.random.IntN(2) {
				data[s.random.IntN(len(data))] ^= byte(1 << s.random.IntN(8))
			}
			f := deflated(data)
			log := canvas.NewLog(nil)
			m, err := log.Merge(f, s.now)
			damaged.note(step{Do: "frame", Data: f}, merged(m, err)+" "+log.Digest().String())
		}
		got := eval[[]string](p, `import("/testdata/log.js").then(({ replay }) => Promise.all(%s.map(async (step) => {
			const { results, digest } = await replay({ seed: btoa("7".repeat(32)), list: [step], some: {} });
			return results[0] + " " + digest;
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
	if refused < 300 || refused > 1500 { // what is left is forged, and not taken
		t.Errorf("%d of 1800 frames are refused: the test says little", refused)
	}
}

func deflated(payload []byte) []byte {
	b := bytes.NewBufferString("M\x02\x01\x00")
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
