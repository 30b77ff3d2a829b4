// What showed once and does not now.
import { bounds, kinds, perForce, perPixel } from "./row.js";
import { isNear } from "./touch.js";
import { lineWidth } from "./wire.js";

const stride = 1000; // rows between two pauses
const paper = 0xffffffff; // the color of what erases
const cell = 128; // pixels of the sheet, each way
const mostCells = 256; // that one row is noted in; what covers more may be anywhere
const mostLooks = 2000000; // in all, at whether one thing covers another: then it does not

// missing gives the rows that showed then and do not now, in their order: what is gone, by
// whatever means, and what has been painted over with the color of the paper. Both lists
// are in paint order. It pauses now and then.
/** @param {Row[]} then @param {Row[]} now @returns {Generator<void, Row[]>} */
export function* missing(then, now) {
  const budget = { looks: mostLooks };
  const had = new Counts();
  const covers = new Grid(budget);
  for (const [i, row] of then.entries()) {
    if (i % stride === 0) yield;
    had.add(row);
  }
  for (const [i, row] of now.entries()) {
    if (i % stride === 0) yield;
    if (!had.take(row) && isCover(row)) covers.add(row, i);
  }
  const has = new Counts();
  for (const [i, row] of now.entries()) {
    if (i % stride === 0) yield;
    if (!covers.some(row, (cover, at) => at > i && isUnder(row, cover))) has.add(row);
  }
  /** @type {Row[]} */
  const gone = [];
  const again = new Grid(budget);
  for (const [i, row] of then.entries()) {
    if (i % stride === 0) yield;
    // What erased a part of something that comes again has to do so again.
    if (has.take(row) && !(isCover(row) && again.some(row, (other) => isUnder(other, row)))) continue;
    gone.push(row);
    again.add(row, i);
  }
  return gone;
}

// isCover says whether a row erases what it touches.
/** @param {Row} row */
function isCover({ kind, color }) {
  return kind === kinds.segment && color === paper;
}

// isUnder says whether a row is touched by what erases.
/** @param {Row} row @param {Row} cover */
function isUnder(row, { xy, pen }) {
  return isNear(row, xy, (lineWidth(pen / perForce) * perPixel) / 2);
}

// Counts counts what rows paint, whoever drew them.
class Counts {
  /** @type {Map<string, number>} */
  #counts = new Map();

  /** @param {Row} row */
  add(row) {
    const name = nameOf(row);
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }

  // take takes one out, if there is one.
  /** @param {Row} row */
  take(row) {
    const name = nameOf(row);
    const count = this.#counts.get(name) ?? 0;
    if (count > 0) this.#counts.set(name, count - 1);
    return count > 0;
  }
}

/** @param {Row} row */
function nameOf({ kind, xy, pen, color }) {
  return `${kind} ${xy.join(" ")} ${pen} ${color}`;
}

// A Grid finds rows near others.
class Grid {
  #budget;
  /** @type {Map<string, { row: Row, i: number }[]>} */
  #cells = new Map();
  /** @type {{ row: Row, i: number }[]} */
  #anywhere = [];

  /** @param {{ looks: number }} budget */
  constructor(budget) {
    this.#budget = budget;
  }

  /** @param {Row} row @param {number} i */
  add(row, i) {
    const names = cellsOf(row);
    if (!names) this.#anywhere.push({ row, i });
    for (const name of names ?? []) {
      const there = this.#cells.get(name);
      if (there) there.push({ row, i });
      else this.#cells.set(name, [{ row, i }]);
    }
  }

  // some says whether something holds for one of those that may be near a row.
  /** @param {Row} row @param {(other: Row, i: number) => boolean} holds */
  some(row, holds) {
    if (this.#budget.looks <= 0 || this.#cells.size + this.#anywhere.length === 0) return false;
    const lists = cellsOf(row)?.map((name) => this.#cells.get(name) ?? []) ?? [...this.#cells.values()];
    return [this.#anywhere, ...lists].some((list) => list.some((other) => this.#budget.looks-- > 0 && holds(other.row, other.i)));
  }
}

// cellsOf are those that a row may touch, or null if they are too many.
/** @param {Row} row */
function cellsOf(row) {
  const box = bounds(row);
  const [left, top, right, bottom] = [box.left, box.top, box.right, box.bottom].map((v) => Math.floor(v / cell));
  if ((right - left + 1) * (bottom - top + 1) > mostCells) return null;
  const names = [];
  for (let y = top; y <= bottom; y++) for (let x = left; x <= right; x++) names.push(`${x} ${y}`);
  return names;
}
