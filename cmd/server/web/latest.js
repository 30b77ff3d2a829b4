// The latest: how far in the paint order the cells of a picture have come.
import { Grid } from "./area.js";
import { compare64 } from "./base64.js";

const cell = 32; // device pixels, each way

// A Latest knows of each cell of a picture the last place in the paint order of what may
// have been painted there, of which nothing need show any more.
export class Latest extends Grid {
  #t;
  /** @type {string[]} */
  #sites;
  #n;

  constructor(width, height, ratio, origin) {
    super(cell, width, height, ratio, origin);
    const cells = this.columns * this.rows;
    this.#t = new Float64Array(cells);
    this.#sites = Array(cells).fill("");
    this.#n = new Uint32Array(cells);
  }

  // raise takes note that what is at a place was painted, within a box.
  /** @param {Place} place @param {Box} box */
  raise({ t, site, n }, box) {
    this.#some(box, (i) => {
      if (this.#isBehind(i, t, site, n)) return false;
      this.#t[i] = t;
      this.#sites[i] = site;
      this.#n[i] = n;
      return false;
    });
  }

  // isBehind says whether something that comes after a place may have been painted within a
  // box.
  /** @param {Place} place @param {Box} box */
  isBehind({ t, site, n }, box) {
    return this.#some(box, (i) => this.#isBehind(i, t, site, n));
  }

  // #isBehind says whether a cell has come further than a place.
  #isBehind(i, t, site, n) {
    if (this.#t[i] !== t) return this.#t[i] > t;
    return (compare64(this.#sites[i], site) || this.#n[i] - n) > 0;
  }

  // #some says whether any of the cells that a box touches is so.
  #some({ left, top, right, bottom }, isSo) {
    const first = this.firstColumn(left);
    const last = this.lastColumn(right);
    const end = this.lastRow(bottom);
    for (let row = this.firstRow(top); row <= end; row++) {
      const at = row * this.columns;
      for (let i = at + first; i <= at + last; i++) if (isSo(i)) return true;
    }
    return false;
  }
}
