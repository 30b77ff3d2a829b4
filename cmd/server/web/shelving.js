// What of a log goes on the shelf: frames, as neighbours are sent them, proofs among them,
// and the clear that counts, as its message says it. Large frames go there as they came:
// to write them again takes as long as to take them in.
import { formatClear } from "./entry.js";
import { proofFrame } from "./frame.js";
import { nextFrame } from "./lacking.js";
import { lastOf } from "./run.js";

const keepTime = 300; // ms from a change until it is kept
const busyTime = 2000; // ms that it waits, at most, until the page has nothing else to do
const mostTaken = 64; // frames that wait
const leastRows = 1024; // of one, for small ones would soon be many pieces
const mostPieces = 200; // of a room: then all are written anew, as fewer

// A Shelving keeps what an exchange holds, and gives it back. onState() hears that its
// state is another.
export class Shelving {
  #exchange;
  #log;
  #shelf;
  #onState;
  /** @type {Vector} */
  #held = new Map(); // what is on the shelf
  #cleared = 0; // the time of the clear there
  #proofs = new Set(); // the void sites, of which the proof is there
  #count = 0; // pieces there
  /** @type {{ frame: Uint8Array, runs: { site: string, first: number, last: number, isTold: boolean }[] }[]} */
  #taken = []; // frames as they came, which wait to be kept
  #version = -1; // of the log that is all there
  #busy = true; // until what is there has been recalled
  #broken = false;
  #timer;

  /** @param {{ exchange: any, shelf: any, onState: () => void }} parts */
  constructor({ exchange, shelf, onState }) {
    this.#exchange = exchange;
    this.#log = exchange.log;
    this.#shelf = shelf;
    this.#onState = onState;
  }

  // recall has the exchange take in what is on the shelf.
  async recall() {
    try {
      const pieces = await this.#shelf.pieces();
      const { sites, cleared, void: forked } = await this.#exchange.recall(pieces);
      this.#count = pieces.length;
      this.#held = sites;
      this.#cleared = cleared;
      this.#proofs = new Set(forked);
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    this.soon();
  }

  // state says whether "all" that is drawn here is on the shelf, or "some" of it, or "none",
  // for this browser keeps nothing.
  get state() {
    if (this.#broken) return "none";
    return this.#version === this.#log.version && this.#log.isSigned ? "all" : "some";
  }

  // took takes note of a frame, of which every run was new.
  /** @param {Uint8Array} frame @param {Run[]} runs */
  took(frame, runs) {
    const rows = runs.reduce((sum, run) => sum + run.rows.length, 0);
    if (rows < leastRows || this.#taken.length === mostTaken) return;
    this.#taken.push({ frame, runs: runs.map((run) => ({ site: run.site, first: run.first, last: lastOf(run), isTold: run.key !== null })) });
  }

  // soon keeps what is new, in a moment.
  soon() {
    if (this.#busy || this.state !== "some") return;
    if (this.#log.lastClear.t > this.#cleared) this.keep(); // what it wiped must not come back
    else this.#timer ??= setTimeout(() => idle(() => this.keep()), keepTime);
  }

  // keep puts on the shelf what is not there yet.
  async keep() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#broken || this.#busy) return;
    this.#busy = true;
    try {
      await this.#exchange.verify();
      await this.#write();
    } catch (error) {
      this.#fail(error);
    }
    this.#busy = false;
    this.#onState();
    this.soon();
  }

  async #write() {
    const { version, lastClear: clear } = this.#log;
    const anew = clear.t > this.#cleared || this.#count > mostPieces;
    if (anew) this.#held.clear();
    if (anew) this.#proofs.clear();
    let held = new Map(this.#held);
    const pieces = [];
    if (anew && clear.t > 0) pieces.push(formatClear(clear));
    const told = this.#log.haveSince(0).void.filter((site) => !this.#proofs.has(site));
    for (const site of told) pieces.push(await proofFrame(this.#log.proof(site)));
    for (const { frame, runs } of this.#taken.splice(0)) {
      const then = anew ? null : after(runs, held);
      if (!then) continue;
      pieces.push(frame);
      held = then;
    }
    for (let frame; (frame = await nextFrame(this.#log, held)); ) pieces.push(frame);
    if (pieces.length > 0 || anew) await this.#shelf.add(pieces, anew);
    this.#count = (anew ? 0 : this.#count) + pieces.length;
    this.#held = held;
    for (const site of told) this.#proofs.add(site);
    this.#cleared = clear.t;
    this.#version = version;
  }

  #fail(error) {
    console.warn("This browser does not keep the drawing.", error);
    this.#broken = true;
  }
}

// after is what is held with runs besides, or null where these do not follow it, or do not
// say whose they are.
/** @param {{ site: string, first: number, last: number, isTold: boolean }[]} runs @param {Vector} held */
function after(runs, held) {
  const then = new Map(held);
  for (const { site, first, last, isTold } of runs) {
    const has = then.get(site) ?? 0;
    if (first > has + 1 || (has === 0 && !isTold)) return null;
    then.set(site, Math.max(has, last));
  }
  return then;
}

// idle calls when the page has nothing else to do, where the browser tells.
function idle(call) {
  if ("requestIdleCallback" in globalThis) requestIdleCallback(call, { timeout: busyTime });
  else call();
}
