// What a synced peer does for plain ones: it logs what they draw, and shows
// them what was drawn before they came. The Go half is internal/exchange/sponsor.go.
import { contentOf } from "./chain.js";
import { replayOf } from "./replay.js";
import { rounded, rowOf } from "./row.js";
import { perMilli } from "./time.js";
import { format, parse } from "./wire.js";

const adoptTime = 2000; // ms for the sponsor to log what a plain peer did
const redrawTime = 1000; // ms after an undo, until plain peers are shown all again
const replayBytes = 256 << 10; // of what a plain peer is shown may wait

// A Sponsor is passive: exchange.js tells it the time and what comes. What another
// one is to log is shown until it has, or we do it ourselves: onProvisional(ops,
// cleared) hears what to show, on nothing if all before was cleared.
export class Sponsor {
  #drawing;
  #log;
  #neighbours;
  #pen;
  #outbox;
  #wire;
  #on;
  /** @type {Adoption[]} */
  #waiting = []; // what plain peers did, and the sponsor should have logged
  #unwritten = new Set(); // ids of those whose strokes cannot be written, which has been told
  #stale = false; // plain peers show something else, since the last tick

  constructor({ drawing, neighbours, pen, outbox, wire, onPreview, onProvisional, onFault }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#pen = pen;
    this.#outbox = outbox;
    this.#wire = wire;
    this.#on = { onPreview, onProvisional, onFault };
  }

  // #sponsors says whether it is ours to log what plain peers do: the synced
  // peer with the smallest site does. Nothing depends on all agreeing who that
  // is: adopting twice is harmless, and what nobody adopts, everybody does.
  get #sponsors() {
    return [...this.#neighbours.values()].every(({ site }) => !site || site > this.#log.site);
  }

  // opened shows a plain peer what was drawn before it came.
  /** @param {Neighbour} n */
  opened(n) {
    if (this.#sponsors) this.#show(n, false);
  }

  // heard takes a message of a plain peer.
  /** @param {Neighbour} n @param {string} text @param {number} now */
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
    const kept = rounded(op);
    const content = op.type === "clear" ? "" : contentOf(rowOf({ op: kept, by: n.id }));
    const adoption = { by: n.id, op: kept, heard: now, t: this.#log.next(this.#drawing.ticks(now)), content };
    if (this.#sponsors) {
      this.#adopt(adoption, now);
    } else if (!this.#isLogged(adoption)) { // or the sponsor was quicker
      this.#waiting.push(adoption);
      this.#provide();
    }
  }

  // #isLogged says whether somebody has adopted what a plain peer did, or the clear that
  // counts has wiped it, or is what it did: the sponsor heard that at nearly the same time
  // as we.
  /** @param {Adoption} adoption */
  #isLogged({ by, op, t }) {
    const cleared = this.#log.lastClear.t;
    if (op.type === "clear") return t - cleared < adoptTime * perMilli;
    return t <= cleared || this.#log.adoptedFrom(by, op);
  }

  // #provide shows what waits.
  #provide() {
    const cleared = this.#waiting.findLastIndex(({ op }) => op.type === "clear");
    this.#on.onProvisional(this.#waiting.slice(cleared + 1).map(({ op }) => op), cleared >= 0);
  }

  // #keep goes on waiting for some.
  #keep(list) {
    if (list.length === this.#waiting.length) return;
    this.#waiting = list;
    this.#provide();
  }

  /** @param {Adoption} adoption */
  #adopt({ by, op, t }, now) {
    if (op.type === "clear") this.#pen.clear(false, t); // plain ones heard it from the plain one
    else if (this.#pen.adopt(by, op, now)) this.#unwritten.delete(by);
    else this.#refuse(by);
  }

  // #refuse tells, once until it has changed, that what somebody draws is not written.
  #refuse(by) {
    if (this.#unwritten.has(by)) return;
    this.#unwritten.add(by);
    this.#on.onFault({ peer: by, unwritten: true, isFull: this.#log.isFull });
  }

  // isWaiting says whether something shows that nobody has logged.
  get isWaiting() {
    return this.#waiting.length > 0;
  }

  // adopted takes note of an adoption.
  /** @param {Entry} entry */
  adopted(entry) {
    if (this.#waiting.length === 0) return;
    const content = contentOf(rowOf(entry));
    this.#keep(this.#waiting.filter((w) => w.content !== content));
  }

  // merged takes note that entries came, any; wiped, that a clear counts from now on.
  merged() {
    this.#keep(this.#waiting.filter((w) => w.op.type === "clear" || !this.#isLogged(w)));
  }

  wiped() {
    this.#unwritten.clear(); // there is room again
    this.#keep(this.#waiting.filter((w) => !this.#isLogged(w)));
  }

  // outdated takes note of a change that plain peers cannot make themselves: they will be
  // shown all again.
  outdated() {
    this.#stale = true;
  }

  // tick does what time makes due.
  tick(now) {
    const due = this.#waiting.filter(({ heard }) => now - heard >= adoptTime);
    this.#keep(this.#waiting.slice(due.length));
    for (const adoption of due) if (!this.#isLogged(adoption)) this.#adopt(adoption, now); // or we have cleared since
    for (const n of this.#neighbours.values()) {
      if (n.site) continue;
      if (this.#stale) n.redraw = now + redrawTime;
      const missed = n.missed && !this.#outbox.stuck(n); // of what we drew: who else should show it that
      if (missed || (now >= n.redraw && this.#sponsors)) this.#show(n, missed);
    }
    this.#stale = false;
  }

  // #show begins to show a plain peer the drawing. One that knows no clear is not
  // shown it again, unless it missed something.
  #show(n, missed) {
    const again = n.shown || missed;
    n.missed = false;
    n.shown = true;
    n.redraw = Infinity;
    if (again && n.older && !missed) return;
    n.replay = replayOf(this.#log, n.id, again);
    if (again && !n.older) this.#wire.send(n.id, format({ type: "clear" }));
    this.pump(n);
  }

  // pump sends a plain peer some of what it is still to see.
  /** @param {Neighbour} n */
  pump(n) {
    let sent = 0;
    while (sent < n.replay.length && this.#wire.queued(n.id) < replayBytes) this.#wire.send(n.id, format(n.replay[sent++]));
    n.replay.splice(0, sent);
  }
}
