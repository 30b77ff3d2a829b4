// What one's own pen writes into a log. The Go half is canvas/pen.go.
import { clearText, isMilestone, next } from "./chain.js";
import { isEntry } from "./entry.js";
import { entryOf, isInBounds, paints, rowOf } from "./row.js";
import { beginning, isLess } from "./store.js";
import { maxLive } from "./take.js";

// A Writer is part of a log: see log.js. Nothing of what it writes counts for others
// before that is signed.
export class Writer {
  #store;
  #picture;
  #strokes;
  #signatures;
  #voucher;
  #wiper;
  #onChange;

  /** @param {VouchedParts & { wiper: import("./wipe.js").Wiper }} parts */
  constructor({ store, picture, strokes, signatures, voucher, wiper, onChange }) {
    this.#store = store;
    this.#picture = picture;
    this.#strokes = strokes;
    this.#signatures = signatures;
    this.#voucher = voucher;
    this.#wiper = wiper;
    this.#onChange = onChange;
  }

  // isFull says whether it writes no more.
  get isFull() {
    return this.#store.weight >= maxLive;
  }

  // next is the time at which the pen would write now: greater than all that has been
  // taken in, and not before the clock.
  /** @param {number} now */
  next(now) {
    return Math.max(this.#store.clock + 1, now);
  }

  // write stamps an entry with the next number and time, and takes it in. It continues the
  // stroke k, or begins one with 0. It gives the entry, which is rounded, or null where the
  // room is full or the operation out of bounds.
  /** @param {Op} op @param {number} k @param {number} now @returns {Entry | null} */
  write(op, k, now, by = "") {
    const store = this.#store;
    const s = store.sites.get(store.own) ?? store.open(store.own, beginning(this.#signatures.key));
    const n = s.have + 1;
    const t = this.next(now);
    const entry = { site: store.own, n, t, k: k || n, op, by };
    const row = rowOf(entry);
    if (this.isFull || !isEntry(entry) || (paints(row) && !isInBounds(row))) return null;
    this.#picture.begin();
    store.clock = t;
    store.count(s, () => s.push(row, next(s.tip, 1, () => row)));
    const change = this.#picture.add(s, n, row);
    if (paints(row) && !by) this.#strokes.extend(row.k, n);
    this.#voucher.wrote(s, isMilestone(row, n));
    if (change.kind > 0) this.#onChange(change);
    return entryOf(store.own, n, row);
  }

  // takeBack hides a stroke for good: nothing is left to redo.
  /** @param {number} k @param {number} now */
  takeBack(k, now) {
    const entry = this.write({ type: "undo" }, k, now);
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
}
