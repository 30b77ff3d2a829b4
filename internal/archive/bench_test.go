package archive

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"drawmesh/canvas"
)

// BenchmarkSave stores what comes in a second from three hands, and what a late
// joiner is sent at once. It reports what a segment takes, and the time beside
// that of making the same frames, writing and syncing them.
func BenchmarkSave(b *testing.B) {
	for _, segments := range []int{180, 100_000} {
		b.Run(strconv.Itoa(segments), func(b *testing.B) {
			st, log := openBench(b)
			f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
			if err != nil {
				b.Fatal(err)
			}
			defer f.Close()
			var bare time.Duration
			for from := 0; b.Loop(); from += segments {
				b.StopTimer()
				if log.Len() > 1_000_000-segments {
					if _, _, err := log.Clear(now()); err != nil {
						b.Fatal(err)
					}
					save(b, st, log)
				}
				drawHand(b, log, from, segments)
				log.Sign()
				start := time.Now()
				for frame := range log.Frames(st.have) {
					f.Write(frame)
				}
				if err := f.Sync(); err != nil {
					b.Fatal(err)
				}
				bare += time.Since(start)
				b.StartTimer()
				save(b, st, log)
			}
			b.ReportMetric(float64(segments*b.N)/b.Elapsed().Seconds(), "segments/s")
			b.ReportMetric(float64(st.Size())/float64(log.Len()), "B/segment")
			b.ReportMetric(b.Elapsed().Seconds()/bare.Seconds(), "x-bare")
		})
	}
}

// BenchmarkRestore restores a million segments, beside merging the same frames
// from memory.
func BenchmarkRestore(b *testing.B) {
	const segments = 1_000_000
	st, log := openBench(b)
	drawHand(b, log, 0, segments)
	save(b, st, log)
	var frames [][]byte
	for f := range log.Frames(nil) {
		frames = append(frames, f)
	}
	var bare time.Duration
	for b.Loop() {
		b.StopTimer()
		start := time.Now()
		merged := canvas.NewLog(canvas.NewSigner())
		for _, f := range frames {
			if _, err := merged.Merge(f, now()); err != nil {
				b.Fatal(err)
			}
		}
		bare += time.Since(start)
		b.StartTimer()
		again := canvas.NewLog(canvas.NewSigner())
		next, err := st.dir.Open("bench", 0, again)
		if err != nil || again.Len() != segments {
			b.Fatalf("got %d segments, %v, want %d", again.Len(), err, segments)
		}
		next.Close()
	}
	took := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(took, "s")
	b.ReportMetric(float64(st.Size())/segments, "B/segment")
	b.ReportMetric(b.Elapsed().Seconds()/bare.Seconds(), "x-bare")
}

func openBench(b *testing.B) (*Store, *canvas.Log) {
	b.Helper()
	dir, err := OpenDir(b.TempDir(), b.Logf)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { dir.Close() })
	log := canvas.NewLog(canvas.NewSigner())
	st, err := dir.Open("bench", 0, log)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	return st, log
}
