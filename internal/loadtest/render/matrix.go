package render

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"

	"drawmesh/internal/loadtest"
)

// maxCells is how many bots the matrix shows, on either side.
const maxCells = 100

// matrix is a heat map of who heard whom how late, on the average. Only bots
// that stayed to the end are in it.
func matrix(r *loadtest.Report) (picture template.HTML, low, high string) {
	var to, from []string // names
	room := make(map[string]int)
	for _, p := range r.Parts {
		for _, b := range p.Bots {
			if b.End != "stayed" || len(to) == maxCells {
				continue
			}
			room[b.Name] = b.Room
			to = append(to, b.Name)
			if b.Sent > 0 {
				from = append(from, b.Name)
			}
		}
	}
	pairs := make(map[[2]string]loadtest.Pair)
	least, most := math.Inf(1), 0.0
	for _, p := range r.Parts {
		for _, pair := range p.Pairs {
			pair.MeanMS, pair.MaxMS = corrected(r, p, pair)
			pairs[[2]string{pair.Bot, pair.From}] = pair
			if pair.Timed > 0 {
				least, most = min(least, pair.MeanMS), max(most, pair.MeanMS)
			}
		}
	}
	if len(from) == 0 || most == 0 {
		return "", "", ""
	}
	least, most = max(least, 0.01), max(most, least*1.5, 0.02)
	longest := 0
	for _, name := range to {
		longest = max(longest, len(short(name)))
	}
	margin := 14 + 6.5*float64(longest)
	m := heat{side: min(22, 620/float64(len(to))), left: margin, top: margin, least: least, most: most}
	for i, name := range to {
		m.name(i, name, true)
		for j, sender := range from {
			if i == 0 {
				m.name(j, sender, false)
			}
			if name != sender && room[name] == room[sender] {
				m.cell(i, j, name, sender, pairs[[2]string{name, sender}])
			}
		}
	}
	label := "Mean latency from each bot that draws, above, to each bot, at the left"
	width, height := m.left+m.side*float64(len(from))+8, m.top+m.side*float64(len(to))+8
	return template.HTML(fmt.Sprintf(`<svg class="matrix" style="max-width:%.0fpx" viewBox="0 0 %.0f %.0f" role="img" aria-label="%s">`, width, width, height, label) +
		m.b.String() + `</svg>`), loadtest.FormatMS(least), loadtest.FormatMS(most)
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
	least, most     float64 // ms
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

func (h *heat) cell(i, j int, to, from string, pair loadtest.Pair) {
	x, y, side := h.left+h.side*float64(j), h.top+h.side*float64(i), max(h.side-1, 1)
	if pair.Timed == 0 {
		fmt.Fprintf(&h.b, `<rect class="none" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`, x+0.5, y+0.5, side-1, side-1,
			html.EscapeString(fmt.Sprintf("%s to %s: nothing came live", from, to)))
		return
	}
	fmt.Fprintf(&h.b, `<rect class="heat" fill-opacity="%.2f" x="%.1f" y="%.1f" width="%.1f" height="%.1f"><title>%s</title></rect>`,
		0.06+0.94*part(pair.MeanMS, h.least, h.most, true), x, y, side, side,
		html.EscapeString(fmt.Sprintf("%s to %s: %s on the average, %s at most, %d strokes", from, to,
			loadtest.FormatMS(pair.MeanMS), loadtest.FormatMS(pair.MaxMS), pair.Delivered)))
}
