// The exchange between synced peers: each tells what it holds, pulls what it
// lacks from one at a time, and passes it on by saying so. The Go half is
// internal/exchange, whose parts have the names of those here.
import { Answers } from "./answer.js";
import { Authors } from "./authors.js";
import { Comparer } from "./compare.js";
import { Drawing } from "./drawing.js";
import { Elsewhere } from "./elsewhere.js";
import { FrameReader } from "./framereader.js";
import { Hearer } from "./hear.js";
import { Heartbeat } from "./heartbeat.js";
import { capabilityOf, Neighbour } from "./neighbour.js";
import { Outbox } from "./outbox.js";
import { Pen } from "./pen.js";
import { Puller } from "./pull.js";
import { Receiver } from "./receiver.js";
import { Signatures } from "./signatures.js";
import { Sponsor } from "./sponsor.js";
import { Teller } from "./teller.js";

const pumpTime = 5; // ms
const lastTime = 3000; // ms that the last words of somebody who is gone may take

export const tickTime = 200; // ms between two calls of tick

// realTime is the time that a browser has; it goes on evenly, whoever sets the clock.
/** @type {Clock} */
const realTime = {
  epoch: performance.timeOrigin,
  now: () => performance.now(),
  setTimeout: (call, delay) => setTimeout(call, delay),
};

// An Exchange holds the log and keeps it like the neighbours'. Each part calls
// only those below it: the constructor has them from the bottom up.
//
// onChange(change) hears how the picture changes, onPreview(id, rect) what
// somebody drags, or null, onProvisional(ops, cleared) what plain peers drew that
// is not in the log yet (see sponsor.js), onState() that a neighbour says
// something new, and onFault(fault) what is wrong with one: { peer, lost: true }, a plain
// one that draws too much at once; { peer, unwritten: true, isFull }, one whose strokes
// cannot be written, once until they can; { peer, forged: true }, what it sent nobody
// signed; { peer, lied: true, site }, it told two stories, which is proved, where peer may
// have left, or be "" where nobody knows who it was; or what compare.js says. onTaken(frame,
// runs) hears the bytes of each frame of which every run was new.
//
// It signs by signatures, clock tells it the time, and random gives numbers below 1. One
// that watches draws nothing of its own, nor takes anything back.
export class Exchange {
  log;
  /** @type {Map<string, Neighbour>} */
  #neighbours = new Map(); // those whose link is open, by id
  #gone = new Map(); // those whose link was until a moment ago
  #key;
  #clock;
  #on;
  #drawing;
  #authors;
  #outbox;
  #pen;
  #teller;
  #heartbeat;
  #answers;
  #puller;
  #sponsor;
  #receiver;
  #comparer;
  #hearer;
  #elsewhere;
  #watches;
  #pumping = false; // it is planned

  /**
   * @param {{ wire: Wire, signatures?: Signer, clock?: Clock, random?: () => number, watches?: boolean,
   *   onChange(change: Change): void, onPreview(id: string, rect: Preview | null): void,
   *   onProvisional(ops: PlainOp[], cleared: boolean): void, onState(): void, onFault(fault: Fault): void, onTaken?(frame: Uint8Array, runs: Run[]): void }} options
   */
  constructor({ wire, signatures = new Signatures(), clock = realTime, random = Math.random, watches = false, onChange, onPreview, onProvisional, onState, onFault, onTaken = () => {} }) {
    const drawing = this.#drawing = new Drawing({ signatures, epoch: clock.epoch, onChange });
    const near = { drawing, neighbours: this.#neighbours, wire };
    this.log = drawing.log;
    this.#key = signatures.key;
    this.#clock = clock;
    this.#watches = watches;
    this.#on = { onPreview, onState };
    this.#authors = new Authors(this.#neighbours);
    this.#outbox = new Outbox({ ...near, clock });
    this.#pen = new Pen({ drawing, outbox: this.#outbox });
    this.#teller = new Teller({ ...near, outbox: this.#outbox });
    this.#heartbeat = new Heartbeat({ ...near, outbox: this.#outbox, random });
    this.#answers = new Answers({ ...near, teller: this.#teller });
    this.#puller = new Puller({ ...near, teller: this.#teller });
    this.#sponsor = new Sponsor({ ...near, pen: this.#pen, outbox: this.#outbox, onPreview, onProvisional, onFault });
    this.#receiver = new Receiver({ ...near, authors: this.#authors, sponsor: this.#sponsor, onPreview, onFault, onTaken });
    this.#comparer = new Comparer({ ...near, onFault });
    this.#hearer = new Hearer({
      ...near, heartbeat: this.#heartbeat, answers: this.#answers, puller: this.#puller, receiver: this.#receiver,
      comparer: this.#comparer, frames: new FrameReader(), clock, onPreview, onState, onHeard: () => this.#pump(),
    });
    this.#elsewhere = new Elsewhere(near);
  }

  // capability is what to say beside a description.
  /** @returns {Capability} */
  get capability() {
    return capabilityOf(this.#key);
  }

  // keepTime has entries be stamped by the server's clock, which now says so many ms since
  // 1970. If it leaps while others are linked to us, who go on by the old time, so do we.
  /** @param {number} time */
  keepTime(time, now = this.#clock.now()) {
    const linked = [...this.#neighbours.values()].some(({ site }) => site);
    this.#drawing.keepTime(time, now, linked);
  }

  // state says with how many synced peers we are linked who have not lied, whether all of
  // them answer and said to hold the same drawing, all of which is verified here, and the
  // ids of those who hold as much and yet another drawing.
  get state() {
    const synced = [...this.#neighbours.values()].filter(({ site }) => site && !this.log.proof(site));
    const sum = this.log.digest;
    const isSettled = this.#drawing.isVerified && this.log.isSigned && !this.#sponsor.isWaiting;
    return {
      sum,
      synced: synced.length,
      agree: isSettled && synced.every((n) => n.known && !n.unsteady && n.sum === sum),
      differ: synced.filter((n) => n.differs(this.log)).map(({ id }) => id),
    };
  }

  // author is the id of who writes as a site, or "" if that is not known.
  /** @param {string} site */
  author(site) {
    return this.#authors.of(site);
  }

  // kept says of how many sites a neighbour is believed.
  kept(id) {
    return this.#neighbours.get(id)?.have.size ?? 0;
  }

  // isOnlyHere says whether there is a drawing that would be gone with this page.
  get isOnlyHere() {
    return this.#elsewhere.lacks;
  }

  // isBusy says whether frames are being made or read, or something is being signed or
  // verified.
  get isBusy() {
    return this.#drawing.underway > 0;
  }

  // opened takes in a neighbour, who said that beside its description.
  /** @param {string} id @param {any} said */
  opened(id, said, now = this.#clock.now()) {
    const n = new Neighbour(id, said, this.log.site, now);
    this.#heartbeat.met(n);
    this.#outbox.flush(); // the newcomer is told of it as of all that was drawn before
    this.#neighbours.set(id, n);
    if (n.site) {
      this.#authors.met(n);
      this.#teller.tell(n);
    } else {
      this.#sponsor.opened(n);
    }
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

  // draw draws with one's own pen, and says with false that the room is full, that the
  // operation is out of bounds, or that this page only watches.
  // Operations of one stroke, any object, are undone together.
  /** @param {PlainOp} op */
  draw(op, stroke = {}, now = this.#clock.now()) {
    return !this.#watches && this.#pen.draw(op, stroke, now);
  }

  // undo hides our latest stroke, and redo shows again what was hidden last. They say with
  // false that the room is full, or that this page only watches; that there is none is no fault.
  undo(now = this.#clock.now()) {
    return this.log.undoable === 0 || (!this.#watches && this.#outdates(this.#pen.undo(now)));
  }

  redo(now = this.#clock.now()) {
    return this.log.redoable === 0 || (!this.#watches && this.#outdates(this.#pen.redo(now)));
  }

  // takeBack hides a stroke for good, as if it had never been drawn.
  takeBack(stroke, now = this.#clock.now()) {
    return !this.#pen.has(stroke) || this.#outdates(this.#pen.takeBack(stroke, now));
  }

  // hide hides one's own stroke of a number of the log's, and show shows it again: others
  // than the latest. number is that of a stroke that is being drawn, or 0.
  /** @param {number} k */
  hide(k, now = this.#clock.now()) {
    return this.#outdates(this.#pen.hide(k, now));
  }

  /** @param {number} k */
  show(k, now = this.#clock.now()) {
    return this.#outdates(this.#pen.show(k, now));
  }

  number(stroke) {
    return this.#pen.number(stroke);
  }

  // #outdates says whether something was written that plain peers cannot do themselves.
  #outdates(written) {
    if (written) this.#sponsor.outdated();
    return written;
  }

  // isFull says whether no more can be drawn here, before somebody clears.
  get isFull() {
    return this.log.isFull;
  }

  // recall takes in what an earlier page has kept: see shelving.js.
  /** @param {(string | Uint8Array)[]} pieces */
  recall(pieces) {
    return this.#drawing.soon(this.#receiver.recall(pieces));
  }

  // verify looks at the signatures of all that was taken, before it is kept.
  verify() {
    return this.#drawing.soon(this.#drawing.verify());
  }

  // heard takes a message from a neighbour.
  /** @param {string} id @param {string | ArrayBuffer} data */
  heard(id, data, now = this.#clock.now()) {
    const n = this.#neighbours.get(id) ?? this.#gone.get(id);
    if (!n) return;
    n.heard = now;
    if (n.site) {
      this.#hearer.hear(n, data, now);
    } else {
      if (typeof data === "string") this.#sponsor.heard(n, data, now);
      this.#pump();
    }
  }

  // tick does what time makes due.
  tick(now = this.#clock.now()) {
    this.#heartbeat.wake(now);
    this.#elsewhere.tick(now);
    this.#sponsor.tick(now);
    for (const n of this.#neighbours.values()) {
      if (!n.site) continue;
      this.#comparer.look(n, now);
      if (!this.#outbox.stuck(n)) this.#teller.remind(n);
      this.#heartbeat.look(n, now);
    }
    this.#teller.announce(now);
    this.#receiver.look(now);
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
