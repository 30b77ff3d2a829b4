// Erasing: one's own strokes that are touched go, and over what others have drawn, which
// is not ours to take back, is painted as the paper is.
import { white } from "./paper.js";
import { unpacked } from "./row.js";
import { touched } from "./touch.js";
import { lineWidth } from "./wire.js";
import { words } from "./words.js";

const most = 100; // erasures that can be undone

/** @typedef {{ strokes: number[], covers: number[], over: Set<string>, cover: object, end: number, at: number }} Erasure */

// An Erasing erases, and undoes and redoes in one step what one pass of the eraser did.
export class Erasing {
  #exchange;
  #notice;
  #isOwn;
  #onFull;
  #covers = new Set(); // numbers of the strokes that paint over others'
  /** @type {Erasure[]} */
  #done = []; // the latest last
  /** @type {Erasure[]} */
  #undone = [];
  #before = 0; // how much was written when the last of them was undone or redone
  #clear; // the one that counted when these began

  constructor({ exchange, notice, isOwn, onFull }) {
    this.#exchange = exchange;
    this.#notice = notice;
    this.#isOwn = isOwn;
    this.#onFull = onFull;
    this.#clear = exchange.log.lastClear;
  }

  /** @returns {Erasure} */
  begin() {
    return { strokes: [], covers: [], over: new Set(), cover: {}, end: 0, at: 0 };
  }

  // erase erases on the way from one place of the sheet to another.
  /** @param {Erasure} erasure @param {Point} from @param {Point} to @param {number} force */
  erase(erasure, from, to, force) {
    const { log } = this.#exchange;
    const own = new Set();
    const over = new Set();
    for (const { site, row } of touched(log, from, to, lineWidth(force) / 2)) {
      if (site === log.site && !row.by) own.add(row.k);
      else if (unpacked(row.color) !== white) over.add(site);
    }
    let isWritten = true;
    for (const k of own) {
      if (this.#covers.has(k)) continue;
      if (this.#exchange.hide(k)) erasure.strokes.push(k);
      else isWritten = false;
    }
    if (over.size > 0 && this.#exchange.draw({ type: "segment", from, to, force, color: white }, erasure.cover)) {
      const k = this.#exchange.number(erasure.cover);
      this.#covers.add(k);
      if (!erasure.covers.includes(k)) erasure.covers.push(k);
      for (const site of over) erasure.over.add(site);
    } else if (over.size > 0) {
      isWritten = false;
    }
    if (!isWritten) this.#onFull();
  }

  /** @param {Erasure} erasure */
  end(erasure) {
    const { strokes, covers, over } = erasure;
    if (strokes.length === 0 && covers.length === 0) return;
    this.#notice.say(erasedWords(strokes.length, over.size > 0, [...over].every((site) => this.#isOwn(site))), "news", 4000);
    this.#did(erasure);
  }

  // takeBack makes an erasure that has not ended as if it had never been.
  /** @param {Erasure} erasure */
  takeBack({ strokes, cover }) {
    for (const k of strokes) this.#exchange.show(k);
    this.#exchange.takeBack(cover);
  }

  // isLast says whether an erasure is what is undone next.
  get isLast() {
    this.#forget();
    const last = this.#done.at(-1);
    return last !== undefined && this.#exchange.log.undoable <= last.end;
  }

  // undo undoes what was done last, and redo does again what was undone last, be it an
  // erasure or a stroke. They say with false that the room is full.
  undo() {
    if (!this.isLast) return this.#exchange.undo();
    const last = /** @type {Erasure} */ (this.#done.pop());
    const isWritten = this.#toggle(last.covers, last.strokes);
    if (this.#undone.at(-1)?.at !== this.#before) this.#undone = [];
    this.#undone.push({ ...last, at: this.#have });
    return isWritten;
  }

  redo() {
    if (!this.canRedo) return true;
    if (!this.#isNext) return this.#exchange.redo();
    const next = /** @type {Erasure} */ (this.#undone.pop());
    const isWritten = this.#toggle(next.strokes, next.covers);
    this.#did(next);
    const after = this.#undone.at(-1);
    if (after) after.at = this.#have;
    return isWritten;
  }

  // canRedo says whether something can be: what an erasure hid is not undone.
  get canRedo() {
    this.#forget();
    const k = this.#exchange.log.redoable;
    return this.#isNext || (k > 0 && !this.#covers.has(k) && !this.#done.some(({ strokes }) => strokes.includes(k)));
  }

  get #isNext() {
    return this.#undone.at(-1)?.at === this.#have;
  }

  #toggle(hidden, shown) {
    this.#before = this.#have;
    const all = [...hidden.map((k) => this.#exchange.hide(k)), ...shown.map((k) => this.#exchange.show(k))];
    return all.every(Boolean);
  }

  #did(erasure) {
    erasure.end = this.#have;
    this.#done.push(erasure);
    this.#done = this.#done.slice(-most);
  }

  // #have is how much one's own pen has written.
  get #have() {
    const { log } = this.#exchange;
    return log.live.find(({ site }) => site === log.site)?.have ?? 0;
  }

  // #forget forgets what a clear has wiped.
  #forget() {
    if (this.#exchange.log.lastClear === this.#clear) return;
    this.#clear = this.#exchange.log.lastClear;
    this.#done = [];
    this.#undone = [];
  }
}

// erasedWords say what became of which strokes.
function erasedWords(count, isOver, isOwn) {
  if (!isOver) return words.erased(count);
  return count > 0 ? words.erasedOver(count, isOwn) : words.erasedOnlyOver(isOwn);
}
