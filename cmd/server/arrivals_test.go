package main

import (
	"testing"

	"github.com/chromedp/chromedp"

	"drawmesh/peer"
)

// Who comes and goes is said once, and who is a program shows. A new name is everybody's,
// also theirs who come later, and no link is closed for it.
func TestArrivals(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	room := server.url + "/studio"
	ana := b.openAfter(hearing+`globalThis.closes = 0;
		const { close } = RTCPeerConnection.prototype;
		RTCPeerConnection.prototype.close = function () { closes++; close.call(this); };`, room)
	ana.wait(connected)
	eve := b.openAfter(hearing+`localStorage["drawmesh.name"] ??= "Eve <i>"`, room)
	ana.wantSpoken("Eve <i> is here now")
	const came = `document.querySelector("#came").textContent === %s`
	ana.wait(came, "Eve <i> is here now")
	if said := eval[[]string](eve, `spoken.filter((text) => text.includes("is here now"))`); len(said) > 0 {
		t.Errorf("who came later is told that others came: %q", said)
	}

	t.Log("a program")
	const role = `[...document.querySelectorAll("#others li")].some((row) => row.querySelector("b").textContent === %s && row.querySelector(".role")?.textContent === %s)`
	bo := enterRoom(t, room)
	k, err := peer.Join(t.Context(), room, peer.Options{Name: "Ken", Role: "keeper", Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close(t.Context())
	ana.wait(role, "Bo", "bot")
	ana.wait(role, "Ken", "keeps the drawing")
	if n := eval[int](ana, `document.querySelectorAll("#others .role").length`); n != 2 {
		t.Errorf("%d are shown as programs, want 2", n)
	}
	ana.wait(`spoken.some((text) => /\bBo\b.* here now/.test(text))`)
	if err := bo.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
	ana.wantSpoken("Bo has left")

	t.Log("a new name")
	closed := eval[int](ana, `closes`)
	eve.do(click("#who"), fill("#name", "Zoë <b>"))
	const named = `[...document.querySelectorAll("#others b")].some(({ textContent }) => textContent === %s)`
	ana.wait(named, "Zoë <b>")
	late := b.open(room)
	late.wait(named, "Zoë <b>")
	if got := eval[int](ana, `closes`); got != closed {
		t.Errorf("%d links were closed for a name", got-closed)
	}
	eve.press("\x1b")
	eve.do(chromedp.Reload())
	ana.waitLinks(3)
	ana.wait(named, "Zoë <b>")
}
