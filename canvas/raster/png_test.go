package raster

import (
	"bytes"
	"errors"
	"fmt"
	"hash/adler32"
	"image"
	"image/draw"
	"image/png"
	"testing"

	"drawmesh/canvas"
)

// TestEncodePNG decodes by the standard library what was encoded.
func TestEncodePNG(t *testing.T) {
	for _, background := range []canvas.Color{white, {}, {R: 200, G: 100, B: 50, A: 77}} {
		for _, size := range []image.Point{{1, 1}, {7, bandRows - 1}, {200, bandRows}, {3, bandRows + 1}, {91, 5 * bandRows / 2}} {
			t.Run(fmt.Sprintf("%v on alpha %d", size, background.A), func(t *testing.T) {
				b := newBoard(t, size.X, size.Y, background)
				b.Apply(line(0, 0, float64(size.X), float64(size.Y), 5, red))
				b.Apply(line(0, 20, 90, 20, 13, glass))
				got := decode(t, encoded(t, b))
				if got.Bounds() != b.im.Bounds() {
					t.Fatalf("picture is %v, want %v", got.Bounds(), b.im.Bounds())
				}
				again := image.NewRGBA(b.im.Rect)
				draw.Draw(again, again.Rect, got, image.Point{}, draw.Src)
				for i := range again.Pix {
					if abs(int(again.Pix[i])-int(b.im.Pix[i])) > 1 || background.A == 255 && again.Pix[i] != b.im.Pix[i] {
						t.Fatalf("pixel %d is %v, want %v", i/4, again.Pix[i&^3:i&^3+4], b.im.Pix[i&^3:i&^3+4])
					}
				}
			})
		}
	}
}

// TestEncodeGradient encodes what compresses only as differences of pixels.
func TestEncodeGradient(t *testing.T) {
	for _, background := range []canvas.Color{white, {}} {
		b := newBoard(t, 200, bandRows, background)
		for i := range b.im.Pix {
			b.im.Pix[i] = byte(50 + i/4%200 + i%4*i/800)
			if i%4 == 3 {
				b.im.Pix[i] = 255
			}
		}
		data := encoded(t, b)
		if most := len(b.im.Pix) / 20; len(data) > most {
			t.Errorf("%d bytes, want at most %d", len(data), most)
		}
		got := decode(t, data)
		for i := 0; i < len(b.im.Pix); i += 4 {
			x, y := i/4%200, i/800
			if r, g, bl, _ := got.At(x, y).RGBA(); [3]byte{byte(r >> 8), byte(g >> 8), byte(bl >> 8)} != [3]byte(b.im.Pix[i:]) {
				t.Fatalf("pixel (%d,%d) is %v, want %v", x, y, got.At(x, y), b.im.Pix[i:i+4])
			}
		}
	}
}

// TestEncodeAgain paints and encodes by turns. The bytes must not tell what was
// kept from earlier.
func TestEncodeAgain(t *testing.T) {
	const width, height = 300, 400
	r := newRand(3)
	b := newBoard(t, width, height, white)
	for n := range 60 {
		ops := []canvas.Op{anyStroke(r, width), anyHairline(r, height), rect(r.Float64()*width, r.Float64()*height, 30, r.NormFloat64()*50, 3, ink)}
		if n%20 == 19 {
			ops = append(ops, canvas.Clear{})
		}
		if n%2 == 0 {
			b.ApplyAll(ops)
		} else {
			for _, op := range ops {
				b.Apply(op)
			}
		}
		fresh := newEncoder(b.im, true)
		var want bytes.Buffer
		if err := fresh.encode(&want); err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(encoded(t, b), want.Bytes()) {
			t.Fatalf("after %d rounds the file differs from one of the same picture encoded at once", n+1)
		}
	}
}

func TestEncodeOnlyWhatChanged(t *testing.T) {
	b := newBoard(t, 100, 10*bandRows, white)
	encoded(t, b)
	b.Apply(line(10, 3.5*bandRows, 60, 3.6*bandRows, 4, ink))
	var stale []int
	for i, band := range b.png.bands {
		if !band.valid {
			stale = append(stale, i)
		}
	}
	if len(stale) != 1 || stale[0] != 3 {
		t.Errorf("bands %v are to be compressed again, want only 3", stale)
	}
}

// Pictures are about as small as image/png makes them, however much is on them. The
// board is a quarter of what the drawings are for, which changes no ratio.
func TestEncodeSize(t *testing.T) {
	for _, w := range workloads {
		ops := w.draw(newRand(1), min(w.n, 20_000))
		for _, n := range []int{0, 20, 200, len(ops)} {
			b := newBoard(t, workWidth/2, workHeight/2, white)
			b.ApplyAll(ops[:n])
			var std bytes.Buffer
			if err := png.Encode(&std, b.im); err != nil {
				t.Fatal(err)
			}
			const around = 16 // bytes of a chunk and a flush, of which each band is one
			got := len(encoded(t, b))
			ratio := float64(got) / float64(std.Len())
			t.Logf("%s, %d segments: %.3f of image/png's bytes", w.name, n, ratio)
			if most := std.Len()*105/100 + around*len(b.png.bands); got > most {
				t.Errorf("%s, %d segments: %d bytes, want at most %d", w.name, n, got, most)
			}
		}
	}
}

// TestEncodeErrors lets the writer fail after every number of bytes.
func TestEncodeErrors(t *testing.T) {
	b := newBoard(t, 20, 2*bandRows, white)
	whole := len(encoded(t, b))
	for n := range whole {
		w := &shortWriter{room: n}
		if err := b.EncodePNG(w); !errors.Is(err, errFull) {
			t.Fatalf("with room for %d of %d bytes: error %v, want %v", n, whole, err, errFull)
		}
	}
}

var errFull = errors.New("no room")

type shortWriter struct{ room int }

func (w *shortWriter) Write(p []byte) (int, error) {
	if len(p) > w.room {
		return w.room, errFull
	}
	w.room -= len(p)
	return len(p), nil
}

func TestAdlerOfBoth(t *testing.T) {
	data := make([]byte, 70_000)
	for i := range data {
		data[i] = byte(255 - i*i>>7)
	}
	for _, n := range []int{0, 1, 2, 5552, 65521, 65522, len(data)} {
		got := adlerOfBoth(adler32.Checksum(data[:n]), adler32.Checksum(data[n:]), len(data)-n)
		if want := adler32.Checksum(data); got != want {
			t.Errorf("of %d and %d bytes: %08x, want %08x", n, len(data)-n, got, want)
		}
	}
}

func encoded(t testing.TB, b *Board) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := b.EncodePNG(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func decode(t *testing.T, data []byte) image.Image {
	t.Helper()
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return im
}
