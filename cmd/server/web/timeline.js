// A timeline: all that has happened to a drawing as far as this page knows, in the order
// in which it is painted.
import { contentOf } from "./chain.js";
import { inOrder } from "./order.js";
import { kinds } from "./row.js";
import { perMilli } from "./time.js";

const longestPause = 1000; // ms that nothing happens in a replay
const lead = 300; // ms before the first event
const stepTime = 1000; // ms of the replay, the longest step
const stride = 4096; // events between two pauses in making it
const noSite = 2 ** 32 - 1; // of a clear

// A Timeline has the events of eras (see wiped.js), one after another: rows, and clears. A
// position says how many have happened: what shows there is what rows of its era, which is
// what the clear before has left nothing of, paint up to there.
export class Timeline {
  length = 0; // events
  #eras;
  /** @type {number[]} */
  #starts = []; // positions where eras begin
  /** @type {import("./rows.js").Rows[]} */
  #sites = [];
  #of; // the site of each event, in #sites
  #n; // its number
  #at; // its time in the replay, ms
  #ends; // 1 if something ends with it: a stroke, or an era
  #last = 0; // the time of the last event, ticks
  /** @type {{ i: number, of: number, k: number, n: number, undo: boolean }[]} */
  #toggles = [];
  /** @type {Map<number, Map<number, { i: number, n: number, undo: boolean }[]>>} */
  #togglesOf = new Map(); // the same by site and stroke
  #aimed = -1; // the position that the sites' toggles are those of

  /** @param {Era[]} eras */
  constructor(eras) {
    this.#eras = eras;
    const most = eras.reduce((sum, { sites }) => sites.reduce((all, { length }) => all + length, sum + 1), 0);
    this.#of = new Uint32Array(most);
    this.#n = new Uint32Array(most);
    this.#at = new Float64Array(most);
    this.#ends = new Uint8Array(most);
  }

  // make finds the events. It pauses now and then.
  *make() {
    for (const { sites, until } of this.#eras) {
      this.#starts.push(this.length);
      const index = new Map(sites.map((s, i) => [s, this.#sites.length + i]));
      this.#sites.push(...sites);
      /** @type {Map<any, Map<number, number>>} */
      const strokes = new Map(sites.map((s) => [s, new Map()])); // to the last event of each
      const adopted = new Set();
      for (const { of, n, t } of inOrder(sites, (s) => s.dead + 1)) {
        if (this.length % stride === 0) yield;
        const kind = of.kind(n);
        if (kind === kinds.other || (of.isAdopted(n) && isKnown(adopted, contentOf(of.row(n))))) continue;
        const k = of.stroke(n);
        if (kind > kinds.other) {
          this.#toggle(index.get(of), k, n, kind === kinds.undo);
        } else {
          const ofSite = /** @type {Map<number, number>} */ (strokes.get(of));
          const before = ofSite.get(k);
          if (before !== undefined) this.#ends[before] = 0;
          ofSite.set(k, this.length);
        }
        this.#push(index.get(of), n, t);
      }
      if (until < Infinity) this.#push(noSite, 0, until);
    }
  }

  #push(of, n, t) {
    const i = this.length++;
    const pause = i === 0 ? lead : Math.min((t - this.#last) / perMilli, longestPause);
    this.#of[i] = of;
    this.#n[i] = n;
    this.#at[i] = (i === 0 ? 0 : this.#at[i - 1]) + Math.max(0, pause);
    this.#ends[i] = 1;
    this.#last = t;
  }

  #toggle(of, k, n, undo) {
    const toggle = { i: this.length, of, k, n, undo };
    this.#toggles.push(toggle);
    let strokes = this.#togglesOf.get(of);
    if (!strokes) this.#togglesOf.set(of, strokes = new Map());
    if (!strokes.has(k)) strokes.set(k, []);
    strokes.get(k)?.push(toggle);
  }

  // since is the time of the clear before all of it, in ticks, or 0 if there was none.
  get since() {
    return this.#eras[0].since;
  }

  // duration is how long a replay takes, in ms.
  get duration() {
    return this.length > 0 ? this.#at[this.length - 1] : 0;
  }

  // position is the one that a replay has come to after so many ms, and at the reverse.
  /** @param {number} at */
  position(at) {
    let low = 0;
    let high = this.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#at[middle] <= at) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  at(position) {
    return position > 0 ? this.#at[position - 1] : 0;
  }

  // next is where the stroke ends that goes on at a position, and previous where one ended
  // before; or a while later or earlier, if that is nearer.
  next(position) {
    let i = Math.min(position + 1, this.length);
    while (i < this.length && !this.#ends[i - 1] && this.at(i) - this.at(position) < stepTime) i++;
    return i;
  }

  previous(position) {
    let i = Math.max(position - 1, 0);
    while (i > 0 && !this.#ends[i - 1] && this.at(position) - this.at(i) < stepTime) i--;
    return i;
  }

  // last is the event that has happened last at a position: when, in ticks, and who did it:
  // a site, and a plain peer if it was that; or null if none has.
  /** @returns {{ t: number, site: string, by: string, isClear: boolean } | null} */
  last(position) {
    if (position === 0) return null;
    const of = this.#of[position - 1];
    if (of === noSite) {
      const { until, by } = this.#eras[this.#starts.indexOf(position) - 1] ?? this.#eras[this.#eras.length - 1];
      return { t: until, site: by, by: "", isClear: true };
    }
    return { t: this.#sites[of].time(this.#n[position - 1]), ...this.author(position - 1), isClear: false };
  }

  // paints says whether an event can leave something on the canvas.
  paints(i) {
    return this.#of[i] !== noSite && this.#sites[this.#of[i]].paints(this.#n[i]);
  }

  // author is who did an event that is no clear.
  author(i) {
    const rows = this.#sites[this.#of[i]];
    return { site: rows.site, by: rows.by(this.#n[i]) };
  }

  // stroke names the stroke that an event is part of.
  stroke(i) {
    const rows = this.#sites[this.#of[i]];
    return `${rows.site} ${rows.stroke(this.#n[i])}`;
  }

  // start is where the era of a position begins.
  start(position) {
    return this.#starts.findLast((start) => start <= position) ?? 0;
  }

  // shown gives the events of an era from one on to before another that show at a position.
  *shown(from, to, position) {
    for (let i = from; i < to; i++) if (this.#shows(i, position)) yield i;
  }

  #shows(i, position) {
    if (this.#aimed !== position) this.#aim(position);
    return this.#sites[this.#of[i]].shows(this.#n[i]);
  }

  // #aim has the sites' strokes be hidden as they are at a position.
  #aim(position) {
    this.#aimed = position;
    for (const [of, strokes] of this.#togglesOf) {
      const { toggles } = this.#sites[of];
      toggles.clear();
      for (const [k, list] of strokes) {
        const toggle = list.findLast(({ i }) => i < position);
        if (toggle) toggles.set(k, toggle);
      }
    }
  }

  // turned gives the events before a position that show there and not at another, which is
  // later in the same era, or the reverse.
  *turned(from, to) {
    const strokes = new Map();
    for (let i = this.#firstToggle(from); i < this.#toggles.length && this.#toggles[i].i < to; i++) {
      const { of, k } = this.#toggles[i];
      if (!strokes.has(of)) strokes.set(of, new Set());
      strokes.get(of).add(k);
    }
    if (strokes.size === 0) return;
    const list = [];
    for (let i = this.start(from); i < from; i++) {
      if (strokes.get(this.#of[i])?.has(this.#sites[this.#of[i]].stroke(this.#n[i]))) list.push(i);
    }
    const before = list.map((i) => this.#shows(i, from));
    for (const [j, i] of list.entries()) if (this.#shows(i, to) !== before[j]) yield i;
  }

  #firstToggle(position) {
    const i = this.#toggles.findIndex((toggle) => toggle.i >= position);
    return i < 0 ? this.#toggles.length : i;
  }

  // trace has a brush paint what an event does, and bounds is its box; row is all of it.
  trace(i, brush) {
    this.#sites[this.#of[i]].trace(this.#n[i], brush);
  }

  bounds(i) {
    return this.#sites[this.#of[i]].bounds(this.#n[i]);
  }

  row(i) {
    return this.#sites[this.#of[i]].row(this.#n[i]);
  }
}

// isKnown says whether a set has something, and adds it.
function isKnown(set, value) {
  const { size } = set;
  return set.add(value).size === size;
}
