package main

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/websocket"

	"drawmesh/canvas"
)

// A firefox is one page of a Firefox process of its own, driven by WebDriver BiDi
// (https://www.w3.org/TR/webdriver-bidi/). One goroutine uses it.
type firefox struct {
	t      *testing.T
	socket *websocket.Conn
	tab    string // the browsing context
	asked  int
}

// firefoxPrefs let it find peers on this machine as the Chromium of the tests does, and keep
// it from asking the network for anything else.
const firefoxPrefs = `user_pref("media.peerconnection.ice.obfuscate_host_addresses", false);
user_pref("media.peerconnection.ice.loopback", true);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.enabled", false);
user_pref("browser.safebrowsing.malware.enabled", false);
user_pref("extensions.systemAddon.update.enabled", false);
user_pref("services.settings.server", "data:,");
user_pref("intl.accept_languages", "en");
`

// newFirefox starts Debian's Firefox, which ends with the test.
func newFirefox(t *testing.T) *firefox {
	t.Helper()
	path, err := exec.LookPath("firefox-esr")
	if err != nil {
		t.Fatal("this test drives Firefox: apt-get install firefox-esr")
	}
	profile := t.TempDir()
	if err := os.WriteFile(filepath.Join(profile, "user.js"), []byte(firefoxPrefs), 0o666); err != nil {
		t.Fatal(err)
	}
	const origin = "http://localhost"
	cmd := exec.Command(path, "--headless", "--no-remote", "--profile", profile, "--remote-debugging-port", "0", "--remote-allow-origins", origin)
	cmd.Env = append(os.Environ(), "HOME="+profile, "MOZ_CRASHREPORTER_DISABLE=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // with its children
	says, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL)
		cmd.Wait()
	})
	address := ""
	for lines := bufio.NewScanner(says); address == "" && lines.Scan(); {
		_, address, _ = strings.Cut(lines.Text(), "WebDriver BiDi listening on ")
	}
	if address == "" {
		t.Fatal("Firefox does not listen")
	}
	go io.Copy(io.Discard, says)
	socket, err := websocket.Dial(address+"/session", "", origin)
	if err != nil {
		t.Fatal(err)
	}
	f := &firefox{t: t, socket: socket}
	f.ask("session.new", map[string]any{"capabilities": map[string]any{}}, nil)
	var made struct{ Context string }
	f.ask("browsingContext.create", map[string]any{"type": "tab"}, &made)
	f.tab = made.Context
	return f
}

// ask sends a command, and waits for its answer.
func (f *firefox) ask(method string, params map[string]any, answer any) {
	f.t.Helper()
	f.asked++
	f.socket.SetDeadline(time.Now().Add(patience))
	if err := websocket.JSON.Send(f.socket, map[string]any{"id": f.asked, "method": method, "params": params}); err != nil {
		f.t.Fatal(err)
	}
	for {
		var got struct {
			ID             int
			Type           string
			Result         json.RawMessage
			Error, Message string
		}
		if err := websocket.JSON.Receive(f.socket, &got); err != nil {
			f.t.Fatalf("%s: %v", method, err)
		}
		if got.ID != f.asked {
			continue // an event
		}
		if got.Type == "error" {
			f.t.Fatalf("%s: %s: %s", method, got.Error, got.Message)
		}
		if answer != nil {
			if err := json.Unmarshal(got.Result, answer); err != nil {
				f.t.Fatal(err)
			}
		}
		return
	}
}

func (f *firefox) open(url string) {
	f.t.Helper()
	f.ask("browsingContext.navigate", map[string]any{"context": f.tab, "url": url, "wait": "complete"}, nil)
}

// wait waits until a JavaScript expression is true on the page. Args go in as JSON.
func (f *firefox) wait(expression string, args ...any) {
	f.t.Helper()
	expression = script(expression, args)
	var got struct {
		Result struct{ Value any }
	}
	for end := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		f.ask("script.evaluate", map[string]any{"expression": expression, "target": map[string]any{"context": f.tab}, "awaitPromise": true}, &got)
		if got.Result.Value == true {
			return
		}
		if time.Now().After(end) {
			f.t.Fatalf("waiting for %s", expression)
		}
	}
}

// drag moves the mouse from one place to another with its button down.
func (f *firefox) drag(from, to place) {
	f.t.Helper()
	at := func(p place) map[string]any {
		return map[string]any{"type": "pointerMove", "x": int(p.x), "y": int(p.y), "duration": 30}
	}
	f.perform("pointer", "mouse", at(from), map[string]any{"type": "pointerDown", "button": 0}, at(place{(from.x + to.x) / 2, (from.y + to.y) / 2}), at(to), map[string]any{"type": "pointerUp", "button": 0})
}

// press types keys, one after the other, with those that are held before them.
func (f *firefox) press(key string, held ...string) {
	f.t.Helper()
	var actions []map[string]any
	for _, k := range append(held, key) {
		actions = append(actions, map[string]any{"type": "keyDown", "value": k})
	}
	for _, k := range append([]string{key}, held...) {
		actions = append(actions, map[string]any{"type": "keyUp", "value": k})
	}
	f.perform("key", "keyboard", actions...)
}

func (f *firefox) perform(kind, id string, actions ...map[string]any) {
	f.t.Helper()
	f.ask("input.performActions", map[string]any{"context": f.tab, "actions": []any{map[string]any{"type": kind, "id": id, "actions": actions}}}, nil)
}

// Someone with Firefox, someone with Chromium and a program draw together: strokes both ways,
// undo, clear, and what a page has after it is loaded again or the server was away.
func TestFirefox(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	room := server.url + "/studio"
	bo := enterRoom(t, room)
	p := newBrowser(t).open(room)
	f := newFirefox(t)
	f.open(room)
	f.wait(`document.documentElement.dataset.links === "2"`)
	p.waitLinks(2)

	t.Log("strokes, both ways")
	f.press("p")
	f.wait(`(document.querySelector("#swatch [data-color='#ff0000']").click(), true)`)
	f.drag(place{200, 200}, place{300, 200})
	p.waitInk(place{250, 200}, redInk)
	p.waitSum(bo)
	p.choose("pencil", blue)
	p.drag(place{200, 300}, place{300, 300})
	f.wait(inkAt+` === %s`, "#picture", 250.0, 300.0, blueInk)
	if _, err := bo.Draw(canvas.Segment{From: canvas.Point{X: 200, Y: 400}, To: canvas.Point{X: 300, Y: 400}, Force: 1.5, Color: canvas.Color{R: 255, A: 255}}); err != nil {
		t.Fatal(err)
	}
	f.wait(inkAt+` === %s`, "#picture", 250.0, 400.0, redInk)

	t.Log("a shape, undo and redo")
	f.press("r")
	f.drag(place{500, 200}, place{600, 300})
	p.waitInk(place{550, 200}, redInk)
	f.press("z", "\uE009") // Control
	p.waitInk(place{550, 200}, noInk)
	f.press("y", "\uE009")
	p.waitInk(place{550, 200}, redInk)

	t.Log("what the page has after it is loaded again")
	f.wait(`document.documentElement.dataset.agree === "true" && document.documentElement.dataset.kept === "all"`)
	f.open(room)
	f.wait(inkAt+` === %s`, "#picture", 250.0, 200.0, redInk)
	f.wait(`document.documentElement.dataset.links === "2"`)
	f.drag(place{700, 200}, place{800, 200})
	p.waitSum(bo)
	f.wait(`document.documentElement.dataset.sum === %s`, bo.Sum().String())

	t.Log("clear")
	p.clear()
	f.wait(inkAt+` === %s`, "#picture", 250.0, 200.0, noInk)
	p.waitSum(bo)
	f.wait(`document.documentElement.dataset.sum === %s`, bo.Sum().String())

	t.Log("what did not come while the server was away, which Firefox remembers")
	server.end(syscall.SIGKILL)
	f.press("b")
	f.wait(`document.querySelector("#notice").textContent.startsWith("History: could not be loaded.")`)
	startProcess(t, "--port", server.port(), "--token-secret", longSecret)
	f.wait(connected)
	f.press("b")
	f.wait(`document.activeElement.id === "when"`)
}
