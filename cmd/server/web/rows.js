// Live rows of one site, in typed arrays: 40 bytes a segment, and one object for all.
// The Go half is canvas/sitelog.go.
import { weightOf } from "./chain.js";
import { compare } from "./order.js";
import { boundsOf, kinds, padding, perPixel } from "./row.js";

/** @type {[string, new (length: number) => any][]} */
const columns = [
  ["t", Float64Array], ["k", Uint32Array], ["color", Uint32Array], ["pen", Uint16Array], ["kind", Uint8Array],
  ["x", Int32Array], ["y", Int32Array], ["u", Int32Array], ["v", Int32Array],
];

const perRow = 40; // bytes
const perMore = 200; // bytes of what a few rows have beside

/** @type {Row} one of another kind */
const noRow = { kind: kinds.other, t: 0, k: 0, xy: [], pen: 0, color: 0, by: "", name: "", payload: "" };

// Rows are those from dead + 1 to have.
export class Rows {
  site;
  dead;
  have;
  /** @type {Map<number, { n: number, undo: boolean }>} */
  toggles = new Map(); // the last of each stroke that had one
  /** @type {Record<string, any>} typed arrays */
  #columns = {};
  #room = 0; // rows that fit
  /** @type {Map<number, string>} */
  #by = new Map(); // of those rows that have it, by n
  /** @type {Map<number, { name: string, payload: string }>} */
  #others = new Map(); // of those of other kinds
  #extra = 0; // that both weigh more than their number

  // room is for how many rows there is room at first.
  /** @param {string} site @param {number} dead */
  constructor(site, dead, room = 0) {
    this.site = site;
    this.dead = this.have = dead;
    this.#resize(0, room);
  }

  // contents are the rows, of which none is dead, as they go to another thread, where of
  // makes Rows of them again; moved is what of them is moved there.
  get contents() {
    return { have: this.have, columns: this.#columns, by: this.#by, others: this.#others };
  }

  get moved() {
    return columns.map(([name]) => this.#columns[name].buffer);
  }

  static of({ have, columns: moved, by, others }) {
    const rows = new Rows("", 0);
    rows.have = rows.#room = have;
    for (const [name] of columns) rows.#columns[name] = moved[name];
    rows.#by = by;
    rows.#others = others;
    return rows;
  }

  // length is how many rows there are, and weight what they count for.
  get length() {
    return this.have - this.dead;
  }

  get weight() {
    return this.length + this.#extra;
  }

  // bytes is about what they take.
  get bytes() {
    return perRow * this.#room + perMore * (this.#by.size + this.toggles.size);
  }

  // until is a copy of the rows up to n, but for what those of other kinds say.
  /** @param {number} n */
  until(n) {
    const copy = new Rows(this.site, this.dead);
    const count = Math.max(0, n - this.dead);
    for (const [name] of columns) copy.#columns[name] = this.#columns[name].slice(0, count);
    copy.#room = count;
    for (const [m, by] of this.#by) if (m <= n) copy.#by.set(m, by);
    copy.truncate(this.dead + count);
    return copy;
  }

  // append appends the row have + 1.
  /** @param {Row} row */
  append(row) {
    const i = this.have - this.dead;
    if (i === this.#room) this.#resize(0, Math.max(4, 2 * i)); // sites that draw once may be many
    const c = this.#columns;
    c.t[i] = row.t;
    c.k[i] = row.k;
    c.color[i] = row.color;
    c.pen[i] = row.pen;
    c.kind[i] = row.kind;
    c.x[i] = row.xy[0];
    c.y[i] = row.xy[1];
    c.u[i] = row.xy[2];
    c.v[i] = row.xy[3];
    this.have++;
    this.#extra += weightOf(row) - 1;
    if (row.by) this.#by.set(this.have, row.by);
    if (row.kind === kinds.other) this.#others.set(this.have, { name: row.name, payload: row.payload });
  }

  // row is the live row n.
  /** @param {number} n @returns {Row} */
  row(n) {
    const i = n - this.dead - 1;
    const c = this.#columns;
    const other = this.#others.get(n);
    return {
      kind: c.kind[i], t: c.t[i], k: c.k[i], xy: [c.x[i], c.y[i], c.u[i], c.v[i]], pen: c.pen[i], color: c.color[i],
      by: this.by(n), name: other?.name ?? "", payload: other?.payload ?? "",
    };
  }

  // trace has a brush paint the live row n, which paints, without making it.
  trace(n, brush) {
    const i = n - this.dead - 1;
    const c = this.#columns;
    brush.trace(c.kind[i], c.x[i], c.y[i], c.u[i], c.v[i], c.pen[i], c.color[i]);
  }

  // bounds is that of the live row n, which paints: see row.js.
  bounds(n) {
    const i = n - this.dead - 1;
    const c = this.#columns;
    return boundsOf(c.kind[i], c.x[i], c.y[i], c.u[i], c.v[i], c.pen[i]);
  }

  // time is the time of the live row n.
  time(n) {
    return this.#columns.t[n - this.dead - 1];
  }

  // stroke is the stroke of the live row n.
  stroke(n) {
    return this.#columns.k[n - this.dead - 1];
  }

  // kind is the kind of the live row n.
  kind(n) {
    return this.#columns.kind[n - this.dead - 1];
  }

  // paints says whether the live row n can leave something on the canvas.
  paints(n) {
    return this.kind(n) <= kinds.rect;
  }

  // shows says whether the live row n is painted, as far as this site goes.
  shows(n) {
    if (!this.paints(n)) return false;
    const toggle = this.toggles.get(this.stroke(n));
    return !(toggle && toggle.undo && n < toggle.n) || this.#by.has(n);
  }

  // touching is the number of the first live row from n on that can leave
  // something on an area, or have + 1. It makes no row of what it passes over.
  touching(n, area) {
    const { kind, pen, x, y, u, v } = this.#columns;
    for (let i = n - this.dead - 1; n <= this.have; i++, n++) {
      if (kind[i] > kinds.rect) continue;
      const isRect = kind[i] === kinds.rect;
      const right = isRect ? x[i] + u[i] : u[i];
      const bottom = isRect ? y[i] + v[i] : v[i];
      const pad = padding(kind[i], pen[i]) * perPixel;
      const touches = area.touches(
        (Math.min(x[i], right) - pad) / perPixel, (Math.min(y[i], bottom) - pad) / perPixel,
        (Math.max(x[i], right) + pad) / perPixel, (Math.max(y[i], bottom) + pad) / perPixel,
      );
      if (touches) break;
    }
    return n;
  }

  // by is the plain peer from whom the live row n was adopted, or "".
  by(n) {
    return this.#by.get(n) ?? "";
  }

  // isAdopted says whether the live row n was adopted.
  isAdopted(n) {
    return this.#by.has(n);
  }

  // adopted is the numbers of the live rows that were adopted.
  get adopted() {
    return this.#by.keys();
  }

  // from is the number of the first row at or after a place in the paint order.
  /** @param {Place} place */
  from(place) {
    let low = this.dead + 1;
    let high = this.have + 1;
    while (low < high) {
      const mid = low + Math.floor((high - low) / 2);
      if (compare({ t: this.time(mid), site: this.site, n: mid }, place) < 0) low = mid + 1;
      else high = mid;
    }
    return low;
  }

  // forget gives up the rows up to n.
  /** @param {number} n */
  forget(n) {
    this.#resize(n - this.dead, this.have - n);
    this.dead = n;
    this.#leaveOut((m) => m <= n);
    for (const [k, toggle] of this.toggles) if (toggle.n <= n) this.toggles.delete(k);
  }

  // truncate gives up the rows after n.
  /** @param {number} n */
  truncate(n) {
    this.have = n;
    this.#leaveOut((m) => m > n);
    this.toggles.clear();
    for (let m = this.dead + 1; m <= n; m++) {
      const kind = this.kind(m);
      if (kind === kinds.undo || kind === kinds.redo) this.toggles.set(this.stroke(m), { n: m, undo: kind === kinds.undo });
    }
  }

  #leaveOut(isGone) {
    for (const map of [this.#by, this.#others]) for (const m of map.keys()) if (isGone(m)) map.delete(m);
    this.#extra = 0;
    for (const by of this.#by.values()) this.#extra += weightOf({ ...noRow, by }) - 1;
    for (const other of this.#others.values()) this.#extra += weightOf({ ...noRow, ...other }) - 1;
  }

  // #resize makes room for so many rows, and leaves out the first skip.
  #resize(skip, room) {
    for (const [name, Type] of columns) {
      const column = new Type(room);
      column.set(this.#columns[name]?.subarray(skip, skip + room) ?? []);
      this.#columns[name] = column;
    }
    this.#room = room;
  }
}
