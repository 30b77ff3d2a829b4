package main

import (
	"strings"
	"testing"

	"drawmesh/canvas"
)

// sentCursors has a page count what it sends of cursors.
const sentCursors = `globalThis.cursorsSent = 0;
	const { send } = RTCDataChannel.prototype;
	RTCDataChannel.prototype.send = function (data) {
		if (typeof data === "string" && data.startsWith('{"event":"cursor"')) cursorsSent++;
		return send.call(this, data);
	};`

// Where somebody points, the other page shows a cursor with the name that the room has for
// them, as text; it goes when they go. A program is told nothing of it, and the drawing
// is none the wiser.
func TestCursors(t *testing.T) {
	t.Parallel()
	server := startProcess(t, "--port=0", "--token-secret", longSecret)
	b := newBrowser(t)
	const name = `<img src=x onerror="throw 1">`
	room := server.url + "/studio"
	bo := enterRoom(t, room)
	ana := b.openAfter(sentCursors+`localStorage.setItem("drawmesh.name", '`+name+`');`, room)
	ana.waitLinks(1)
	for x := 100.0; x < 300; x += 20 {
		ana.point(mouse(moved, place{x, 300}, false))
	}
	eval[any](ana, `new Promise((resolve) => setTimeout(resolve, 300))`)
	if got := eval[int](ana, `cursorsSent`); got != 0 {
		t.Errorf("a program was sent %d cursors", got)
	}

	eve := b.open(room)
	eve.waitLinks(2)
	ana.waitLinks(2)
	const at = `(() => { const c = document.querySelector(".cursor"); return c && c.querySelector("span").textContent === %s && c.style.transform === %s; })()`
	ana.point(mouse(moved, place{410, 300}, false))
	ana.point(mouse(moved, place{400, 310}, false))
	eve.wait(at, name, "translate(400px, 310px)")
	if eval[bool](eve, `document.querySelector(".cursor img") !== null`) {
		t.Error("a name is taken for HTML")
	}
	eve.press("+")
	eve.wait(`document.querySelector(".cursor")?.style.transform !== %s`, "translate(400px, 310px)")
	eve.press("0")
	eval[any](ana, `document.querySelector("#overlay").dispatchEvent(new PointerEvent("pointerleave", { isPrimary: true }))`)
	eve.wait(`document.querySelector(".cursor") === null`)

	t.Log("at about 20 a second, and gone after a while of silence")
	eval[any](ana, `new Promise((resolve) => {
		const canvas = document.querySelector("#overlay"), end = performance.now() + 1000;
		cursorsSent = 0;
		(function move() {
			canvas.dispatchEvent(new PointerEvent("pointermove", { isPrimary: true, clientX: 500, clientY: 200 + Math.random() }));
			if (performance.now() < end) setTimeout(move, 2); else resolve();
		})();
	})`)
	if got := eval[int](ana, `cursorsSent`); got < 3 || got > 22 {
		t.Errorf("%d cursors were sent in a second, want at most about 20", got)
	}
	eve.wait(`document.querySelector(".cursor") !== null`)
	eve.wait(`document.querySelector(".cursor") === null`)

	t.Log("the laser leaves a trail that fades, and nothing in the drawing")
	ana.press("h")
	const trail = `!document.querySelector("#trails").hidden`
	ana.point(mouse(pressed, place{200, 400}, true))
	ana.point(mouse(moved, place{300, 420}, true))
	eve.wait(`document.querySelector(".cursor.laser") !== null`)
	ana.point(mouse(moved, place{500, 460}, true))
	eve.wait(trail)
	ana.point(mouse(released, place{500, 460}, false))
	eve.wait(`!(` + trail + `)`)
	ana.waitSum(bo)
	if bo.Sum() != canvas.NewLog(nil).Digest() {
		t.Error("the laser draws")
	}

	t.Log("and all is as it was for those who draw")
	ana.choose("pencil", red)
	ana.drag(place{200, 200}, place{300, 200})
	eve.waitInk(place{250, 200}, redInk)
	if _, err := bo.Draw(wideLine(500, canvas.Color{R: 255, A: 255})); err != nil {
		t.Fatal(err)
	}
	eve.waitInk(place{250, 500}, redInk)
	ana.waitSum(bo)
	eve.waitSum(bo)
}

// What does not keep to the rules for cursors is dropped, and harms nothing.
func TestHostileCursors(t *testing.T) {
	t.Parallel()
	p := modulePage(t)
	got := eval[[]string](p, `import("/static/nearby.js").then(({ Nearby }) => {
		const heard = [];
		const nearby = new Nearby({
			send() {}, queued: () => 0,
			onCursor: (id, c) => heard.push(c ? c.x + "," + c.y + (c.laser ? " laser" : "") : "gone"),
			onName: (id, name) => heard.push("name " + name),
		});
		nearby.opened("a", { people: true });
		nearby.opened("plain", undefined);
		const say = (text, id = "a", now = 1e6) => { if (!nearby.heard(id, text, now)) heard.push("drawing"); };
		say('{"event":"cursor","live":true,"x":1,"y":2,"laser":true}');
		say('{"event":"cursor","live":true,"x":1e9,"y":2}');
		say('{"event":"cursor","live":true,"x":"1","y":2}');
		say('{"event":"cursor","live":true,"x":');
		say('{"event":"name","live":true,"name":7}');
		say('{"event":"name","live":true,"name":"' + "x".repeat(2000) + '"}');
		say('{"event":"cursor","live":true,"x":5,"y":5}', "plain");
		say('{"event":"draw"}');
		const before = heard.length;
		for (let i = 0; i < 1000; i++) say('{"event":"cursor","live":true,"x":3,"y":4}');
		return [...heard.slice(0, before), String(heard.length - before < 60)];
	})`)
	if want := "1,2 laser|gone|gone|drawing|true"; strings.Join(got, "|") != want {
		t.Errorf("it heard %q, want %s", got, want)
	}
}
