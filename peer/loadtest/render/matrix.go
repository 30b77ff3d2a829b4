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
	longest := 0
	for _, name := range g.to {
		longest = max(longest, len(short(name)))
	}
	margin := 14 + 6.5*float64(longest)
	h := heat{side: min(22, 620/float64(len(g.to))), left: margin, top: margin, least: least, most: most}
	for i, to := range g.to {
		h.name(i, to, true)
		for j, from := range g.from {
			if i == 0 {
				h.name(j, from, false)
			}
			if to != from && g.room[to] == g.room[from] {
				s := shadeOf(g.pairs[[2]string{to, from}])
				s.tell = fmt.Sprintf("%s to %s: %s", from, to, s.tell)
				h.cell(i, j, s)
			}
		}
	}
	width, height := h.left+h.side*float64(len(g.from))+8, h.top+h.side*float64(len(g.to))+8
	return matrix{template.HTML(fmt.Sprintf(`<svg class="matrix" style="max-width:%.0fpx" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, width, width, height, label) +
		h.b.String() + `</svg>`), format(least), format(most)}
}

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
	b               strings.Builder
	side, left, top float64 // CSS pixels
	least, most     float64
}

// name writes a bot's name beside its row, or above its column, if there is
// room.
func (h *heat) name(i int, name string, row bool) {
	if h.side < 9 && i%5 > 0 {
		return
	}
	name = html.EscapeString(short(name))
	at := h.side*(float64(i)+0.5) + 4
	if row {
		fmt.Fprintf(&h.b, `<text class="tick" text-anchor="end" x="%.1f" y="%.1f">%s</text>`, h.left-6, h.top+at, name)
		return
	}
	fmt.Fprintf(&h.b, `<text class="tick" transform="translate(%.1f %.1f) rotate(-60)">%s</text>`, h.left+at, h.top-6, name)
}

// short is a bot's name without the part, if that is the first.
func short(name string) string { return strings.TrimPrefix(name, "1-") }

func (h *heat) cell(i, j int, s shade) {
	x, y, side := h.left+h.side*float64(j), h.top+h.side*float64(i), max(h.side-1, 1)
	tell := html.EscapeString(s.tell)
	if s.value == 0 {
		fmt.Fprintf(&h.b, `<rect class="none" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`, x+0.5, y+0.5, side-1, side-1, tell)
		return
	}
	fmt.Fprintf(&h.b, `<rect class="heat" fill-opacity="%.2f" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`,
		0.06+0.94*part(s.value, h.least, h.most, true), x, y, side, side, tell)
}
