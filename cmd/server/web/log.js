// The log: what everybody has drawn, in an order that all agree on. Logs that have seen
// the same entries are equal, in whatever order, from whomever and however often these
// came. It knows no network, no pixels and no clock but the one it is given, in ticks
// (see time.js). The Go half is canvas/log.go; what entries and rows are, row.js says.
import { siteOf } from "./chain.js";
import { Picture } from "./picture.js";
import { headOf } from "./run.js";
import { Store } from "./store.js";
import { Strokes } from "./strokes.js";
import { Taker } from "./take.js";
import { Voucher } from "./vouch.js";
import { Wiper } from "./wipe.js";
import { Writer } from "./writer.js";

// A Log writes as the site of a key pair: see signatures.js. Whatever has to wait for a
// signature gives a promise; what does not, does at once. onChange(change) hears each
// change of the picture as it happens.
export class Log {
  site;
  #store;
  #picture;
  #strokes;
  #voucher;
  #taker;
  #wiper;
  #writer;

  /** @param {Signer} signatures @param {(change: Change) => void} onChange */
  constructor(signatures, onChange) {
    this.site = siteOf(signatures.key);
    const store = this.#store = new Store(this.site);
    const picture = this.#picture = new Picture(store);
    const strokes = this.#strokes = new Strokes(() => store.sites.get(this.site));
    const near = { store, picture, strokes, signatures, onChange };
    const voucher = this.#voucher = new Voucher(near);
    this.#taker = new Taker({ ...near, voucher });
    const wiper = this.#wiper = new Wiper({ ...near, voucher });
    this.#writer = new Writer({ ...near, voucher, wiper });
  }

  // length is how many live entries there are.
  get length() {
    return this.#store.live;
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

  // wiped is what clears have wiped, as far as it is kept; era, what is there since.
  get wiped() {
    return this.#store.wiped;
  }

  /** @returns {Era} */
  get era() {
    return { since: this.lastClear.t, until: Infinity, by: "", sites: this.live.map((s) => s.until(s.have)) };
  }

  // The rest of what a log tells is the store's: see there.
  holds(site) {
    return this.#store.holds(site);
  }

  isOver(site) {
    return this.#store.isOver(site);
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

  // isSigned says whether all that one's own pen has written is.
  get isSigned() {
    const own = this.#store.sites.get(this.site);
    return !own || own.vouched === own.have;
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

  // The Writer's: see there.
  next(now) {
    return this.#writer.next(now);
  }

  get isFull() {
    return this.#writer.isFull;
  }

  draw(op, k, now) {
    return this.#writer.write(op, k, now);
  }

  adopt(by, op, now) {
    return this.#writer.write(op, 0, now, by);
  }

  undo(k, now) {
    return this.#writer.write({ type: "undo" }, k, now);
  }

  redo(k, now) {
    return this.#writer.write({ type: "redo" }, k, now);
  }

  takeBack(k, now) {
    return this.#writer.takeBack(k, now);
  }

  clearAt(t) {
    return this.#writer.clearAt(t);
  }
}
