// What of a log is painted, and how that changes. The Go half is canvas/log.go,
// adopt.go and order.go.
import { changes, join, nothing } from "./change.js";
import { contentOf } from "./chain.js";
import { beforeAll, compare, inOrder } from "./order.js";
import { bounds, kinds, paints, rowOf } from "./row.js";

/** @type {Change} paint all again */
export const all = { kind: changes.everything, from: beforeAll, boxes: [] };

// A Picture follows the rows that a store's sites take in and lose.
export class Picture {
  #store;
  /** @type {Place} */
  #end = beforeAll; // the last place painted so far
  /** @type {Place} */
  #edge = beforeAll; // the same, when the change began that is to be told
  /** @type {Map<string, Place>} */
  #adopted = new Map(); // the place of the adoption that is painted, by content

  /** @param {import("./store.js").Store} store */
  constructor(store) {
    this.#store = store;
  }

  // begin begins a change: what comes after all that is there by now is on top.
  begin() {
    this.#edge = this.#end;
  }

  // add does what the row n, which a site has just taken in, does to the others and to
  // the picture.
  /** @param {SiteLog} s @param {number} n @param {Row} row @returns {Change} */
  add(s, n, row) {
    if (row.kind === kinds.undo || row.kind === kinds.redo) return toggled(s, row.k, { n, undo: row.kind === kinds.undo });
    if (!paints(row)) return nothing;
    const from = { t: row.t, site: s.site, n };
    const kind = compare(from, this.#edge) > 0 ? changes.appended : changes.region;
    if (compare(from, this.#end) > 0) this.#end = from; // even if not painted now: a clear may change that
    if (row.by && !this.#adopt(s, n, row)) return nothing;
    return { kind, from, boxes: kind === changes.region ? [{ ...bounds(row), of: s, n }] : [] };
  }

  // lost takes note that live rows are gone.
  /** @returns {Change} */
  lost() {
    this.#adopted.clear();
    for (const s of this.#store.sites.values()) {
      for (const n of s.adopted) this.#adopt(s, n, s.row(n));
    }
    return all;
  }

  // #adopt takes note of an adopted row, and says whether it is to be painted: of those
  // with equal content, the first one is.
  #adopt(s, n, row) {
    const content = contentOf(row);
    const place = { t: row.t, site: s.site, n };
    const first = this.#adopted.get(content);
    if (first && compare(first, place) < 0) return false;
    this.#adopted.set(content, place);
    return true;
  }

  // adoptedFrom says whether somebody has adopted op from the plain peer by, and that
  // has not been cleared since.
  /** @param {string} by @param {Op} op */
  adoptedFrom(by, op) {
    return this.#adopted.has(contentOf(rowOf({ op, by })));
  }

  // paint gives what the picture consists of, from a place in the paint order on, as a
  // cursor of order.js that moves on; of that, if there is an area, what touches it (see
  // area.js). The log must not change meanwhile.
  *paint(from = beforeAll, area = null) {
    const next = area ? (s, n) => s.touching(n, area) : undefined;
    for (const c of inOrder(this.#store.sites.values(), (s) => s.from(from), next)) {
      if (!c.of.shows(c.n)) continue;
      const first = c.of.isAdopted(c.n) && this.#adopted.get(contentOf(c.of.row(c.n)));
      if (first && (first.site !== c.site || first.n !== c.n)) continue;
      yield c;
    }
  }
}

// toggled hides or shows the stroke k of a site up to the toggle.
/** @param {SiteLog} s @param {number} k @param {{ n: number, undo: boolean }} toggle */
function toggled(s, k, toggle) {
  const last = Math.min(toggle.n - 1, s.have);
  const stroke = [];
  for (let n = Math.max(k, s.dead + 1); n <= last; n++) if (s.stroke(n) === k) stroke.push(n);
  const before = stroke.map((n) => s.shows(n));
  s.toggles.set(k, toggle);
  let change = nothing;
  stroke.forEach((n, i) => {
    if (s.shows(n) === before[i]) return;
    const row = s.row(n);
    change = join(change, { kind: changes.region, from: { t: row.t, site: s.site, n }, boxes: [bounds(row)] });
  });
  return change;
}
