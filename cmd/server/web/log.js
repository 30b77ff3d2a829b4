// The log: what everybody has drawn, in an order that all agree on. Logs that have seen
// the same entries are equal, in whatever order, from whomever and however often these
// came. It knows no network, no pixels and no clock but the one it is given, in ticks
// (see time.js). The Go half is canvas/log.go; what entries and rows are, row.js says.
import { headOf } from "./run.js";
import { clearText, isMilestone, next, siteOf } from "./chain.js";
import { isEntry, maxTime } from "./entry.js";
import { Picture } from "./picture.js";
import { entryOf, rowOf } from "./row.js";
import { beginning, isLess, Store } from "./store.js";
import { Strokes } from "./strokes.js";
import { maxLive, Taker } from "./take.js";
import { Voucher } from "./vouch.js";
import { Wiper } from "./wipe.js";

// A Log writes as the site of a key pair: see signatures.js. Whatever has to wait for a
// signature gives a promise; what does not, does at once. onChange(change) hears each
// change of the picture as it happens.
export class Log {
  site;
  #store;
  #picture;
  #strokes;
  #signatures;
  #voucher;
  #taker;
  #wiper;
  #onChange;

  /** @param {Signer} signatures @param {(change: Change) => void} onChange */
  constructor(signatures, onChange) {
    this.site = siteOf(signatures.key);
    this.#signatures = signatures;
    this.#onChange = onChange;
    const store = this.#store = new Store(this.site);
    const picture = this.#picture = new Picture(store);
    const strokes = this.#strokes = new Strokes(() => store.sites.get(this.site));
    const near = { store, picture, strokes, signatures, onChange };
    const voucher = this.#voucher = new Voucher(near);
    this.#taker = new Taker({ ...near, voucher });
    this.#wiper = new Wiper({ ...near, voucher });
  }

  // length is how many live entries there are.
  get length() {
    return this.#store.live;
  }

  // isFull says whether one's own pen writes no more.
  get isFull() {
    return this.#store.weight >= maxLive;
  }

  // version grows with every change of what haveSince tells.
  get version() {
    return this.#store.version;
  }

  // digest tells whether two logs hold the same.
  get digest() {
    return this.#store.digest;
  }

  // clear is the one that counts: its t is 0 if there was none.
  get lastClear() {
    return this.#store.clear;
  }

  // The rest of what a log tells is the store's: see there.
  holds(site) {
    return this.#store.holds(site);
  }

  key(site) {
    return this.#store.key(site);
  }

  haveSince(version) {
    return this.#store.haveSince(version);
  }

  lacks(held) {
    return this.#store.lacks(held);
  }

  // proof is the one against a site, if that is void.
  proof(site) {
    return this.#store.void.get(site);
  }

  // live are the sites of which there are live entries; sources, those of which a verified
  // head covers some.
  get live() {
    return [...this.#store.sites.values()];
  }

  get sources() {
    return this.live.filter((s) => s.counts);
  }

  // runs are the entries of a site from one on, as far as verified heads cover them: from
  // the witness on where that one is dead.
  /** @param {string} site @param {number} from @returns {Run[]} */
  runs(site, from) {
    const s = this.#store.sites.get(site);
    /** @type {Run[]} */
    const runs = [];
    if (!s?.counts) return runs;
    for (let n = Math.max(from, s.dead, 1); n <= s.vouched; n += runs[runs.length - 1].rows.length) runs.push(s.run(n));
    return runs;
  }

  // heads are the newest of what counts, as runs without rows.
  get heads() {
    return this.sources.map(({ site, key, newest: { n, chain, sig } }) => headOf({ site, key, first: n + 1, before: chain, sig, rows: [] }, chain));
  }

  // The Taker's, the Wiper's and the Voucher's: see there.
  take(run, now) {
    return this.#taker.take(run, now);
  }

  takeLive(entries, head, now, lazily = false) {
    return this.#taker.takeLive(entries, head, now, lazily);
  }

  merge(runs, now, admits = () => true) {
    return this.#taker.merge(runs, now, admits);
  }

  takeClear(clear, now) {
    return this.#wiper.takeClear(clear, now);
  }

  takeProof(proof) {
    return this.#wiper.takeProof(proof);
  }

  verify() {
    return this.#voucher.verify();
  }

  sign() {
    return this.#voucher.sign();
  }

  // The Picture's and the Strokes': see there.
  adoptedFrom(by, op) {
    return this.#picture.adoptedFrom(by, op);
  }

  paint(from, area) {
    return this.#picture.paint(from, area);
  }

  get undoable() {
    return this.#strokes.undoable;
  }

  get redoable() {
    return this.#strokes.redoable;
  }

  // next is the time at which the pen would write now: greater than all that has been
  // taken in, and not before the clock.
  /** @param {number} now */
  next(now) {
    return Math.max(this.#store.clock + 1, now);
  }

  // draw writes a segment or a rectangle. It continues the stroke k, or begins one with
  // 0. It gives the entry, which is rounded, or null where the room is full or the
  // operation out of bounds. Nothing counts for others before sign.
  /** @param {Op} op @param {number} k @param {number} now */
  draw(op, k, now) {
    return this.#write(op, k, now);
  }

  // adopt writes an operation that was heard from the plain peer by.
  /** @param {string} by @param {Op} op @param {number} now */
  adopt(by, op, now) {
    return this.#write(op, 0, now, by);
  }

  // undo hides a stroke of one's own, as it is by now; redo shows it again.
  /** @param {number} k @param {number} now */
  undo(k, now) {
    return this.#write({ type: "undo" }, k, now);
  }

  /** @param {number} k @param {number} now */
  redo(k, now) {
    return this.#write({ type: "redo" }, k, now);
  }

  // takeBack hides it for good: nothing is left to redo.
  /** @param {number} k @param {number} now */
  takeBack(k, now) {
    const entry = this.undo(k, now);
    if (entry) this.#strokes.drop(k);
    return entry;
  }

  // clearAt wipes what was drawn up to the time t, which next said. It gives the clear,
  // which is to be passed on, or null where a greater one counts.
  /** @param {number} t @returns {Promise<ClearMark | null>} */
  async clearAt(t) {
    this.#store.clock = Math.max(this.#store.clock, t); // what is drawn meanwhile stays
    const clear = { t, key: this.#signatures.key, sig: await this.#signatures.sign(clearText(t)) };
    return isLess(this.#store.clear, clear) && await this.#wiper.wipe(clear) ? clear : null;
  }

  // #write stamps an entry with the next number and time, and takes it in.
  /** @param {Op} op @param {number} k @param {number} now @returns {Entry | null} */
  #write(op, k, now, by = "") {
    const store = this.#store;
    const s = store.sites.get(this.site) ?? store.open(this.site, beginning(this.#signatures.key));
    const n = s.have + 1;
    const t = Math.min(this.next(now), maxTime);
    const entry = { site: this.site, n, t, k: k || n, op, by };
    if (this.isFull || !isEntry(entry)) return null;
    const row = rowOf(entry);
    this.#picture.begin();
    store.clock = t;
    store.count(s, () => s.push(row, next(s.tip, row)));
    const change = this.#picture.add(s, n, row);
    const paint = op.type === "segment" || op.type === "rect";
    if (paint && !by) this.#strokes.extend(row.k, n);
    this.#voucher.wrote(s, isMilestone(row, n));
    if (change.kind > 0) this.#onChange(change);
    return entryOf(this.site, n, row);
  }
}
