package picture

import (
	"bytes"
	"encoding/json"
	"errors"
	"image"
	"image/color"
	"image/png"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
)

func stripe(y float64, c canvas.Color) canvas.Shape {
	return canvas.Segment{From: canvas.Point{X: 2, Y: y}, To: canvas.Point{X: 38, Y: y}, Force: 1, Color: c}
}

var (
	red  = canvas.Color{R: 255, A: 255}
	blue = canvas.Color{B: 255, A: 255}
)

// drawn is a drawing of ops, all by one.
func drawn(t testing.TB, ops ...canvas.Shape) *recording.Drawing {
	t.Helper()
	d := recording.NewDrawing()
	log := canvas.NewLog(canvas.NewSignerFromSeed([32]byte{1}))
	d.Add(recording.Base{Key: log.PublicKey()})
	for _, op := range ops {
		e, err := log.Draw(op, 0, 0)
		if err == nil {
			_, err = d.Add(recording.Op{Entry: e})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return d
}

// encoded is the picture of a drawing.
func encoded(t testing.TB, l Look, d *recording.Drawing) []byte {
	t.Helper()
	view, err := l.Draw(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	l.Sum = d.Sum()
	var b bytes.Buffer
	if err := l.EncodePNG(&b, view); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var small = Look{Width: 40, Height: 30}.Of(recording.Header{})

// TestAPictureSaysHowItWasMade and is a PNG to all others, that has the same
// pixels.
func TestAPictureSaysHowItWasMade(t *testing.T) {
	l := small
	l.Crop, l.Only, l.Background, l.Scale = &Area{1, 2.5, 30, 20}, []string{"Ana"}, "tomato", 2
	if err := l.At.UnmarshalText([]byte("90s")); err != nil {
		t.Fatal(err)
	}
	d := drawn(t, stripe(10, red))
	data := encoded(t, l, d)
	p, err := Decode(data)
	if err != nil || !p.Says {
		t.Fatalf("got %v, want that it says how it was made", err)
	}
	l.Sum = d.Sum()
	got, _ := json.Marshal(p.Look)
	want, _ := json.Marshal(l)
	const text = `{"raster":1,"width":40,"height":30,"background":"tomato","scale":2,"crop":"1,2.5,30x20","only":["Ana"],"at":"90s","sum":"`
	if !bytes.Equal(got, want) || !bytes.HasPrefix(got, []byte(text)) {
		t.Errorf("got %s, want %s, which begins with %s", got, want, text)
	}
	view, err := l.Draw(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	var plain bytes.Buffer
	if err := view.EncodePNG(&plain); err != nil {
		t.Fatal(err)
	}
	if i := bytes.Index(data, []byte("iTXt")); i < 0 || len(data)-plain.Len() != 12+len(textKeyword)+len(want) {
		t.Errorf("got %d bytes, want %d and a chunk", len(data), plain.Len())
	}
	if p, err := Decode(plain.Bytes()); err != nil || p.Says {
		t.Errorf("without the chunk: got %v, want a picture that says nothing", err)
	}
}

// TestDecodeRefuses what is no picture, or one that cannot be proved.
func TestDecodeRefuses(t *testing.T) {
	whole := string(encoded(t, small, drawn(t)))
	later := small
	later.Raster = 9
	tests := []struct{ name, data, want string }{
		{"nothing", "", "no PNG"},
		{"a_log", `{"type":"recording"}`, "no PNG"},
		{"cut_off", whole[:60], ""},
		{"a_note_that_is_none", strings.Replace(whole, `"raster":1`, `"raster":x`, 1), "the PNG's note of how it was made is damaged"},
		{"a_moment_that_is_none", strings.Replace(whole, `"scale":1`, `"at":"xx"`, 1), "the PNG's note of how it was made is damaged"},
		{"other_pixels", string(encoded(t, later, drawn(t))), "made by version 9 of the rasteriser, "},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := Decode([]byte(tt.data)); err == nil || !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %s", err, tt.want)
			}
		})
	}
}

// TestCheck refuses what would need more memory than there is, and what has no
// meaning: a picture may say anything.
func TestCheck(t *testing.T) {
	tests := []struct {
		name   string
		change func(*Look)
		want   string
	}{
		{"as_it_is", func(*Look) {}, ""},
		{"no_scale", func(l *Look) { l.Scale = 0 }, "a scale of 0: "},
		{"a_scale_that_is_none", func(l *Look) { l.Scale = -1 }, "a scale of -1: "},
		{"too_wide", func(l *Look) { l.Width = raster.MaxSide + 1 }, "a picture of "},
		{"too_large", func(l *Look) { l.Width, l.Height = raster.MaxSide, raster.MaxSide }, "a picture of "},
		{"too_large_by_scale", func(l *Look) { l.Scale = raster.MaxScale; l.Width, l.Height = 1e4, 1e4 }, "a picture of "},
		{"nothing", func(l *Look) { l.Height = 0 }, "a picture of 40x0 pixels"},
		{"negative", func(l *Look) { l.Height = -5 }, "a picture of "},
		{"no_color", func(l *Look) { l.Background = "taubengrau" }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := small
			tt.change(&l)
			if err := l.Check(); (err == nil) != (tt.name == "as_it_is") || err != nil && !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("got %v, want %q", err, tt.want)
			}
		})
	}
}

// TestProveFindsTheOperation that was changed, added or left out.
func TestProveFindsTheOperation(t *testing.T) {
	d := drawn(t, stripe(5, red), stripe(15, blue), stripe(25, red))
	across := canvas.Segment{From: canvas.Point{X: 20, Y: 1}, To: canvas.Point{X: 20, Y: 29}, Force: 1, Color: blue}
	tests := []struct {
		name    string
		picture *recording.Drawing
		differs bool
		entry   uint32
	}{
		{"the_same", drawn(t, stripe(5, red), stripe(15, blue), stripe(25, red)), false, 0},
		{"another_color", drawn(t, stripe(5, red), stripe(15, red), stripe(25, red)), true, 2},
		{"one_is_missing", drawn(t, stripe(5, red), stripe(15, blue)), true, 3},
		{"none_is_there", drawn(t), true, 1},
		{"one_more_across", drawn(t, stripe(5, red), stripe(15, blue), stripe(25, red), across), true, 0}, // which is no entry's fault
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			p, err := Decode(encoded(t, small, tt.picture))
			if err != nil {
				t.Fatal(err)
			}
			err = p.Prove(p.Look, d, nil)
			var differs *DifferenceError
			switch {
			case !tt.differs && err == nil:
			case !errors.As(err, &differs) || differs.Entry.N != tt.entry || differs.Said == "":
				t.Errorf("got %v, want that entry %d is not in it, and another drawing", err, tt.entry)
			}
		})
	}
}

// TestProveFindsEveryPixel that is not what it should be.
func TestProveFindsEveryPixel(t *testing.T) {
	tiny := Look{Width: 10, Height: 8}.Of(recording.Header{})
	d := drawn(t, stripe(4, red))
	p, err := Decode(encoded(t, tiny, d))
	if err != nil {
		t.Fatal(err)
	}
	same := nrgba(p.Image)
	for i := range same.Pix {
		same.Pix[i] ^= 1
		p.Image = same
		err := p.Prove(p.Look, d, nil)
		var differs *DifferenceError
		if at := image.Pt(i/4%10, i/4/10); !errors.As(err, &differs) || differs.Pixels != 1 || differs.First != at || differs.Said != "" {
			t.Fatalf("byte %d: got %v, want that pixel %v differs", i, err, at)
		}
		same.Pix[i] ^= 1
	}
	smaller := image.NewNRGBA(image.Rect(0, 0, 10, 7))
	smaller.Set(1, 1, color.Black)
	var b bytes.Buffer
	if err := png.Encode(&b, smaller); err != nil {
		t.Fatal(err)
	}
	if p, err = Decode(b.Bytes()); err != nil {
		t.Fatal(err)
	}
	if err := p.Prove(tiny, d, nil); err == nil || err.Error() != "10x7 pixels, and the recording gives 10x8" {
		t.Errorf("of another size: got %v", err)
	}
}
