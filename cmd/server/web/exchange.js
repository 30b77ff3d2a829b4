// The exchange between synced peers: each tells what it holds, pulls what it
// lacks from one at a time, and passes it on by saying so. The Go half is
// internal/exchange, whose parts have the names of those here.
import { Answers } from "./answer.js";
import { Drawing } from "./drawing.js";
import { Elsewhere } from "./elsewhere.js";
import { readFrame } from "./frame.js";
import { Heartbeat } from "./heartbeat.js";
import { draws } from "./limit.js";
import { newSite, parseMessage } from "./message.js";
import { Neighbour } from "./neighbour.js";
import { Outbox } from "./outbox.js";
import { Pen } from "./pen.js";
import { Puller } from "./pull.js";
import { Receiver } from "./receiver.js";
import { Settler } from "./settle.js";
import { Sponsor } from "./sponsor.js";
import { Teller } from "./teller.js";

const version = 1; // of the exchange
const pumpTime = 5; // ms
const lastTime = 3000; // ms that the last words of somebody who is gone may take
const maxInbox = 1 << 20; // bytes behind a frame that is being inflated
const messageCost = 64; // bytes of a message beside what it says

export const tickTime = 200; // ms between two calls of tick

// realTime is the time that a browser has.
/** @type {Clock} */
const realTime = {
  now: () => performance.now(),
  setTimeout: (call, delay) => setTimeout(call, delay),
};

// An Exchange holds the log and keeps it like the neighbours'. Each part calls
// only those below it: the constructor has them from the bottom up.
//
// onChange(change) hears how the picture changes, onPreview(id, rect) what
// somebody drags, or null, onProvisional(ops, cleared) what plain peers drew that
// is not in the log yet (see sponsor.js), onState() that a neighbour says
// something new, and onFault(fault) what is wrong with one: { peer, lost: true },
// a plain one that draws too much at once, or what settle.js says.
//
// site is what it writes as, clock tells it the time, and random gives numbers
// below 1.
export class Exchange {
  log;
  /** @type {Map<string, Neighbour>} */
  #neighbours = new Map(); // those whose link is open, by id
  #gone = new Map(); // those whose link was until a moment ago
  #wire;
  #clock;
  #on;
  #outbox;
  #pen;
  #teller;
  #heartbeat;
  #answers;
  #puller;
  #sponsor;
  #receiver;
  #settler;
  #elsewhere;
  #pumping = false; // it is planned

  /**
   * @param {{ wire: Wire, site?: string, clock?: Clock, random?: () => number,
   *   onChange(change: Change): void, onPreview(id: string, rect: Preview | null): void,
   *   onProvisional(ops: PlainOp[], cleared: boolean): void, onState(): void, onFault(fault: Fault): void }} options
   */
  constructor({ wire, site = newSite(), clock = realTime, random = Math.random, onChange, onPreview, onProvisional, onState, onFault }) {
    const drawing = new Drawing({ site, onChange });
    const near = { drawing, neighbours: this.#neighbours, wire };
    this.log = drawing.log;
    this.#wire = wire;
    this.#clock = clock;
    this.#on = { onPreview, onState };
    this.#outbox = new Outbox({ ...near, clock });
    this.#pen = new Pen({ drawing, outbox: this.#outbox });
    this.#teller = new Teller({ ...near, outbox: this.#outbox });
    this.#heartbeat = new Heartbeat({ ...near, outbox: this.#outbox, random });
    this.#answers = new Answers({ ...near, teller: this.#teller });
    this.#puller = new Puller({ ...near, teller: this.#teller });
    this.#sponsor = new Sponsor({ ...near, pen: this.#pen, outbox: this.#outbox, onPreview, onProvisional, onFault });
    this.#receiver = new Receiver({ ...near, sponsor: this.#sponsor, onPreview });
    this.#settler = new Settler({
      ...near, teller: this.#teller, puller: this.#puller, receiver: this.#receiver, sponsor: this.#sponsor, onFault,
    });
    this.#elsewhere = new Elsewhere(near);
  }

  // capability is what to say beside a description.
  /** @returns {Capability} */
  get capability() {
    return { v: version, site: this.log.site, lines: true, restart: true };
  }

  // state says with how many synced peers we are linked, whether all of them
  // said to hold the same drawing, and the ids of those who hold the same
  // entries and yet another drawing.
  get state() {
    const synced = [...this.#neighbours.values()].filter((n) => n.site);
    return {
      sum: this.log.sum,
      synced: synced.length,
      agree: synced.every((n) => n.known && n.sum === this.log.sum),
      differ: synced.filter((n) => n.differs(this.log)).map(({ id }) => id),
    };
  }

  // kept says of how many sites a neighbour is believed, and how many bytes of
  // what it sent too early are kept.
  kept(id) {
    return { have: this.#neighbours.get(id)?.have.size ?? 0, pending: this.#receiver.pending(id) };
  }

  // isOnlyHere says whether there is a drawing that would be gone with this page.
  get isOnlyHere() {
    return this.#elsewhere.lacks;
  }

  // isBusy says whether frames are being made or read.
  get isBusy() {
    return [...this.#neighbours.values()].some((n) => n.answering || n.inflating);
  }

  // opened takes in a neighbour, who said that beside its description.
  /** @param {string} id @param {any} said */
  opened(id, said, now = this.#clock.now()) {
    const n = new Neighbour(id, said, this.log.site, now);
    this.#heartbeat.met(n);
    this.#outbox.flush(); // the newcomer is told of it as of all that was drawn before
    this.#neighbours.set(id, n);
    if (n.site) this.#teller.tell(n);
    else this.#sponsor.opened(n);
    this.#on.onState();
  }

  // wavers notes that a neighbour's link is unsteady, or is no more.
  wavers(id, unsteady, now = this.#clock.now()) {
    const n = this.#neighbours.get(id);
    if (!n) return;
    n.unsteady = unsteady;
    n.heard = now;
  }

  // closed lets go of a neighbour, of whom messages may still be on their way.
  closed(id) {
    const n = this.#neighbours.get(id);
    if (!n) return;
    this.#neighbours.delete(id);
    this.#gone.set(id, n);
    this.#clock.setTimeout(() => this.#gone.get(id) === n && this.#gone.delete(id), lastTime);
    this.#puller.forsake(n);
    this.#on.onPreview(id, null);
    this.#on.onState();
  }

  // draw draws with one's own pen, and says with false that the room is full.
  // Operations of one stroke, any object, are undone together.
  /** @param {PlainOp} op */
  draw(op, stroke = {}, now = this.#clock.now()) {
    return this.#pen.draw(op, stroke, now);
  }

  undo(now = this.#clock.now()) {
    if (this.#pen.undo(now)) this.#sponsor.redraw(now);
  }

  redo(now = this.#clock.now()) {
    if (this.#pen.redo(now)) this.#sponsor.redraw(now);
  }

  // takeBack hides a stroke for good, as if it had never been drawn.
  takeBack(stroke, now = this.#clock.now()) {
    if (this.#pen.takeBack(stroke, now)) this.#sponsor.redraw(now);
  }

  // heard takes a message from a neighbour, in the order in which they came
  // though frames take a while to inflate.
  /** @param {string} id @param {string | ArrayBuffer} data */
  heard(id, data, now = this.#clock.now()) {
    const n = this.#neighbours.get(id) ?? this.#gone.get(id);
    if (!n) return;
    n.heard = now;
    if (!n.inflating) this.#take(n, data, now);
    else if (n.waiting + sizeOf(data) > maxInbox) this.#wire.reset(id);
    else {
      n.inbox.push(data);
      n.waiting += sizeOf(data);
    }
  }

  #take(n, data, now) {
    const isText = typeof data === "string";
    if (!n.site) isText && this.#sponsor.heard(n, data, now);
    else if (isText) for (const text of n.lines ? data.split("\n") : [data]) this.#text(n, text, now);
    else this.#frame(n, new Uint8Array(data), now);
    this.#pump();
  }

  #text(n, data, now) {
    const counted = draws(data);
    if (counted && !n.limits.admits(now)) return;
    const m = parseMessage(data);
    if (!counted && (m?.type === "entry" || m?.type === "plain") && !n.limits.admits(now)) return;
    switch (m?.type) {
      case "entry":
        this.#receiver.add(n, { ...m.entry, site: m.entry.site || n.site }, now);
        break;
      case "plain":
        if (m.op.type === "preview" && this.#neighbours.has(n.id)) this.#on.onPreview(n.id, m.op);
        break;
      case "have":
        this.#have(n, m, now);
        break;
      case "want":
        this.#answers.wanted(n, m);
        break;
      case "sums":
        this.#settler.heard(n, m, now);
        break;
      case "ping":
        n.sum = m.sum;
        this.#heartbeat.answer(n, now);
        this.#on.onState();
        break;
      case "bye":
        n.leaves = true;
        this.#puller.forsake(n);
        break;
    }
  }

  // #have notes what a neighbour says it holds.
  /** @param {Neighbour} n @param {Have} m @param {number} now */
  #have(n, m, now) {
    if (!n.claims(this.log, m.have, m.dead, now)) return;
    n.sum = m.sum;
    if (m.more) return;
    n.known = true;
    n.holds = m.sum;
    // What it sent itself has come before that.
    const own = new Map([[n.site, n.have.get(n.site) ?? 0]]);
    if (!this.log.covers(own, new Map())) n.gap = true;
    this.#puller.answered(n);
    this.#settler.suspect(n, now);
    this.#on.onState();
    this.#puller.ask(now);
  }

  // #frame takes in a frame of entries, and then what came meanwhile.
  async #frame(n, data, arrived) {
    if (!n.limits.admitsFrame(arrived)) return;
    n.inflating = true;
    const frame = await readFrame(data).catch(() => undefined);
    n.inflating = false;
    const now = this.#clock.now();
    const entries = frame && this.#receiver.merge(frame, now);
    if (frame === undefined || (frame && entries === null)) {
      if (this.#neighbours.get(n.id) === n) this.#wire.reset(n.id);
      return;
    }
    if (frame) {
      n.limits.merged(entries);
      this.#puller.came(n, now);
      this.#settler.collect(n, frame, data.length, now);
    }
    while (n.inbox.length > 0 && !n.inflating) {
      const next = n.inbox.shift();
      n.waiting -= sizeOf(next);
      this.#take(n, next, now);
    }
  }

  // tick does what time makes due.
  tick(now = this.#clock.now()) {
    this.#heartbeat.wake(now);
    this.#elsewhere.tick(now);
    this.#sponsor.tick(now);
    this.#settler.tick(now);
    for (const n of this.#neighbours.values()) {
      if (!n.site) continue;
      this.#teller.remind(n);
      this.#heartbeat.look(n, now);
    }
    this.#teller.announce(now);
    this.#puller.ask(now);
    this.#pump();
  }

  // #pump sends what neighbours asked for, a little at a time.
  #pump() {
    let busy = false;
    for (const n of this.#neighbours.values()) {
      this.#answers.pump(n);
      this.#sponsor.pump(n);
      busy ||= n.answer !== null || n.replay.length > 0;
    }
    if (!busy || this.#pumping) return;
    this.#pumping = true;
    this.#clock.setTimeout(() => {
      this.#pumping = false;
      this.#pump();
    }, pumpTime);
  }
}

// sizeOf is about how many bytes it takes to keep a message.
function sizeOf(data) {
  return messageCost + (typeof data === "string" ? 2 * data.length : data.byteLength);
}
