package main

import (
	"testing"

	"github.com/chromedp/chromedp/kb"
)

// Where the system chooses the colors, paper, swatches and faces keep theirs, and what is
// chosen shows.
func TestForcedColors(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.emulate(media{"forced-colors": "active", "prefers-color-scheme": "dark"})
	s.wait(`matchMedia("(forced-colors: active)").matches`)
	color := func(selector string) string {
		return eval[string](s.page, `getComputedStyle(document.querySelector(%s)).backgroundColor`, selector)
	}
	for selector, want := range map[string]string{
		"main": "rgb(255, 255, 255)", `#swatch [data-color="#ff0000"]`: "rgb(255, 0, 0)", "#dot": "rgb(255, 0, 0)", "#overview": "rgb(255, 255, 255)",
	} {
		if got := color(selector); got != want {
			t.Errorf("%s: got %s, want %s", selector, got, want)
		}
	}
	for chosen, other := range map[string]string{
		`[data-tool=pencil]`: `[data-tool=line]`, `#saving label:has(:checked)`: `#saving label:not(:has(:checked))`,
	} {
		// Behind words whose color is not forced, browsers paint no plate.
		if eval[string](s.page, `getComputedStyle(document.querySelector(%s)).forcedColorAdjust`, chosen) != "none" {
			t.Errorf("%s: its words are on a plate of another color", chosen)
		}
		if got := color(chosen); got == color(other) {
			t.Errorf("%s looks like %s", chosen, other)
		}
	}
}

// Nothing moves by itself for whoever wants less motion.
func TestReducedMotion(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	const moving = `[...document.querySelectorAll("body *")].filter((e) => {
		const { animationName, transitionDuration } = getComputedStyle(e);
		return animationName !== "none" || transitionDuration.split(", ").some((time) => time !== "0s");
	}).length`
	if eval[int](s.page, moving) == 0 {
		t.Error("nothing moves: the test says little")
	}
	s.emulate(media{"prefers-reduced-motion": "reduce"})
	s.wait(moving + ` === 0`)
}

// Who goes by the keyboard sees where they are, on the canvas, too, and comes to every
// control.
func TestFocusShows(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	s.press("w")
	s.press(kb.Escape)
	eval[any](s.page, `(() => { document.activeElement.blur(); globalThis.visited = new Set(); })()`)
	for range 30 {
		s.press("\t")
		if got := eval[string](s.page, `(() => {
			const at = document.activeElement;
			visited.add(at.id || at.dataset.tool);
			const { outlineStyle, outlineWidth } = getComputedStyle(at);
			return at === document.body || (outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) ? "" : at.id || at.dataset.tool;
		})()`); got != "" {
			t.Errorf("nothing shows that %s has the focus", got)
		}
	}
	for _, want := range []string{"overlay", "copy", "who", "smaller", "paper", "pencil", "laser", "style", "undo", "save", "clear", "keys"} {
		if !eval[bool](s.page, `visited.has(%s)`, want) {
			t.Errorf("Tab does not lead to %s", want)
		}
	}
}
