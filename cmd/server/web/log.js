// The log: what everybody has drawn, in an order that all agree on. Logs that
// have seen the same entries are equal, in whatever order, from whomever and
// however often these came. It knows no network, no pixels and no clock. The Go
// half is canvas/log.go; what entries and rows are, row.js says.
import { hashContent, hashRow, Sum } from "./hash.js";
import { chunks, isEntry, isSite, maxSites, maxTime } from "./message.js";
import { bounds, entryOf, kinds, paints, rowOf } from "./row.js";
import { SiteLog } from "./sitelog.js";
import { inOrder, beforeAll, compare } from "./order.js";

const maxTimeStep = 2 ** 32; // from one entry of a site to its next
export const maxLive = 1 << 20; // entries in a room, after which one's own pen refuses
const maxCuts = 64 * maxSites; // sites that all live clears of a room may name

// A change says how the picture differs from before: what has to be done, from
// which place in the paint order on, and for a region in which boxes, each
// { left, top, right, bottom } in CSS pixels.
/** @type {Change} */
export const nothing = { kind: 0, from: beforeAll, boxes: [] };
const appended = 1; // paint on top what comes after all that was painted before
const region = 2; // the same, and paint the boxes again, at least from from on
const everything = 3; // paint all again
export const changes = { appended, region, everything };
const maxBoxes = 512; // of one change

// join is the change that one and then another make.
/** @param {Change} c @param {Change} d @returns {Change} */
export function join(c, d) {
  if (c.kind === 0 || d.kind === 0) return c.kind === 0 ? d : c;
  if (c.kind >= d.kind && d.boxes.length === 0 && compare(c.from, d.from) <= 0) return c;
  return {
    kind: Math.max(c.kind, d.kind),
    from: compare(c.from, d.from) < 0 ? c.from : d.from,
    boxes: fewer(c.boxes.concat(d.boxes)),
  };
}

// fewer joins each two boxes that follow one another, and thus lie side by side
// most often, where there are many.
function fewer(boxes) {
  if (boxes.length <= maxBoxes) return boxes;
  const joined = [];
  for (let i = 0; i < boxes.length; i += 2) joined.push(around(boxes[i], boxes[i + 1] ?? boxes[i]));
  return joined;
}

function around(a, b) {
  return {
    left: Math.min(a.left, b.left), top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom),
  };
}

export class Log {
  #own;
  /** @type {Map<string, SiteLog>} */
  #sites = new Map();
  #clock = 0; // the greatest time seen
  #ownTime = 0; // of one's own last entry
  #sum = new Sum(); // of all sites' sums
  #live = 0; // entries
  #cuts = 0; // sites that the live clears name
  /** @type {Place} */
  #end = beforeAll; // the last place painted so far
  /** @type {Place} */
  #edge = beforeAll; // the same, when the public method was called
  /** @type {Map<string, Place>} */
  #adopted = new Map(); // the place of the adoption that is painted, by content
  /** @type {{ k: number, last: number }[]} */
  #strokes = []; // one's own, { k, last }: numbers of first and last entry

  // The pen writes as own.
  /** @param {string} own */
  constructor(own) {
    this.#own = own;
  }

  get site() {
    return this.#own;
  }

  // length is how many live entries there are.
  get length() {
    return this.#live;
  }

  // sum is a hash of all live entries: logs with equal have and dead have equal
  // sums, or else somebody has told different things to different peers.
  get sum() {
    return this.#sum.toString();
  }

  // sums are the sites' shares of the sum, by site. It leaves out zeros.
  /** @returns {Map<string, string>} */
  get sums() {
    /** @type {[string, string][]} */
    const pairs = [...this.#sites.values()].map((s) => [s.site, s.sum.toString()]);
    return new Map(pairs.filter(([, sum]) => !/^0+$/.test(sum)));
  }

  // hashes are those of a site's live entries, whose sum is its share. The first
  // is that of the entry after the last dead one.
  hashes(site) {
    return this.#sites.get(site)?.hashes ?? [];
  }

  // have counts, by site, what the log holds or knows to be dead.
  /** @returns {Vector} */
  get have() {
    return this.#vector((s) => s.have);
  }

  // dead counts what has been cleared.
  /** @returns {Vector} */
  get dead() {
    return this.#vector((s) => s.dead);
  }

  #vector(count) {
    /** @type {Mark[]} */
    const pairs = [...this.#sites.values()].map((s) => [s.site, count(s)]);
    return new Map(pairs.filter(([, n]) => n > 0));
  }

  // covers says whether the log holds, or knows to be dead, all that a
  // neighbour has said to have, and to be dead.
  /** @param {Vector} have @param {Vector} dead */
  covers(have, dead) {
    for (const [site, n] of have) if (n > (this.#sites.get(site)?.have ?? 0)) return false;
    for (const [site, n] of dead) if (n > (this.#sites.get(site)?.dead ?? 0)) return false;
    return true;
  }

  // add takes in an entry from elsewhere. It gives { result, change }: "added";
  // "duplicate", it was there or is dead; "gap", entries before it are missing;
  // or "refused", as by every other log. Only what is added changes anything.
  /** @param {Entry} entry @returns {{ result: "added" | "duplicate" | "gap" | "refused", change: Change }} */
  add(entry) {
    if (!isSite(entry.site) || !isEntry(entry)) return { result: "refused", change: nothing };
    this.#edge = this.#end;
    return this.#add(entry.site, entry.n, rowOf(entry));
  }

  // merge takes in a frame (see frame.js). Of each run it takes what it can, and
  // gives { results, change }: how each run ended that was not taken as a whole.
  // It is null where there are too many sites; then nothing has happened.
  /** @param {Frame} frame @returns {{ results: string[], change: Change } | null} */
  merge({ gone, runs }) {
    const fresh = new Set();
    const meet = (site) => this.#sites.has(site) || fresh.add(site);
    for (const [site] of gone) meet(site);
    for (const { site, rows } of runs) {
      meet(site);
      for (const { cut } of rows) for (const [s] of cut ?? []) meet(s);
    }
    if (this.#sites.size + fresh.size > maxSites) return null;
    this.#edge = this.#end;
    let change = this.#cut(gone);
    const results = [];
    for (const { site, first, rows } of runs) {
      for (let i = 0; i < rows.length; i++) {
        const added = this.#add(site, first + i, rows[i]);
        change = join(change, added.change);
        if (added.result === "gap" || added.result === "refused") {
          results.push(added.result);
          break;
        }
      }
    }
    return { results, change };
  }

  /** @param {string} site @param {number} n @param {Row} row @returns {{ result: "added" | "duplicate" | "gap" | "refused", change: Change }} */
  #add(site, n, row) {
    const s = this.#sites.get(site);
    const have = s?.have ?? 0;
    if (n <= have) return { result: "duplicate", change: nothing };
    if (n > have + 1) return { result: "gap", change: nothing };
    if (!this.#admits(s, n, row)) return { result: "refused", change: nothing };
    return { result: "added", change: this.#take(s ?? this.#open(site), n, row) };
  }

  // #admits says whether the row n may be the next one of s. The step in time
  // is judged where the last entry is known: there and there only the entry can
  // be ordered wrongly.
  #admits(s, n, row) {
    let last = n === 1 ? 0 : NaN;
    if (s && s.have > s.dead) last = s.time(s.have);
    if (row.t < last || row.t > last + maxTimeStep) return false;
    if (row.kind !== kinds.clear && this.#live >= 2 * maxLive) return false;
    if (row.cut && this.#cuts - this.#wiped(row.cut) + row.cut.length > maxCuts) return false;
    const fresh = row.cut ? row.cut.filter(([site]) => !this.#sites.has(site)).length : 0;
    return this.#sites.size + fresh + (s ? 0 : 1) <= maxSites;
  }

  // #wiped is how many sites those live clears name that a cut is sure to wipe.
  #wiped(cut) {
    let sites = 0;
    for (const [site, n] of cut) {
      const s = this.#sites.get(site);
      if (s && n >= s.have) sites += s.cuts;
    }
    return sites;
  }

  #open(site) {
    const s = new SiteLog(site);
    this.#sites.set(site, s);
    return s;
  }

  // #take appends a row, and does what it does to the others and the picture.
  #take(s, n, row) {
    s.push(row);
    const hash = hashRow(s.site, n, row);
    s.sum.add(hash);
    this.#sum.add(hash);
    this.#live++;
    this.#cuts += row.cut?.length ?? 0;
    this.#clock = Math.max(this.#clock, row.t);
    if (row.kind === kinds.clear) return this.#cut(row.cut);
    if (!paints(row)) return this.#toggle(s, row.k, { n, undo: row.kind === kinds.undo });
    if (row.by && !this.#adopt(s, n, row)) return nothing;
    if (s.site === this.#own && !row.by) this.#stroke(row.k, n);
    const from = { t: row.t, site: s.site, n };
    const kind = compare(from, this.#edge) > 0 ? appended : region;
    if (compare(from, this.#end) > 0) this.#end = from;
    return { kind, from, boxes: kind === region ? [bounds(row)] : [] };
  }

  // #toggle hides or shows the stroke k up to the toggle.
  #toggle(s, k, toggle) {
    const last = Math.min(toggle.n - 1, s.have);
    const all = [];
    for (let n = Math.max(k, s.dead + 1); n <= last; n++) if (s.stroke(n) === k) all.push(n);
    const before = all.map((n) => s.shows(n));
    s.toggles.set(k, toggle);
    let change = nothing;
    all.forEach((n, i) => {
      if (s.shows(n) === before[i]) return;
      const row = s.row(n);
      change = join(change, { kind: region, from: { t: row.t, site: s.site, n }, boxes: [bounds(row)] });
    });
    return change;
  }

  // #cut wipes what the marks count, and takes note that it existed.
  /** @param {Iterable<Mark>} cut @returns {Change} */
  #cut(cut) {
    let any = false;
    for (const [site, n] of cut) {
      const s = this.#sites.get(site) ?? this.#open(site);
      if (n <= s.dead) continue;
      const held = Math.min(n, s.have) - s.dead;
      any ||= held > 0;
      this.#live -= held;
      this.#sum.subtract(s.sum);
      this.#cuts -= s.cuts;
      s.drop(n);
      this.#sum.add(s.sum);
      this.#cuts += s.cuts;
    }
    if (!any) return nothing;
    this.#readopt();
    const dead = this.#sites.get(this.#own)?.dead ?? 0;
    this.#strokes = this.#strokes.filter(({ last }) => last > dead);
    return { kind: everything, from: beforeAll, boxes: [] };
  }

  // forget gives up a site's live entries, so that they can be received anew from
  // somebody who holds others under the same numbers. One's own stay.
  forget(site) {
    const s = this.#sites.get(site);
    if (!s || s.have === s.dead || site === this.#own) return nothing;
    this.#live -= s.have - s.dead;
    this.#sum.subtract(s.sum);
    this.#cuts -= s.cuts;
    s.forget();
    this.#readopt();
    return { kind: everything, from: beforeAll, boxes: [] };
  }

  // #adopt takes note of an adopted row, and says whether it is to be painted:
  // of those with equal content, the first one is.
  #adopt(s, n, row) {
    const content = hashContent(row);
    const place = { t: row.t, site: s.site, n };
    const first = this.#adopted.get(content);
    if (first && compare(first, place) < 0) return false;
    this.#adopted.set(content, place);
    return true;
  }

  #readopt() {
    this.#adopted.clear();
    for (const s of this.#sites.values()) {
      for (const n of s.adopted) this.#adopt(s, n, s.row(n));
    }
  }

  // adoptedFrom says whether somebody has adopted op from the plain peer by, and
  // that has not been cleared since.
  /** @param {string} by @param {Op} op */
  adoptedFrom(by, op) {
    return this.#adopted.has(hashContent(rowOf({ op, by })));
  }

  // paint gives what the picture consists of, from a place in the paint order
  // on, as a cursor of order.js that moves on; of that, if there is an area, what
  // touches it (see area.js). The log must not change meanwhile.
  *paint(from = beforeAll, area = null) {
    const next = area ? (s, n) => s.touching(n, area) : undefined;
    for (const c of inOrder(this.#sites.values(), (s) => s.from(from), next)) {
      if (!c.of.shows(c.n)) continue;
      const first = c.of.isAdopted(c.n) && this.#adopted.get(hashContent(c.of.row(c.n)));
      if (first && (first.site !== c.site || first.n !== c.n)) continue;
      yield c;
    }
  }

  // lacking gives the live entries that the vector have does not count, in paint
  // order, as { site, n, row }. The log must not change meanwhile.
  /** @param {Vector} have @returns {Generator<{ site: string, n: number, row: Row }>} */
  *lacking(have) {
    for (const c of inOrder(this.#sites.values(), (s) => Math.max(have.get(s.site) ?? 0, s.dead) + 1)) {
      yield { site: c.site, n: c.n, row: c.of.row(c.n) };
    }
  }

  // draw writes a segment or a rectangle. It continues the stroke k, or begins
  // one with 0. It gives { entry, change }; the entry, which is rounded, is null
  // where the room is full or the operation out of bounds.
  /** @param {Op} op @returns {Written} */
  draw(op, k = 0) {
    return this.#write({ op, k });
  }

  // adopt writes an operation that was heard from the plain peer by.
  /** @param {string} by @param {Op} op @returns {Written} */
  adopt(by, op) {
    return this.#write({ op, k: 0, by });
  }

  // undo hides a stroke of one's own, as it is by now.
  /** @param {number} k @returns {Written} */
  undo(k) {
    return this.#write({ op: { type: "undo" }, k });
  }

  // redo shows it again.
  /** @param {number} k @returns {Written} */
  redo(k) {
    return this.#write({ op: { type: "redo" }, k });
  }

  // takeBack hides it for good: nothing is left to redo.
  takeBack(k) {
    const written = this.undo(k);
    if (written.entry) this.#strokes = this.#strokes.filter((stroke) => stroke.k !== k);
    return written;
  }

  // clear wipes all that the log holds, and nothing that is drawn meanwhile
  // elsewhere. It gives { entries, change }.
  /** @returns {{ entries: Entry[], change: Change }} */
  clear() {
    const written = chunks(this.have).map((cut) => this.#write({ op: { type: "clear" }, k: 0, cut }));
    return {
      entries: written.flatMap(({ entry }) => entry ?? []),
      change: written.reduce((c, { change }) => join(c, change), nothing),
    };
  }

  // #write stamps an entry with the next number and time, and takes it in.
  /** @param {{ op: Op, k: number, by?: string, cut?: Vector | null }} what @returns {Written} */
  #write({ op, k, by = "", cut = null }) {
    const refused = { entry: null, change: nothing };
    if (op.type !== "clear" && this.#live >= maxLive) return refused;
    const n = (this.#sites.get(this.#own)?.have ?? 0) + 1;
    // Whoever drives the clock up must not lead honest pens out of bounds.
    const t = Math.min(this.#clock + 1, this.#ownTime + maxTimeStep, maxTime);
    const paint = op.type === "segment" || op.type === "rect";
    const entry = { site: this.#own, n, t, k: paint && k === 0 ? n : k, op, by, cut };
    if (!isEntry(entry)) return refused;
    const row = rowOf(entry);
    this.#edge = this.#end;
    const { result, change } = this.#add(this.#own, n, row);
    if (result !== "added") return refused;
    this.#ownTime = t;
    return { entry: entryOf(this.#own, n, row), change };
  }

  #stroke(k, n) {
    const stroke = this.#strokes.findLast((s) => s.k <= k);
    if (stroke && stroke.k === k) stroke.last = n;
    else this.#strokes.push({ k, last: n });
  }

  #toggleOf({ k }) {
    return this.#sites.get(this.#own)?.toggles.get(k);
  }

  // undoable is the number of one's own latest stroke that shows, or 0.
  get undoable() {
    const shows = (stroke) => {
      const toggle = this.#toggleOf(stroke);
      return !toggle?.undo || stroke.last > toggle.n;
    };
    return this.#strokes.findLast(shows)?.k ?? 0;
  }

  // redoable is the number of one's own stroke that was undone last, or 0 if
  // there is none or something was drawn since.
  get redoable() {
    let k = 0;
    let n = 0;
    for (const stroke of this.#strokes) {
      const toggle = this.#toggleOf(stroke);
      if (toggle?.undo && toggle.n > n) [k, n] = [stroke.k, toggle.n];
    }
    return this.#strokes.some(({ last }) => last > n) ? 0 : k;
  }
}

