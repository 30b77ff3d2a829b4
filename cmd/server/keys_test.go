package main

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Modifiers of keys, in the bits that the browser's protocol has for them.
const (
	alt   = 1
	ctrl  = 2
	meta  = 4
	shift = 8
)

// A stroke of a key: what it says, where it is, and what is held with it.
type key struct {
	says, place string
	held        int64
}

// strike presses a key and lets it go, as a keyboard of any layout does. code is
// what the system calls it: 229 where an input method has it.
func (p *page) strike(k key, code int64) {
	p.t.Helper()
	for _, kind := range []input.DispatchKeyEventType{input.DispatchKeyEventTypeRawKeyDown, input.DispatchKeyEventTypeKeyUp} {
		event := input.DispatchKeyEventParams{Type: kind, Key: k.says, Code: k.place, Modifiers: k.held, WindowsVirtualKeyCode: code}
		p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
			_, err := cdp.Call(ctx, t, input.DispatchKeyEvent, event)
			return err
		}))
	}
}

// A letter is where the keyboard says it is; where it says none of Latin, it is
// where it would be on a keyboard that does.
func TestKeyOf(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, key, code, want string }{
		{"US", "z", "KeyZ", "z"},
		{"with Shift", "Z", "KeyZ", "z"},
		{"QWERTZ", "z", "KeyY", "z"},
		{"AZERTY", "z", "KeyW", "z"},
		{"Dvorak", "z", "Slash", "z"},
		{"Dvorak, a comma where W would be", ",", "KeyW", ","},
		{"Turkish, a letter of its own", "ı", "KeyR", "ı"},
		{"Russian", "я", "KeyZ", "z"},
		{"Russian, with Shift", "Я", "KeyZ", "z"},
		{"Bulgarian", "п", "KeyP", "p"},
		{"Greek", "ζ", "KeyZ", "z"},
		{"Hebrew", "ז", "KeyZ", "z"},
		{"Arabic", "ئ", "KeyZ", "z"},
		{"Arabic, two letters on a key", "لا", "KeyB", "b"},
		{"Korean", "ㅋ", "KeyZ", "z"},
		{"Thai", "ผ", "KeyZ", "z"},
		{"Georgian", "წ", "KeyW", "w"},
		{"Japanese, wide", "ｚ", "KeyZ", "z"},
		{"wide question mark", "？", "Slash", "?"},
		{"Arabic bracket", "ج", "BracketLeft", "["},
		{"Russian bracket", "ъ", "BracketRight", "]"},
		{"arrow", "ArrowLeft", "ArrowLeft", "ArrowLeft"},
		{"dead key", "Dead", "KeyZ", "Dead"},
		{"digit of India", "१", "Digit1", ""},
	}
	p := modulePage(t)
	for _, tt := range tests {
		got := eval[string](p, `import("/static/keys.js").then(({ keyOf }) => keyOf({ key: %s, code: %s }))`, tt.key, tt.code)
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}

// Undo and redo are where the keyboard says Z and Y. What an input method or the
// browser is told is not for the drawing.
func TestKeysOfLayouts(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	const a, b = "200,300 300,300", "200,400 300,400"
	s.drag(place{200, 300}, place{300, 300})
	s.drag(place{200, 400}, place{300, 400})
	tests := []struct {
		name string
		key  key
		code int64
		want string // what shows then; undone are two strokes and redone one, before
	}{
		{"US", key{"z", "KeyZ", ctrl}, 90, ""},
		{"US on a Mac", key{"z", "KeyZ", meta}, 90, ""},
		{"Russian", key{"я", "KeyZ", ctrl}, 90, ""},
		{"Greek", key{"ζ", "KeyZ", ctrl}, 90, ""},
		{"Hebrew", key{"ז", "KeyZ", ctrl}, 90, ""},
		{"Arabic", key{"ئ", "KeyZ", ctrl}, 90, ""},
		{"Korean", key{"ㅋ", "KeyZ", ctrl}, 90, ""},
		{"AZERTY", key{"z", "KeyW", ctrl}, 90, ""},
		{"QWERTZ", key{"z", "KeyY", ctrl}, 90, ""},
		{"Dvorak", key{"z", "Slash", ctrl}, 90, ""},
		{"what is Z elsewhere, on Dvorak", key{";", "KeyZ", ctrl}, 186, a},
		{"what is Z elsewhere, on AZERTY", key{"w", "KeyZ", ctrl}, 87, a},
		{"redo", key{"Z", "KeyZ", ctrl | shift}, 90, a + "; " + b},
		{"redo in Russian", key{"Я", "KeyZ", ctrl | shift}, 90, a + "; " + b},
		{"redo by its own key", key{"y", "KeyY", ctrl}, 89, a + "; " + b},
		{"redo by its own key in Russian", key{"н", "KeyY", ctrl}, 89, a + "; " + b},
		{"redo by its own key on QWERTZ", key{"y", "KeyZ", ctrl}, 89, a + "; " + b},
		{"the history of a Mac", key{"y", "KeyY", meta}, 89, a},
		{"with Alt too", key{"z", "KeyZ", ctrl | alt}, 90, a},
		{"an input method's", key{"Process", "KeyZ", ctrl}, 229, a},
		{"an input method's, which tells the letter", key{"z", "KeyZ", ctrl}, 229, a},
	}
	undo, redo := key{"z", "KeyZ", ctrl}, key{"Z", "KeyZ", ctrl | shift}
	for _, tt := range tests {
		for _, k := range []key{redo, redo, undo, undo, redo} {
			s.strike(k, 90)
		}
		s.strike(tt.key, tt.code)
		s.wait(shows, tt.want, a, b)
	}
}

// shows waits for the two strokes of TestKeysOfLayouts. It takes what shows and
// what they are called.
const shows = `(() => {
	const ink = (y) => document.querySelector("#picture").getContext("2d").getImageData(250, y, 1, 1).data[3] > 0;
	const [want, a, b] = [%s, %s, %s];
	return ink(300) === want.includes(a) && ink(400) === want.includes(b);
})()`

// What somebody types with the help of an input method, or for the browser, sets
// nothing off.
func TestKeysForOthers(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	state := `(() => {
		const open = document.querySelector(":popover-open")?.id ?? "";
		const tool = document.querySelector("[data-tool][aria-pressed=true]").dataset.tool;
		return open + " " + tool + " " + document.querySelector("#width").textContent;
	})()`
	tests := []struct {
		name string
		key  key
		code int64
		want string
	}{
		{"rectangle in Russian", key{"к", "KeyR", 0}, 82, " rect 4.1 px"},
		{"rectangle of an input method", key{"r", "KeyR", 0}, 229, " pencil 4.1 px"},
		{"reload", key{"r", "KeyR", ctrl}, 82, " pencil 4.1 px"},
		{"save the page on a Mac", key{"s", "KeyS", meta}, 83, " pencil 4.1 px"},
		{"back", key{"ArrowLeft", "ArrowLeft", alt}, 37, " pencil 4.1 px"},
		{"print", key{"p", "KeyP", ctrl | alt}, 80, " pencil 4.1 px"},
		{"what an input method has deleted", key{"Backspace", "Backspace", 0}, 229, " pencil 4.1 px"},
		{"with Ctrl", key{"Backspace", "Backspace", ctrl}, 8, " pencil 4.1 px"},
		{"bracket in Russian", key{"ъ", "BracketRight", 0}, 221, " pencil 4.9 px"},
		{"help in Arabic", key{"؟", "Slash", shift}, 191, "help pencil 4.1 px"},
		{"who is here in Greek", key{"ς", "KeyW", 0}, 87, "people pencil 4.1 px"},
	}
	for _, tt := range tests {
		s.strike(tt.key, tt.code)
		if got := eval[string](s.page, state); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
		if eval[bool](s.page, `document.querySelector(":popover-open") !== null`) {
			s.press(kb.Escape)
		}
		s.press("p")
		if tt.want == " pencil 4.9 px" {
			s.press("[")
		}
	}

	t.Log("brackets that need AltGr, which some systems tell as Ctrl and Alt")
	for _, held := range []string{``, `ctrlKey: true, altKey: true,`} {
		eval[any](s.page, `dispatchEvent(new KeyboardEvent("keydown", { key: "]", code: "Digit6", `+held+` modifierAltGraph: true }))`)
		if got, want := eval[string](s.page, state), " pencil 4.9 px"; got != want {
			t.Errorf("with %q: got %q, want %q", held, got, want)
		}
		s.press("[")
	}
	eval[any](s.page, `dispatchEvent(new KeyboardEvent("keydown", { key: "ł", code: "KeyL", modifierAltGraph: true }))`)
	s.wait(`document.querySelector("#notice").hidden`)

	t.Log("the Enter that ends a word does not end a name")
	s.press("w")
	s.do(chromedp.Focus(chromedp.CSS("#name")))
	for i, code := range []int64{229, 13} {
		s.strike(key{"Enter", "Enter", 0}, code)
		if got, want := eval[bool](s.page, `document.activeElement.id === "name"`), i == 0; got != want {
			t.Errorf("after code %d: the name has the focus: got %v, want %v", code, got, want)
		}
	}
}
