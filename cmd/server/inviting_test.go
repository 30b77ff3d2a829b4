package main

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"rsc.io/qr/coding"
)

// The page's QR codes are those of another encoder, told to make the same kind, in every
// version and where each begins and ends.
func TestQRCodes(t *testing.T) {
	t.Parallel()
	p := modulePage(t)
	sizes := make(map[int]bool)
	for _, n := range []int{1, 14, 15, 26, 27, 42, 43, 62, 63, 84, 85, 106, 107, 122, 123, 152, 153, 180, 181, 213} {
		text := (strings.Repeat("https://draw.example/grüße?", 10))[:n]
		text = strings.ToValidUTF8(text, "?")
		got := eval[[]string](p, `import("/static/qr.js").then(({ qrCode }) => qrCode(%s).map((row) => row.map((dark) => dark ? "#" : ".").join("")))`, text)
		want := otherCode(t, text)
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%d bytes:\n%s\nwant\n%s", len(text), strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		sizes[len(got)] = true
	}
	if len(sizes) != 10 {
		t.Errorf("these were %d versions, want 10", len(sizes))
	}
	if !eval[bool](p, `import("/static/qr.js").then(({ qrCode }) => qrCode("x".repeat(214)) === null)`) {
		t.Error("it makes a code of what does not fit")
	}
}

// otherCode is the code that rsc.io/qr makes of a text: bytes, level M, the first mask.
func otherCode(t *testing.T, text string) (rows []string) {
	t.Helper()
	data := coding.String(text)
	for v := coding.Version(1); ; v++ {
		if data.Bits(v) > 8*v.DataBytes(coding.M) {
			continue
		}
		plan, err := coding.NewPlan(v, coding.M, 0)
		if err != nil {
			t.Fatal(err)
		}
		code, err := plan.Encode(data)
		if err != nil {
			t.Fatal(err)
		}
		for y := range code.Size {
			row := make([]byte, code.Size)
			for x := range row {
				row[x] = '.'
				if code.Black(x, y) {
					row[x] = '#'
				}
			}
			rows = append(rows, string(row))
		}
		return rows
	}
}

// The link is copied where there is no clipboard, too, and shown, selected, for whoever has
// to do that by hand; and so is the line that lets a bot in.
func TestInviting(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	const host = "studio.test"
	b := newBrowser(t, chromedp.Flag("host-resolver-rules", "MAP "+host+" 127.0.0.1"))
	room := "http://" + host + ":" + server.port() + "/studio"
	p := b.openAfter(`addEventListener("copy", () => { const { value, selectionStart, selectionEnd } = document.activeElement; globalThis.copied = value.slice(selectionStart, selectionEnd); })`, room)
	p.wait(connected)
	if eval[bool](p, `navigator.clipboard !== undefined`) {
		t.Fatal("this page has a clipboard, so it shows nothing")
	}
	const open = `document.querySelector("#inviting").matches(":popover-open")`
	selected := `document.activeElement.id === %s && document.activeElement.selectionEnd - document.activeElement.selectionStart === document.activeElement.value.length`
	p.do(click("#copy"))
	p.wait(open)
	p.wait(selected, "address")
	p.wait(`copied === %s`, room)
	p.wait(noticed, "Link copied")

	p.do(click("#copy-bot"))
	p.wait(selected, "bot")
	p.wait(`copied === %s`, "drawbot draw '"+room+"' --text 'Hello'")
	const rest = "x'; rm -rf ~; '"
	if got := eval[string](p, `import("/static/inviting.js").then(({ botLine }) => botLine("http://h/" + %s))`, rest); strings.Count(got, "'") != 4 {
		t.Errorf("a shell takes more of this line than one address: %s", got)
	}

	t.Log("for those who only watch, as squares as well")
	code := `document.querySelector("#code path").getAttribute("d")`
	before := eval[string](p, code)
	p.do(click("#watching"), click("#copy-address"))
	p.wait(`copied === %s`, room+"?view")
	p.wait(code+` !== %s`, before)
	if eval[bool](p, `document.querySelector("#share").hidden === Boolean(navigator.share)`) {
		t.Error("the system's way to share is offered where there is none, or is not")
	}

	t.Log("by the keyboard")
	p.press("\x1b")
	p.wait(`!` + open)
	p.do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#overlay").focus()`))
	p.press("q")
	p.wait(open)
}
