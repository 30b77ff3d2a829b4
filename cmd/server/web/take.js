// Taking in runs of what others wrote, from whomever it comes. The Go half is canvas/take.go
// and merge.go.
import { join, nothing } from "./change.js";
import { equal, genesis, headText, isMilestone, siteOf, weightOf } from "./chain.js";
import { liveRun } from "./live.js";
import { quarrel } from "./quarrel.js";
import { chainIn, isFormed, lastOf } from "./run.js";
import { tolerance } from "./time.js";

export const maxLive = 1 << 20; // entries in a room, after which one's own pen refuses; twice as many are taken
const maxSites = 1 << 16; // with live entries, in a room

// A Taker is part of a log: see log.js. What it says of a run is its
// verdict: "taken", something of it is new; "known", nothing of it is, or nothing of it
// counts any more; "gap", it follows what is not held: ask for that; "early", its time is
// too far ahead, or there is no room: ask again later; "bad", it is not what anybody
// honest sends; "forked", with what is held it is a proof, which comes with it. In all
// cases but "taken" nothing has happened.
//
// Each looks at the log again after it has waited for a signature: the log may be
// another by then.
export class Taker {
  #store;
  #picture;
  #signatures;
  #voucher;
  #onChange;

  /** @param {VouchedParts} parts */
  constructor({ store, picture, signatures, voucher, onChange }) {
    this.#store = store;
    this.#picture = picture;
    this.#signatures = signatures;
    this.#voucher = voucher;
    this.#onChange = onChange;
  }

  // take takes in a run at the time now; lazily, its signature may be looked at later.
  /** @param {Run} run @param {number} now @returns {Promise<Taken>} */
  async take(run, now, lazily = false) {
    const looked = this.#look(run);
    if (looked.verdict) return { verdict: looked.verdict };
    const s = this.#store.sites.get(run.site);
    lazily &&= s?.follows(looked.run) === true;
    if (!lazily && !(await this.#isSigned(looked))) return { verdict: "bad" };
    while (!lazily && this.#isPending(run.site)) await this.#voucher.vouch(this.#store.sites.get(run.site));
    this.#picture.begin();
    const taken = this.#merge(looked, now, lazily);
    this.#tell(taken.change);
    return taken;
  }

  // takeLive takes in what one text message said of a site (see live.js). A text does not
  // say which chain it continues. So where the signature does not hold, that is a gap: in
  // the frames that are asked for then it shows whether somebody told two stories.
  /** @param {Entry[]} entries @param {HeadMessage} head @param {number} now @param {boolean} lazily @returns {Promise<Taken>} */
  async takeLive(entries, head, now, lazily) {
    const run = liveRun(this.#store, entries, head);
    if (typeof run === "string") return { verdict: run };
    const taken = await this.take(run, now, lazily);
    return taken.verdict === "bad" && isFormed(run) ? { verdict: "gap" } : taken;
  }

  // merge takes in the runs of a frame (see frame.js), as take does each, and says what
  // is new, in the order in which it was taken, and what became of the others. admits is
  // asked of each site of which the log knows nothing; if it says no, its runs are early.
  /** @param {Run[]} runs @param {number} now @param {(site: string) => boolean} admits @returns {Promise<Merged>} */
  async merge(runs, now, admits) {
    const fresh = new Set(runs.map(({ site }) => site).filter((site) => this.#isNew(site)));
    const refused = new Set([...fresh].filter((site) => !admits(site)));
    const looked = this.#chained(runs);
    for (const l of looked) if (refused.has(l.run.site)) l.verdict = "early";
    const signed = await Promise.all(looked.map((l) => l.verdict ? false : this.#isSigned(l)));
    const sites = new Set(runs.map(({ site }) => site));
    for (const site of sites) while (this.#isPending(site)) await this.#voucher.vouch(this.#store.sites.get(site));
    this.#picture.begin();
    /** @type {Merged} */
    const merged = { change: nothing, taken: [], proofs: [], gap: 0, early: 0, bad: 0 };
    for (const [i, l] of looked.entries()) {
      const { site, first } = runs[i];
      const have = this.#store.holds(site);
      /** @type {Taken} */
      const { verdict, proof, change = nothing } = l.verdict ? { verdict: l.verdict }
        : signed[i] ? this.#merge(l, now, false) : { verdict: "bad" };
      merged.change = join(merged.change, change);
      if (verdict === "taken") merged.taken.push({ site, first: Math.max(have + 1, first), last: lastOf(runs[i]) });
      else if (proof) merged.proofs.push(proof);
      else if (verdict === "gap" || verdict === "early" || verdict === "bad") merged[verdict]++;
    }
    this.#tell(merged.change);
    return merged;
  }

  // #chained looks at the runs of a frame, of which some follow those before them.
  /** @param {Run[]} runs @returns {Looked[]} */
  #chained(runs) {
    /** @type {Uint8Array | undefined} */
    let end;
    return runs.map((run) => {
      const key = run.key ?? this.#store.key(run.site);
      const before = run.before ?? (run.first === 1 ? key && genesis(key) : end);
      const whole = { ...run, key, before };
      const looked = before ? this.#look(whole) : { verdict: /** @type {Verdict} */ ("gap"), run: whole };
      end = looked.run.end;
      return looked;
    });
  }

  // #look says what can be said of a run without its signature.
  /** @param {Run} run @returns {Looked} */
  #look(run) {
    const { site } = run;
    const key = run.key ?? this.#store.key(site);
    const end = chainIn(run, run.rows.length);
    const looked = { run: { ...run, key, end } };
    if (site === this.#store.own || this.#store.void.has(site)) return { ...looked, verdict: "known" };
    if (!key) return { ...looked, verdict: "gap" };
    if ((run.key && siteOf(run.key) !== site) || !isFormed(looked.run)) return { ...looked, verdict: "bad" };
    const s = this.#store.sites.get(site);
    const known = s && lastOf(run) >= s.dead && lastOf(run) <= s.vouched && s.chainAt(lastOf(run));
    return known && equal(known, end) ? { ...looked, verdict: "known" } : looked;
  }

  /** @param {Looked} looked */
  #isSigned({ run }) {
    return this.#signatures.verify(/** @type {Uint8Array} */ (run.key), headText(lastOf(run), /** @type {Uint8Array} */ (run.end)), run.sig);
  }

  #isNew(site) {
    return this.#store.holds(site) === 0 && !this.#store.void.has(site) && site !== this.#store.own;
  }

  #isPending(site) {
    return (this.#store.sites.get(site)?.pending.length ?? 0) > 0;
  }

  #tell(change) {
    if (change && change.kind > 0) this.#onChange(change);
  }

  // #merge takes in a run that is what its head says, or will prove not to be.
  /** @param {Looked} looked @returns {Taken} */
  #merge({ run }, now, lazily) {
    const store = this.#store;
    const { site, key, first, rows } = run;
    if (store.void.has(site)) return { verdict: "known" };
    const end = rows.at(-1)?.t ?? 0;
    if (end > now + tolerance) return { verdict: "early" };
    let s = store.find(site);
    const verdict = this.#compare(s, run);
    if (verdict) {
      store.retire(s);
      return verdict;
    }
    let have = s?.have ?? 0;
    if (s && first > have + 1) { // what is held of it is dead, as the witness says
      store.sites.delete(site);
      s = undefined;
    }
    have = Math.max(have, first - 1);
    s ??= store.open(site, { key: /** @type {Uint8Array} */ (key), dead: have, before: null, witness: null, tip: run.before, heads: [] });
    const change = store.count(s, () => this.#put(s, run, have + 1 - first));
    const mile = rows.length > 0 && isMilestone(rows[rows.length - 1], lastOf(run));
    const mark = { n: lastOf(run), chain: s.tip, sig: run.sig, mile };
    if (!lazily) {
      this.#voucher.accept(s, mark);
    } else {
      if (s.pending.at(-1)?.mile === false) s.pending.pop();
      s.pending.push(mark);
    }
    return store.retire(s) ? { verdict: "known", change } : { verdict: "taken", change };
  }

  // #compare is the verdict on a run of which nothing can be taken, or null.
  /** @returns {Taken | null} */
  #compare(s, run) {
    const { first, rows } = run;
    const last = lastOf(run);
    if (s) {
      const proof = quarrel(s, run);
      if (proof) return { verdict: "forked", proof };
      if (last <= s.have && (rows.length === 0 || last <= s.vouched)) return { verdict: "known" };
    }
    if (first > (s?.have ?? 0) + 1 && (rows.length === 0 || rows[0].t > this.#store.clear.t)) return { verdict: "gap" };
    return this.#isFull(s, rows) ? { verdict: "early" } : null;
  }

  #isFull(s, rows) {
    const { weight, sites, clear } = this.#store;
    if (rows[rows.length - 1].t <= clear.t) return false;
    return rows.reduce((sum, row) => sum + weightOf(row), weight) > 2 * maxLive || (!(s?.have > s?.dead) && sites.size >= maxSites);
  }

  // #put appends the rows of a run from the one at i on, which are the next ones of a site.
  /** @param {SiteLog} s @param {Run} run @param {number} i */
  #put(s, run, i) {
    const { clear } = this.#store;
    const { first, rows } = run;
    if (i >= rows.length) return nothing;
    let live = i;
    while (live < rows.length && rows[live].t <= clear.t) live++;
    if (live > i) s.bury(first + live - 1, rows[live - 1], chainIn(run, live - 1), chainIn(run, live));
    let change = nothing;
    for (i = live; i < rows.length; i++) {
      s.append(rows[i]);
      change = join(change, this.#picture.add(s, s.have, rows[i]));
    }
    s.tip = chainIn(run, rows.length);
    this.#store.clock = Math.max(this.#store.clock, rows[rows.length - 1].t);
    return change;
  }
}
