package raster

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/draw"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"drawmesh/canvas"
)

func TestAPNG(t *testing.T) {
	for _, background := range []canvas.Color{white, {}, {R: 200, B: 90, A: 99}} {
		t.Run(background.String(), func(t *testing.T) {
			all := stills(t, background)
			data := animated(t, AnimationOptions{Format: "png"}, all)
			whole := make([]still, len(all))
			for i, s := range all {
				whole[i] = still{savedWhole(t, s.im), s.d}
			}
			checkStills(t, readAPNG(t, data), distinct(whole), 0, time.Millisecond)
			first := image.NewRGBA(all[0].im.Rect) // whoever knows no animations shows the first picture
			draw.Draw(first, first.Rect, decode(t, data), image.Point{}, draw.Src)
			checkStills(t, []still{{first, all[0].d}}, whole[:1], 0, 0)
		})
	}
}

// savedWhole is what is left of im in a PNG of its own: some of a translucent
// colour is lost when it is divided by its alpha.
func savedWhole(t *testing.T, im *image.RGBA) *image.RGBA {
	t.Helper()
	var file bytes.Buffer
	if err := newEncoder(im, false).encode(&file); err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(im.Rect)
	draw.Draw(out, out.Rect, decode(t, file.Bytes()), image.Point{}, draw.Src)
	return out
}

// TestAPNGByFFmpeg has another decoder play it.
func TestAPNGByFFmpeg(t *testing.T) {
	for _, background := range []canvas.Color{white, {}} {
		t.Run(background.String(), func(t *testing.T) {
			all := stills(t, background)
			path := filepath.Join(t.TempDir(), "out.apng")
			if err := os.WriteFile(path, animated(t, AnimationOptions{Format: "png"}, all), 0o600); err != nil {
				t.Fatal(err)
			}
			raw, err := exec.CommandContext(t.Context(), "ffmpeg", "-loglevel", "error", "-i", path,
				"-fps_mode", "passthrough", "-f", "rawvideo", "-pix_fmt", "rgba", "-").Output()
			if err != nil {
				t.Fatalf("this test watches animations with ffmpeg: %v (Debian: apt-get install ffmpeg)", err)
			}
			want := distinct(all)
			size := all[0].im.Rect.Max
			if got := len(raw) / (4 * size.X * size.Y); got != len(want) {
				t.Fatalf("%d pictures, want %d", got, len(want))
			}
			for i, s := range want {
				straight := appendStraight(nil, s.im.Pix)
				if got := raw[i*len(straight) : (i+1)*len(straight)]; !bytes.Equal(got, straight) {
					t.Errorf("picture %d is another one", i)
				}
			}
		})
	}
}

// TestAPNGBlends looks at how the second picture is laid over the first, which is
// full of strokes on one half and empty on the other.
func TestAPNGBlends(t *testing.T) {
	const side = 200
	half := canvas.Color{G: 160, A: 128}
	tests := []struct {
		name       string
		background canvas.Color
		then       []canvas.Op
		want       byte
		small      bool // next to the first picture
	}{
		{"two dots far apart", white, []canvas.Op{rect(1, 1, 2, 2, 1, ink), rect(190, 190, 2, 2, 1, ink)}, over, true},
		{"all of an area", white, []canvas.Op{rect(50, 50, 40, 40, 40, canvas.Color{R: 1, A: 255})}, replace, true},
		{"translucent ink on nothing", canvas.Color{}, []canvas.Op{rect(110, 10, 3, 3, 2, half), rect(180, 190, 3, 3, 2, half)}, over, true},
		{"translucent ink on ink", half, []canvas.Op{rect(1, 1, 2, 2, 1, half), rect(190, 190, 2, 2, 1, half)}, replace, false},
		{"wiped", canvas.Color{}, []canvas.Op{canvas.Clear{}}, replace, true},
		{"wiped, and white", white, []canvas.Op{canvas.Clear{}}, replace, true}, // one colour, where what is new has holes
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, r := newBoard(t, side, side, tt.background), newRand(8)
			for range 200 {
				b.Apply(anyStroke(r, side/2))
			}
			all := []still{{copyOf(b.im), time.Second}}
			b.ApplyAll(tt.then)
			all = append(all, still{copyOf(b.im), time.Second})
			data := animated(t, AnimationOptions{Format: "png"}, all)
			checkStills(t, readAPNG(t, data), []still{{savedWhole(t, all[0].im), time.Second}, {savedWhole(t, all[1].im), time.Second}}, 0, 0)
			control, frame := bytes.LastIndex(data, []byte("fcTL")), bytes.LastIndex(data, []byte("fdAT"))
			if got := data[control+4+25]; got != tt.want {
				t.Errorf("blended by %d, want %d", got, tt.want)
			}
			first, second := bytes.Index(data, []byte("IDAT")), binary.BigEndian.Uint32(data[frame-4:])
			if size := binary.BigEndian.Uint32(data[first-4:]); tt.small != (20*second < size) {
				t.Errorf("%d bytes after %d, want less than a twentieth: %v", second, size, tt.small)
			}
		})
	}
}

// readAPNG plays an animated PNG by the rules of its specification. Each frame
// is made a PNG of its own, for the standard library to decode.
func readAPNG(t testing.TB, data []byte) []still {
	t.Helper()
	var shown []still
	var header, pixels, control []byte
	var canvas *image.RGBA
	frames, sequence := -1, uint32(0)
	expect := func(data []byte) []byte {
		if n := binary.BigEndian.Uint32(data); n != sequence {
			t.Fatalf("sequence number %d, want %d", n, sequence)
		}
		sequence++
		return data[4:]
	}
	flush := func() {
		if control == nil {
			return
		}
		u32 := func(i int) int { return int(binary.BigEndian.Uint32(control[i:])) }
		alone := bytes.Clone(header)
		copy(alone, control[:8])
		file := chunk([]byte("\x89PNG\r\n\x1a\n"), "IHDR", alone)
		im, err := png.Decode(bytes.NewReader(chunk(chunk(file, "IDAT", pixels), "IEND", nil)))
		if err != nil {
			t.Fatalf("frame %d: %v", len(shown), err)
		}
		dispose, blend := control[20], control[21]
		op, known := map[byte]draw.Op{0: draw.Src, 1: draw.Over}[blend]
		if dispose != 0 || !known {
			t.Fatalf("frame %d is disposed by %d and blended by %d: not known here", len(shown), dispose, blend)
		}
		area := image.Rect(0, 0, u32(0), u32(4)).Add(image.Pt(u32(8), u32(12)))
		if !area.In(canvas.Rect) {
			t.Fatalf("frame %d covers %v, outside of %v", len(shown), area, canvas.Rect)
		}
		draw.Draw(canvas, area, im, image.Point{}, op)
		num, den := binary.BigEndian.Uint16(control[16:]), binary.BigEndian.Uint16(control[18:])
		shown = append(shown, still{copyOf(canvas), time.Duration(num) * time.Second / time.Duration(den)})
		pixels, control = nil, nil
	}
	for rest := data[8:]; len(rest) > 0; {
		size := binary.BigEndian.Uint32(rest)
		kind, body := string(rest[4:8]), rest[8:8+size]
		if got, want := binary.BigEndian.Uint32(rest[8+size:]), crc32.ChecksumIEEE(rest[4:8+size]); got != want {
			t.Fatalf("%s has the checksum %08x, want %08x", kind, got, want)
		}
		rest = rest[12+size:]
		switch kind {
		case "IHDR":
			header = body
			canvas = image.NewRGBA(image.Rect(0, 0, int(binary.BigEndian.Uint32(body)), int(binary.BigEndian.Uint32(body[4:]))))
		case "acTL":
			frames = int(binary.BigEndian.Uint32(body))
		case "fcTL":
			flush()
			control = expect(body)
		case "IDAT":
			pixels = append(pixels, body...)
		case "fdAT":
			pixels = append(pixels, expect(body)...)
		case "IEND":
			flush()
		default:
			t.Fatalf("chunk %q", kind)
		}
	}
	if frames != len(shown) {
		t.Fatalf("acTL promises %d frames, there are %d", frames, len(shown))
	}
	return shown
}
