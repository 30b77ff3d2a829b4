package raster

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/canvas/internal/browser"
	"drawmesh/canvas/internal/likeness"
)

// newBrowser starts a Chromium that can draw.
func newBrowser(t testing.TB) context.Context {
	t.Helper()
	ctx := browser.New(t)
	if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](drawScript)); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// drawScript is a browser's half of the protocol: what a page does with each
// message. With willReadFrequently a canvas stays in software.
const drawScript = `
globalThis.board = (width, height) => {
	const c = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
	c.canvas.width = width;
	c.canvas.height = height;
	c.lineCap = "round";
	return c;
};
globalThis.paint = (c, ops) => {
	for (const o of ops) {
		c.strokeStyle = o.color;
		c.lineWidth = o.lineWidth;
		if (o.clear) {
			c.clearRect(0, 0, c.canvas.width, c.canvas.height);
		} else if (o.rect) {
			c.strokeRect(...o.rect);
		} else {
			c.beginPath();
			c.moveTo(o.line[0], o.line[1]);
			c.lineTo(o.line[2], o.line[3]);
			c.stroke();
		}
	}
};
true`

// A browserOp is an operation as drawScript takes it.
type browserOp struct {
	Line      *[4]float64 `json:"line,omitempty"`
	Rect      *[4]float64 `json:"rect,omitempty"`
	Clear     bool        `json:"clear,omitempty"`
	LineWidth float64     `json:"lineWidth,omitempty"`
	Color     string      `json:"color,omitempty"`
}

func browserOps(ops []canvas.Op) string {
	hex := func(c canvas.Color) string { return fmt.Sprintf("#%02x%02x%02x%02x", c.R, c.G, c.B, c.A) }
	out := make([]browserOp, len(ops))
	for i, op := range ops {
		switch op := op.(type) {
		case canvas.Segment:
			out[i] = browserOp{Line: &[4]float64{op.From.X, op.From.Y, op.To.X, op.To.Y}, LineWidth: op.Width(), Color: hex(op.Color)}
		case canvas.Rect:
			out[i] = browserOp{Rect: &[4]float64{op.Origin.X, op.Origin.Y, op.Width, op.Height}, LineWidth: op.LineWidth, Color: hex(op.Color)}
		case canvas.Clear:
			out[i] = browserOp{Clear: true}
		}
	}
	text, err := json.Marshal(out)
	if err != nil {
		panic(err) // only a number that JSON has no form for
	}
	return string(text)
}

// browserPicture is what Chromium makes of ops, over page.
func browserPicture(t *testing.T, browser context.Context, width, height int, ops []canvas.Op) *image.RGBA {
	t.Helper()
	return browserPictureOf(t, browser, Viewport{width, height, at(0, 0), 1}, ops)
}

// browserPictureOf is what it makes of them in a viewport.
func browserPictureOf(t *testing.T, browser context.Context, v Viewport, ops []canvas.Op) *image.RGBA {
	t.Helper()
	script := fmt.Sprintf(`{const c = board(%d, %d); c.scale(%g, %g); c.translate(%g, %g); paint(c, %s); c.canvas.toDataURL("image/png")}`,
		v.Width, v.Height, v.Scale, v.Scale, -v.Origin.X, -v.Origin.Y, browserOps(ops))
	url, err := chromedp.Run(browser, chromedp.Evaluate[string](script))
	if err != nil {
		t.Fatal(err)
	}
	return dataURL(t, url)
}

// dataURL is the picture in a data URL, over page.
func dataURL(t *testing.T, url string) *image.RGBA {
	t.Helper()
	_, text, _ := strings.Cut(url, ",")
	data, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	im, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return likeness.Over(im, page)
}
