package main

import (
	"slices"
	"strings"
	"testing"
)

// What a page draws at once travels together, to those who said that they read
// lines, and comes apart again only where that was said.
func TestOutbox(t *testing.T) {
	t.Parallel()
	got := eval[struct {
		Lines, Older, Plain []string
		Split, Whole        int
	}](modulePage(t), `import("/static/exchange.js").then(async ({ Exchange }) => {
		const sent = { lines: [], older: [], plain: [] };
		const make = (wire) => new Exchange({ wire, onChange() {}, onPreview() {}, onState() {} });
		const exchange = make({ queued: () => 0, send: (id, data) => sent[id].push(data) > 0 });
		exchange.opened("lines", { v: 1, site: "AAAAAAAAAAA", lines: true });
		exchange.opened("older", { v: 1, site: "BBBBBBBBBBB" });
		exchange.opened("plain", undefined);
		for (const id in sent) sent[id] = [];
		const draw = (x) => exchange.draw({ type: "segment", from: { x, y: 1 }, to: { x: 2, y: 3 }, force: 1, color: "#ff0000" });
		for (let x = 0; x < 3; x++) draw(x);
		while (sent.lines.length < 2) await new Promise((resolve) => setTimeout(resolve, 1));

		const other = make({ queued: () => 0, send: () => true, reset() {} });
		other.opened("a", { ...exchange.capability });
		for (const text of sent.lines) other.heard("a", text);
		const older = make({ queued: () => 0, send: () => true, reset() {} });
		older.opened("a", { v: 1, site: exchange.capability.site });
		for (const text of sent.lines) older.heard("a", text);
		const entries = ({ log }) => [...log.have.values()].reduce((a, b) => a + b, 0);
		return { ...sent, split: entries(other), whole: entries(older) };
	})`)
	if want := []string{got.Older[0], got.Older[1] + "\n" + got.Older[2]}; !slices.Equal(got.Lines, want) {
		t.Errorf("sent %q, want %q", got.Lines, want)
	}
	if !slices.Equal(got.Plain, got.Older) || len(got.Plain) != 3 || strings.Contains(strings.Join(got.Plain, ""), "\n") {
		t.Errorf("sent %q and %q to older peers, want three messages", got.Older, got.Plain)
	}
	if got.Split != 3 || got.Whole != 1 {
		t.Errorf("received %d strokes as lines and %d without, want 3 and 1", got.Split, got.Whole)
	}
}
