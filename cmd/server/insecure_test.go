package main

import (
	"context"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/peer"
)

// A page that came without TLS, from another machine of the network, has no WebCrypto. It
// signs what it draws and verifies what others draw nevertheless, in a worker of its own.
func TestWithoutWebCrypto(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	const host = "studio.test"
	b := newBrowser(t, chromedp.Flag("host-resolver-rules", "MAP "+host+" 127.0.0.1"))
	room := "http://" + host + ":" + server.port() + "/studio"
	pages := b.join(room, 2)
	ana, bo := pages[0], pages[1]
	for _, p := range pages {
		if eval[bool](p, `isSecureContext || crypto.subtle !== undefined`) {
			t.Fatal("this page has WebCrypto, so it shows nothing")
		}
	}
	cy, err := peer.Join(t.Context(), server.url+"/studio", peer.Options{Name: "Cy", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer cy.Close(context.Background())
	ana.waitLinks(2)

	t.Log("all draw, and each verifies what the others drew: only that counts for the sum")
	ana.choose("pencil", red)
	ana.drag(place{200, 200}, place{300, 200})
	bo.choose("pencil", blue)
	bo.drag(place{200, 300}, place{300, 300})
	if _, err := cy.Draw(wideLine(400, canvas.Color{R: 255, A: 255})); err != nil {
		t.Fatal(err)
	}
	for _, p := range pages {
		p.waitInk(place{250, 200}, redInk)
		p.waitInk(place{250, 300}, blueInk)
		p.waitInk(place{250, 400}, redInk)
		p.wait(`document.querySelector("#drawing").textContent.startsWith("Everybody has the same drawing")`)
		p.waitSum(cy)
	}
	if !eval[bool](ana, `performance.getEntriesByType("resource").some(({ name }) => name.includes("/signer."))`) {
		t.Error("it signs on the page's own thread")
	}

	t.Log("who comes late, undoes and clears")
	late := b.open(room)
	late.waitLinks(3)
	late.waitInk(place{250, 300}, blueInk)
	ana.do(click("#undo"))
	late.waitInk(place{250, 200}, noInk)
	late.clear()
	ana.waitInk(place{250, 300}, noInk)
	late.waitSum(cy)
	if faults := eval[string](ana, `document.documentElement.dataset.fault ?? ""`); strings.Contains(faults, "forged") {
		t.Errorf("it took an honest stroke for forged: %s", faults)
	}
}

// Without WebCrypto, too, what its author has not signed is taken back, and who sent it
// is told to be wrong.
func TestForgeryWithoutWebCrypto(t *testing.T) {
	t.Parallel()
	got := eval[string](modulePage(t), `Promise.all(["exchange", "signatures", "log", "message", "base64"].map((name) => import("/static/" + name + ".js"))).then(async ([
		{ Exchange }, { Signatures }, { Log }, { formatMessage }, { encode64 }]) => {
		const faults = [];
		const exchange = new Exchange({
			signatures: new Signatures({ subtle: null }), wire: { send: () => true, queued: () => 0, reset: (id) => faults.push("reset " + id) },
			onChange() {}, onPreview() {}, onProvisional() {}, onState() {}, onFault: (fault) => faults.push(fault.peer + (fault.forged ? " forged" : " did something else")),
		});
		const mallory = new Signatures({ subtle: null });
		const log = new Log(mallory, () => {});
		exchange.opened("mallory", { v: 2, key: encode64(mallory.key) });
		const say = async (x, sig) => {
			const entry = log.draw({ type: "segment", from: { x, y: 1 }, to: { x, y: 9 }, force: 1, color: "#ff0000" }, 0, Math.floor(performance.timeOrigin * 16));
			const [head] = await log.sign();
			exchange.heard("mallory", [formatMessage({ type: "entry", entry: { ...entry, site: "" } }),
				formatMessage({ type: "head", site: "", key: null, n: head.n, sig: sig ?? head.sig })].join("\n"));
			for (let i = 0; i < 20; i++) {
				await new Promise((resolve) => setTimeout(resolve, 100));
				exchange.tick();
			}
			return exchange.log.length;
		};
		const held = [await say(1), await say(2), await say(3, new Uint8Array(64))];
		return held.join() + ": " + faults.join();
	})`)
	if want := "1,2,2: mallory forged,reset mallory"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
