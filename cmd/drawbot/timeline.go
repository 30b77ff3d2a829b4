package main

import (
	"io"
	"math"
	"time"

	"github.com/fogleman/gg"
	"github.com/golang/freetype/truetype"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"

	"drawmesh/canvas/raster/caption"
	"drawmesh/canvas/recording/stats"
)

// The timeline's sizes, in pixels.
const (
	timelineWidth = 1200
	timelineLeft  = 170 // of the bars: names are before them
	timelineRight = 30
	timelineTop   = 20
	timelineRow   = 30
	timelineAxis  = 36
	timelineText  = 13
)

// timeline draws a row for each person, and in it a bar for each moment in which
// the person drew: the higher, the more.
func timeline(w io.Writer, s *stats.Stats) error {
	face, err := textFace()
	if err != nil {
		return err
	}
	height := timelineTop + timelineRow*len(s.Shares) + timelineAxis
	dc := gg.NewContext(timelineWidth, height)
	dc.SetHexColor("#ffffff")
	dc.Clear()
	dc.SetFontFace(face)
	seconds := int(s.Last/time.Second) + 1
	drawAxis(dc, seconds, float64(height-timelineAxis))
	labels := s.Authors.Labels()
	for i, p := range s.Shares {
		drawRow(dc, i, labels[p.Author]+p.Author.Before(), barsOf(p, seconds))
	}
	return dc.EncodePNG(w)
}

func textFace() (font.Face, error) {
	f, err := truetype.Parse(goregular.TTF)
	if err != nil {
		return nil, err
	}
	return truetype.NewFace(f, &truetype.Options{Size: timelineText, Hinting: font.HintingFull}), nil
}

// drawRow draws the i-th person's.
func drawRow(dc *gg.Context, i int, label string, bars []int) {
	bottom := float64(timelineTop + timelineRow*(i+1) - 4)
	dc.SetHexColor("#333333")
	dc.DrawStringAnchored(fit(dc, printable(label), timelineLeft-20), timelineLeft-10, bottom-float64(timelineRow)/2, 1, 0.5)
	most := 1
	for _, n := range bars {
		most = max(most, n)
	}
	colors := [...]string{"#4361ee", "#f3722c", "#34a0a4", "#b5179e", "#76c893", "#c9184a", "#7209b7", "#f9a03f"}
	dc.SetHexColor(colors[i%len(colors)])
	width := float64(timelineWidth-timelineLeft-timelineRight) / float64(len(bars))
	for x, n := range bars {
		if n > 0 {
			h := (timelineRow - 8) * math.Max(0.1, math.Sqrt(float64(n)/float64(most)))
			dc.DrawRectangle(timelineLeft+float64(x)*width, bottom-h, math.Max(width, 1), h)
			dc.Fill()
		}
	}
	dc.SetHexColor("#dddddd")
	dc.DrawLine(timelineLeft, bottom+0.5, timelineWidth-timelineRight, bottom+0.5)
	dc.SetLineWidth(1)
	dc.Stroke()
}

// barsOf are how much a person drew in each of some equal times.
func barsOf(p *stats.Share, seconds int) []int {
	bars := make([]int, min(seconds, (timelineWidth-timelineLeft-timelineRight)/2))
	for second, n := range p.BySecond {
		bars[second*len(bars)/seconds] += n
	}
	return bars
}

// drawAxis draws the times, so many that they can be read.
func drawAxis(dc *gg.Context, seconds int, y float64) {
	step := time.Second
	for _, step = range []time.Duration{1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400} {
		if step *= time.Second; int(step/time.Second)*10 >= seconds {
			break
		}
	}
	for float64(seconds)/step.Seconds() > 12 {
		step *= 2
	}
	for at := time.Duration(0); at <= time.Duration(seconds)*time.Second; at += step {
		x := timelineLeft + float64(timelineWidth-timelineLeft-timelineRight)*at.Seconds()/float64(seconds)
		dc.SetHexColor("#eeeeee")
		dc.DrawLine(math.Round(x)+0.5, timelineTop, math.Round(x)+0.5, y+4)
		dc.SetLineWidth(1)
		dc.Stroke()
		dc.SetHexColor("#666666")
		dc.DrawStringAnchored(caption.Clock(at), x, y+16, 0.5, 0.5)
	}
}

// fit is as much of a text as there is room for.
func fit(dc *gg.Context, text string, width float64) string {
	if w, _ := dc.MeasureString(text); w <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 {
		runes = runes[:len(runes)-1]
		if w, _ := dc.MeasureString(string(runes) + "…"); w <= width {
			break
		}
	}
	return string(runes) + "…"
}
