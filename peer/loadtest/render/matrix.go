package render

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"slices"
	"strings"

	"drawmesh/peer/loadtest"
)

// maxCells is how many bots the matrix shows, on either side.
const maxCells = 100

// A grid is the bots of a heat map, and what they measured of each other. Only
// bots that stayed to the end are in it.
type grid struct {
	to, from []string // names, of the rows and of the columns
	room     map[string]int
	pairs    map[[2]string]loadtest.Pair // by row and column
}

// newGrid has as columns all of its bots, or only those that draw.
func newGrid(r *loadtest.Report, onlyWriters bool) grid {
	g := grid{room: make(map[string]int), pairs: make(map[[2]string]loadtest.Pair)}
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if b.End != "stayed" || len(g.to) == maxCells {
				continue
			}
			g.room[b.Name] = b.Room
			g.to = append(g.to, b.Name)
			if !onlyWriters || b.Sent > 0 {
				g.from = append(g.from, b.Name)
			}
		}
		for _, pair := range p.Pairs {
			pair.MeanMS, pair.MaxMS = corrected(r, p, pair)
			g.pairs[[2]string{pair.Bot, pair.From}] = pair
		}
	}
	return g
}

// A shade is one value of a heat map.
type shade struct {
	value float64 // 0: none
	tell  string
}

// A matrix is a heat map, and what its palest and its darkest cells stand for.
type matrix struct {
	Picture   template.HTML
	Low, High string
}

// whoHears is who heard whom how late, on the average.
func whoHears(r *loadtest.Report) matrix {
	return newGrid(r, true).heatMap("Mean latency from each bot that draws, above, to each bot, at the left", loadtest.FormatMS,
		func(p loadtest.Pair) shade {
			if p.Timed == 0 {
				return shade{tell: "nothing came live"}
			}
			return shade{max(p.MeanMS, 0.01), fmt.Sprintf("%s on the average, %s at most, %d operations",
				loadtest.FormatMS(p.MeanMS), loadtest.FormatMS(p.MaxMS), p.Delivered)}
		})
}

// whoSends is how many bytes each bot had from each other.
func whoSends(r *loadtest.Report) matrix {
	return newGrid(r, false).heatMap("Bytes from each bot, above, to each other, at the left", formatBytes,
		func(p loadtest.Pair) shade {
			if p.ReceivedBytes == 0 {
				return shade{tell: "nothing came"}
			}
			return shade{float64(p.ReceivedBytes), formatBytes(float64(p.ReceivedBytes))}
		})
}

func formatBytes(v float64) string { return loadtest.Value{Value: v, Unit: "bytes"}.String() }

// heatMap has no picture if nothing has a value.
func (g grid) heatMap(label string, format func(float64) string, shadeOf func(loadtest.Pair) shade) matrix {
	least, most := math.Inf(1), 0.0
	for way, pair := range g.pairs {
		if v := shadeOf(pair).value; v > 0 && slices.Contains(g.to, way[0]) && slices.Contains(g.from, way[1]) {
			least, most = min(least, v), max(most, v)
		}
	}
	if most == 0 {
		return matrix{}
	}
	most = max(most, least*1.5)
	h := heat{least: least, most: most}
	for i, to := range g.to {
		for j, from := range g.from {
			if to != from && g.room[to] == g.room[from] {
				s := shadeOf(g.pairs[[2]string{to, from}])
				s.tell = fmt.Sprintf("%s to %s: %s", from, to, s.tell)
				h.cell(i, j, s)
			}
		}
	}
	return matrix{g.frame(label, h.b.String()), format(least), format(most)}
}

// maxSide is of a cell, in CSS pixels, where there is room.
const maxSide = 22

// frame puts the cells, in units of one, and the bots' names beside them.
func (g grid) frame(label, cells string) template.HTML {
	longest := 0
	for _, name := range g.to {
		longest = max(longest, len(short(name)))
	}
	margin := 14 + 6.5*float64(longest)
	side := min(maxSide, 620/float64(len(g.to)))
	var b strings.Builder
	fmt.Fprintf(&b, `<div class="matrix" style="max-width:%.0fpx;padding:%.0fpx 8px 0 %.0fpx"><div><svg class="picture" viewBox="0 0 %d %d" role="img" aria-label="%s">%s</svg>`,
		side*float64(len(g.from))+margin+8, margin, margin, len(g.from), len(g.to), label, cells)
	for _, names := range []struct {
		class, along string
		of           []string
	}{{"row", "top", g.to}, {"column", "left", g.from}} {
		for i, name := range names.of {
			if side >= 9 || i%5 == 0 { // else there is no room
				fmt.Fprintf(&b, `<span class="%s" style="%s:%.2f%%">%s</span>`, spare(names.class, len(g.to) > maxNames && i%5 > 0),
					names.along, 100*(float64(i)+0.5)/float64(len(names.of)), html.EscapeString(short(name)))
			}
		}
	}
	return template.HTML(b.String() + `</div></div>`)
}

// maxNames is how many names there is room for on a telephone.
const maxNames = 20

// corrected is a pair's mean and greatest latency, with the clocks' difference.
func corrected(r *loadtest.Report, p loadtest.Part, pair loadtest.Pair) (mean, most float64) {
	shift, ok := r.ShiftOf(p, pair)
	if !ok {
		return 0, 0
	}
	return max(pair.MeanMS+shift, 0), max(pair.MaxMS+shift, 0)
}

// A heat map being drawn.
type heat struct {
	b           strings.Builder
	least, most float64
}

// short is a bot's name without the part, if that is the first.
func short(name string) string { return strings.TrimPrefix(name, "1-") }

// cell draws one, a unit wide with the gap to the next.
func (h *heat) cell(i, j int, s shade) {
	tell := html.EscapeString(s.tell)
	if s.value == 0 {
		fmt.Fprintf(&h.b, `<rect class="none" x="%.2f" y="%.2f" width=".9" height=".9"><title>%s</title></rect>`, float64(j)+0.05, float64(i)+0.05, tell)
		return
	}
	fmt.Fprintf(&h.b, `<rect class="heat" fill-opacity="%.2f" x="%d" y="%d" width=".95" height=".95"><title>%s</title></rect>`,
		0.06+0.94*part(s.value, h.least, h.most, true), j, i, tell)
}
