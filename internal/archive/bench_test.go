package archive

import (
	"os"
	"path/filepath"
	"testing"

	"drawmesh/canvas"
)

// BenchmarkSave stores what comes in a second, from three hands and from a late
// joiner who is sent all of it. It reports what a segment takes, and the time
// beside that of writing and syncing as many bytes.
func BenchmarkSave(b *testing.B) {
	for _, bb := range []struct {
		name     string
		segments int
	}{{"180", 180}, {"100000", 100_000}} {
		b.Run(bb.name, func(b *testing.B) {
			st, log := openBench(b)
			from, bytes := 0, int64(0)
			for b.Loop() {
				b.StopTimer()
				drawHand(b, log, from, bb.segments)
				from += bb.segments
				before := st.Size()
				if log.Len() > 1_000_000-bb.segments {
					if _, _, err := log.Clear(); err != nil {
						b.Fatal(err)
					}
				}
				b.StartTimer()
				save(b, st, log)
				bytes = max(bytes, st.Size()-before)
			}
			b.ReportMetric(float64(bb.segments*b.N)/b.Elapsed().Seconds(), "segments/s")
			b.ReportMetric(float64(st.Size())/float64(max(1, log.Len())), "B/segment")
			saved := b.Elapsed().Seconds() / float64(b.N)
			b.ReportMetric(saved/bare(b, int(bytes)), "x-bare")
		})
	}
}

// bare is how long it takes to write so many bytes and to sync them, in
// seconds: the least of some attempts.
func bare(b *testing.B, size int) float64 {
	f, err := os.Create(filepath.Join(b.TempDir(), "bare"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	data := make([]byte, size)
	result := testing.Benchmark(func(b *testing.B) {
		for b.Loop() {
			if _, err := f.Write(data); err != nil {
				b.Fatal(err)
			}
			if err := f.Sync(); err != nil {
				b.Fatal(err)
			}
		}
	})
	return float64(result.NsPerOp()) / 1e9
}

// BenchmarkRestore restores a million segments, beside merging the same frames
// from memory.
func BenchmarkRestore(b *testing.B) {
	const segments = 1_000_000
	st, log := openBench(b)
	drawHand(b, log, 0, segments)
	save(b, st, log)
	merged := testing.Benchmark(func(b *testing.B) {
		var frames [][]byte
		for f := range log.Frames(nil, nil) {
			frames = append(frames, f)
		}
		for b.Loop() {
			bare := canvas.NewLog(canvas.NewSite())
			for _, f := range frames {
				if _, err := bare.Merge(f); err != nil {
					b.Fatal(err)
				}
			}
		}
	})
	for b.Loop() {
		again := canvas.NewLog(canvas.NewSite())
		next, err := st.dir.Open("bench", 0, again)
		if err != nil || again.Len() != segments {
			b.Fatalf("got %d segments, %v, want %d", again.Len(), err, segments)
		}
		next.Close()
	}
	took := b.Elapsed().Seconds() / float64(b.N)
	b.ReportMetric(took, "s")
	b.ReportMetric(float64(st.Size())/segments, "B/segment")
	b.ReportMetric(took/(float64(merged.NsPerOp())/1e9), "x-bare")
}

func openBench(b *testing.B) (*Store, *canvas.Log) {
	b.Helper()
	dir, err := OpenDir(b.TempDir(), b.Logf)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { dir.Close() })
	log := canvas.NewLog(canvas.NewSite())
	st, err := dir.Open("bench", 0, log)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { st.Close() })
	return st, log
}
