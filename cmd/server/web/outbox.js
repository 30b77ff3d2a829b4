// The outbox sends what is drawn. It collects that for those neighbours that read
// several messages in one, a line each. The Go half is internal/exchange/outbox.go.
import { ownLimit } from "./limit.js";
import { formatMessage } from "./message.js";
import { segments } from "./replay.js";
import { format } from "./wire.js";

// What is drawn within a moment travels together: the cost is per message and
// link, not per byte.
const leastWindow = 16; // ms: nobody sees one frame of a screen
const windowPerLink = 6; // ms: where many are linked, each message is sent as often
const mostWindow = 75; // ms
const batchLength = 16 << 10; // characters that travel together at most

const pauseBytes = 512 << 10; // that wait for one neighbour: it has stopped reading
const resumeBytes = 64 << 10; // it reads again

export class Outbox {
  #drawing;
  #neighbours;
  #wire;
  #clock;
  #texts = "";
  #sent = -Infinity;
  #timer = null;
  #live = ownLimit(); // what we may send
  #written = 0; // the number of our last entry

  constructor({ drawing, neighbours, wire, clock }) {
    this.#drawing = drawing;
    this.#neighbours = neighbours;
    this.#wire = wire;
    this.#clock = clock;
  }

  // publish passes an own entry to the synced neighbours, and to plain ones too if
  // they can read it. If there are too many, synced ones have to pull it.
  /** @param {Entry} entry @param {boolean} toPlain @param {number} now */
  publish(entry, toPlain, now) {
    this.#written = entry.n;
    if (!this.#live.admits(now)) {
      this.flush(); // of what came before
      for (const n of this.#neighbours.values()) n.skipped = entry.n;
    }
    // The receivers know whose link it is.
    this.post(formatMessage({ type: "entry", entry: { ...entry, site: "" } }), entry.op, toPlain);
  }

  // post passes a message, which is about op, to the synced neighbours, and to
  // plain ones too if toPlain says that they can read it: to some at once, to others
  // in a moment.
  /** @param {string} text @param {Op} op @param {boolean} toPlain */
  post(text, op, toPlain) {
    let lines = false;
    for (const n of this.#neighbours.values()) {
      if (n.lines) lines = true;
      else if (n.site) this.#send(n, text);
      else if (toPlain) this.#show(n, text, op);
    }
    if (lines) this.gather(text);
  }

  // #show sends a plain neighbour what was drawn. One that has stopped reading is
  // shown all of it again once it reads.
  #show(n, text, op) {
    if (n.missed || this.#wire.queued(n.id) >= pauseBytes) n.missed = true;
    else if (n.older) for (const s of segments(op)) this.#wire.send(n.id, format(s));
    else this.#wire.send(n.id, text);
  }

  // #send sends what was drawn to a neighbour, unless it lacks what came before, or
  // does not read: then it has to pull all of it.
  #send(n, text) {
    if (this.behind(n) || this.#wire.queued(n.id) >= pauseBytes) n.skipped = this.#written;
    else this.#wire.send(n.id, text);
  }

  // gather keeps a message for a moment. The first after a while goes at once.
  gather(text) {
    if (this.#texts.length + 1 + text.length > batchLength) this.flush();
    this.#texts += this.#texts ? "\n" + text : text;
    if (this.#timer !== null) return;
    const window = Math.min(Math.max(leastWindow, this.#neighbours.size * windowPerLink), mostWindow);
    const wait = this.#sent + window - this.#clock.now();
    if (wait > 0) this.#timer = this.#clock.setTimeout(() => this.#ship(), wait);
    else this.#ship();
  }

  #ship() {
    this.#timer = null;
    if (this.#texts) this.#sent = this.#clock.now();
    this.flush();
  }

  // flush sends what has been gathered now.
  flush() {
    const texts = this.#texts;
    this.#texts = "";
    if (texts) for (const n of this.#neighbours.values()) if (n.lines) this.#send(n, texts);
  }

  // stuck says whether a neighbour has much to read before anything new.
  stuck(n) {
    return this.#wire.queued(n.id) >= resumeBytes;
  }

  // behind says whether a synced neighbour was not sent all that we drew, and does
  // not hold it yet. Then it is not sent more, either, which it could not take.
  behind(n) {
    return n.site !== "" && (n.have.get(this.#drawing.log.site) ?? 0) < n.skipped;
  }
}
