// What a synced peer does for plain ones: it logs what they draw, and shows
// them what was drawn before they came. The Go half is internal/exchange/sponsor.go.
import { hashContent } from "./hash.js";
import { opOf, rounded, rowOf } from "./row.js";
import { format, parse } from "./wire.js";

const adoptTime = 2000; // ms for the sponsor to log what a plain peer did
const redrawTime = 1000; // ms after an undo, until plain peers are shown all again
const replayOps = 1 << 17; // that a plain peer is shown at most, the latest; no fewer again, for it clears before
const replayBytes = 256 << 10; // of them may wait

// A Sponsor is passive: exchange.js tells it the time and what comes. adopt(by, op)
// logs what a plain peer drew, and clear() that it cleared. What another one is
// to log is shown until it has, or we do it ourselves: onProvisional(ops,
// cleared) hears what to show, on nothing if all before was cleared.
export class Sponsor {
  #log;
  #neighbours;
  #wire;
  #on;
  #waiting = []; // { by, op, heard, content }: what plain peers did, and the sponsor should have logged
  #cleared = -Infinity; // when a clear last came

  constructor({ log, neighbours, wire, adopt, clear, onPreview, onProvisional, onFault }) {
    this.#log = log;
    this.#neighbours = neighbours;
    this.#wire = wire;
    this.#on = { adopt, clear, onPreview, onProvisional, onFault };
  }

  // #sponsors says whether it is ours to log what plain peers do: the synced
  // peer with the smallest site does. Nothing depends on all agreeing who that
  // is: adopting twice is harmless, and what nobody adopts, everybody does.
  get #sponsors() {
    return [...this.#neighbours.values()].every(({ site }) => !site || site > this.#log.site);
  }

  // opened shows a plain peer what was drawn before it came.
  opened(n) {
    if (this.#sponsors) this.#replay(n);
  }

  // heard takes a message of a plain peer.
  heard(n, text, now) {
    if (!n.limits.admits(now)) {
      if (!n.limits.told) this.#on.onFault({ peer: n.id, lost: true });
      n.limits.told = true;
      return;
    }
    const op = parse(text);
    if (!op) return;
    // A page that speaks the older dialect throws at all but segments.
    if (op.older) n.older = true;
    if (op.type === "preview") {
      if (this.#neighbours.has(n.id)) this.#on.onPreview(n.id, op);
      return;
    }
    if (op.type === "rect") this.#on.onPreview(n.id, null);
    if (this.#sponsors) this.#adopt(n.id, op);
    else this.#wait(n.id, rounded(op), now);
  }

  // #wait leaves something to the sponsor, unless that was quicker.
  #wait(by, op, now) {
    const isClear = op.type === "clear";
    if (isClear ? now - this.#cleared < adoptTime : this.#log.adoptedFrom(by, op)) return;
    this.#waiting.push({ by, op, heard: now, content: isClear ? "" : hashContent(rowOf({ op, by })) });
    this.#show();
  }

  // #show shows what waits.
  #show() {
    const cleared = this.#waiting.findLastIndex(({ op }) => op.type === "clear");
    this.#on.onProvisional(this.#waiting.slice(cleared + 1).map(({ op }) => op), cleared >= 0);
  }

  // #keep goes on waiting for some.
  #keep(list) {
    if (list.length === this.#waiting.length) return;
    this.#waiting = list;
    this.#show();
  }

  #adopt(by, op) {
    if (op.type === "clear") this.#on.clear();
    else this.#on.adopt(by, op);
  }

  // adopted takes note of an adoption.
  adopted(entry) {
    if (this.#waiting.length === 0) return;
    const content = hashContent(rowOf(entry));
    this.#keep(this.#waiting.filter((w) => w.content !== content));
  }

  // merged takes note that entries came, any.
  merged() {
    this.#keep(this.#waiting.filter(({ by, op }) => op.type === "clear" || !this.#log.adoptedFrom(by, op)));
  }

  // cleared takes note that a clear came: whatever there was before it is gone.
  // If a plain peer's clear is waited for, it is taken to be that.
  cleared(now) {
    this.#cleared = now;
    const first = this.#waiting.findIndex(({ op }) => op.type === "clear");
    this.#keep(first < 0 ? [] : this.#waiting.slice(first + 1));
  }

  // redraw plans to show plain peers all again, after a change that they cannot
  // make themselves.
  redraw(now) {
    for (const n of this.#neighbours.values()) if (!n.site) n.redraw = now + redrawTime;
  }

  // tick does what time makes due.
  tick(now) {
    const due = this.#waiting.filter(({ heard }) => now - heard >= adoptTime);
    this.#keep(this.#waiting.slice(due.length));
    for (const { by, op } of due) this.#adopt(by, op);
    for (const n of this.#neighbours.values()) if (!n.site && now >= n.redraw && this.#sponsors) this.#replay(n);
  }

  // #replay begins to show a plain peer the drawing. One that knows no clear sees
  // it once.
  #replay(n) {
    const again = n.shown;
    n.shown = true;
    n.redraw = Infinity;
    if (again && n.older) return;
    let ops = [];
    for (const place of this.#log.paint()) {
      const row = place.of.row(place.n);
      if (!again && row.by === n.id) continue; // it drew that itself
      ops.push(...segments(opOf(row)));
      if (ops.length > 2 * replayOps) ops = ops.slice(-replayOps); // it need not become much longer than it will be
    }
    n.replay = ops.slice(-replayOps);
    if (again) this.#wire.send(n.id, format({ type: "clear" }));
    this.pump(n);
  }

  // pump sends a plain peer some of what it is still to see.
  pump(n) {
    let sent = 0;
    while (sent < n.replay.length && this.#wire.queued(n.id) < replayBytes) this.#wire.send(n.id, format(n.replay[sent++]));
    n.replay.splice(0, sent);
  }
}

// segments is a segment or a rectangle for pages that may know only the former:
// its four sides.
export function segments(op) {
  if (op.type !== "rect") return [op];
  const { origin: a, width, height, lineWidth, color } = op;
  const b = { x: a.x + width, y: a.y };
  const c = { x: a.x + width, y: a.y + height };
  const d = { x: a.x, y: a.y + height };
  const force = (lineWidth / 2) ** 0.25;
  const side = (from, to) => ({ type: "segment", from, to, force, color });
  return [side(a, b), side(b, c), side(c, d), side(d, a)];
}
