// The outbox sends what is drawn. It collects that for the synced neighbours, a line
// each, and has it signed as it goes. The Go half is internal/exchange/outbox.go.
import { formatMessage } from "./message.js";
import { ownLimit } from "./limit.js";
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
  /** @type {{ n: number, text: string }[]} */
  #lines = []; // n is the entry's number, 0 of what is none
  #length = 0; // characters
  #sent = -Infinity;
  #timer = null;
  #last = Promise.resolve(); // all that was flushed has been sent
  #live = ownLimit(); // what we may send
  #written = 0; // the number of our last entry

  constructor({ drawing, neighbours, wire, clock }) {
    this.#drawing = drawing;
    this.#neighbours = neighbours;
    this.#wire = wire;
    this.#clock = clock;
  }

  // publish passes the entry that was just written to the synced neighbours, and to plain
  // ones too if they can read it. If there are too many, synced ones have to pull it.
  /** @param {Entry} entry @param {boolean} toPlain @param {number} now */
  publish(entry, toPlain, now) {
    this.#written = entry.n;
    // The receivers know whose link it is.
    const text = formatMessage({ type: "entry", entry: { ...entry, site: "" } });
    if (toPlain) this.#show(text, entry.op);
    this.#add(entry.n, text);
    const admitted = this.#live.admits(now);
    if (this.#length >= batchLength || (!admitted && this.#reaches)) this.flush(); // it is in the log, and is signed
    else this.#plan();
    if (!admitted) for (const n of this.#neighbours.values()) skip(n, entry.n);
  }

  // #reaches says whether there is a synced neighbour that was sent all that we drew.
  get #reaches() {
    return [...this.#neighbours.values()].some((n) => n.site && !this.behind(n));
  }

  // post passes a message, which is about op and no entry, to the synced neighbours, and
  // to plain ones too if toPlain says that they can read it.
  /** @param {string} text @param {Op} op @param {boolean} toPlain */
  post(text, op, toPlain) {
    if (toPlain) this.#show(text, op);
    this.gather(text);
  }

  // #show shows the plain neighbours what was drawn. One that has stopped reading is shown
  // all of it again once it reads.
  #show(text, op) {
    for (const n of this.#neighbours.values()) {
      if (n.site) continue;
      if (n.missed || this.#wire.queued(n.id) >= pauseBytes) n.missed = true;
      else if (n.older) for (const s of segments(op)) this.#wire.send(n.id, format(s));
      else this.#wire.send(n.id, text);
    }
  }

  // gather keeps a message for a moment, after what was drawn before it.
  gather(text) {
    if (this.#length + text.length >= batchLength) this.flush();
    this.#add(0, text);
    this.#plan();
  }

  #add(n, text) {
    this.#lines.push({ n, text });
    this.#length += 1 + text.length;
  }

  // #plan has all of it go in a moment. The first after a while goes at once.
  #plan() {
    if (this.#timer !== null) return;
    const window = Math.min(Math.max(leastWindow, this.#neighbours.size * windowPerLink), mostWindow);
    const wait = this.#sent + window - this.#clock.now();
    if (wait > 0) this.#timer = this.#clock.setTimeout(() => this.#ship(), wait);
    else this.#ship();
  }

  #ship() {
    this.#timer = null;
    if (this.#lines.length > 0) this.#sent = this.#clock.now();
    this.flush();
  }

  // flush sends what has been gathered, as soon as it is signed, and after all that was
  // flushed before.
  flush() {
    const lines = this.#lines;
    if (lines.length === 0) return this.#last;
    this.#lines = [];
    this.#length = 0;
    /** @type {Neighbour[]} */
    const to = [];
    for (const n of this.#neighbours.values()) {
      if (!n.site) continue;
      if (this.behind(n) || this.#wire.queued(n.id) >= pauseBytes) skip(n, this.#written);
      else to.push(n);
    }
    const heads = this.#drawing.log.sign();
    this.#last = this.#drawing.soon(this.#send(lines, heads, to, this.#last));
    return this.#last;
  }

  async #send(lines, signing, to, before) {
    const heads = new Map((await signing).map((head) => [head.n, head]));
    await before;
    const texts = lines.flatMap(({ n, text }) => {
      const head = heads.get(n);
      return head ? [text, formatMessage({ type: "head", site: "", key: null, n, sig: head.sig })] : text;
    });
    const data = texts.join("\n");
    for (const n of to) if (this.#neighbours.get(n.id) === n) this.#wire.send(n.id, data);
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

// skip notes that a neighbour was not sent what we drew up to an entry, because it lacks
// what came before, or does not read: it has to pull all of it. It may not have been told
// what we hold, either.
function skip(n, upTo) {
  n.skipped = upTo;
  n.told = 0;
}
