// The sites of a log, and what is told of them. The Go half is canvas/log.go, base.go
// and state.go.
import { compare64, decode64 } from "./base64.js";
import { genesis, joined, siteOf, sizeOf, ticks } from "./chain.js";
import { sha256 } from "./sha256.js";
import { SiteLog } from "./sitelog.js";
import { Wiped } from "./wiped.js";

// Of sites that are over the latest are kept, so many and of so many bytes of witnesses.
// Of others, what their authors write next is a gap, which is filled beginning with the
// witness that the author holds.
const keptOver = 1 << 16;
const overBytes = 16 << 20;

/** @type {ClearMark} the clear before there was one */
export const noClear = { t: 0, key: new Uint8Array(32), sig: new Uint8Array(64) };

// A Store holds the sites of which something lives; beside them, the latest of those
// that are over, for what their authors may write next; the proofs against those that
// are void; the clear that counts, which is { t, key, sig }; and what such have wiped.
export class Store {
  own; // one's own site, which is kept even if nothing of it lives
  /** @type {Map<string, SiteLog>} */
  sites = new Map();
  /** @type {Map<string, Base>} */
  over = new Map(); // the oldest first
  #overBytes = 0;
  /** @type {Map<string, Proof>} */
  void = new Map();
  clear = noClear;
  wiped = new Wiped();
  clock = 0; // the greatest time taken
  live = 0; // entries
  weight = 0; // what they count for
  version = 1; // of what have tells
  #whole = 0; // the version since which it tells less of something
  #digest = "";
  #digested = 0; // the version of that

  /** @param {string} own */
  constructor(own) {
    this.own = own;
  }

  // open begins to hold entries of a site, which stand on a base.
  /** @param {string} site @param {Base} base */
  open(site, base) {
    const s = new SiteLog(site, base);
    this.sites.set(site, s);
    return s;
  }

  // count does something to a site's rows, and counts what comes and goes.
  /** @template T @param {SiteLog} s @param {() => T} call @returns {T} */
  count(s, call) {
    const { length, weight } = s;
    const result = call();
    this.live += s.length - length;
    this.weight += s.weight - weight;
    return result;
  }

  // remove forgets a site.
  /** @param {SiteLog} s */
  remove(s) {
    this.sites.delete(s.site);
    this.live -= s.length;
    this.weight -= s.weight;
  }

  // find is what is held of a site, also if that was over.
  /** @param {string} site */
  find(site) {
    const base = this.forget(site);
    return base ? this.open(site, base) : this.sites.get(site);
  }

  // forget takes a site out that is over, and gives what was kept of it.
  /** @param {string} site */
  forget(site) {
    const base = this.over.get(site);
    if (base) this.#overBytes -= sizeOf(/** @type {Row} */ (base.witness));
    this.over.delete(site);
    return base;
  }

  // retire keeps a site beside if nothing of it lives, and says whether that is so.
  /** @param {SiteLog | undefined} s */
  retire(s) {
    if (!s || s.have > s.dead || s.site === this.own) return false;
    this.sites.delete(s.site);
    this.forget(s.site);
    this.over.set(s.site, s.base);
    this.#overBytes += sizeOf(/** @type {Row} */ (s.witness));
    for (const site of this.over.keys()) {
      if (this.over.size <= keptOver && this.#overBytes <= overBytes) break;
      this.forget(site);
    }
    return true;
  }

  // holds is how many entries of a site the log has, or knows to be dead.
  /** @param {string} site */
  holds(site) {
    return this.sites.get(site)?.have ?? this.over.get(site)?.dead ?? 0;
  }

  // isOver says whether nothing of a site lives that once did.
  isOver(site) {
    const s = this.sites.get(site);
    return s ? s.have === s.dead : this.over.has(site);
  }

  // key is that of a site, if it is known.
  /** @param {string} site @returns {Uint8Array | null} */
  key(site) {
    return (this.sites.get(site) ?? this.over.get(site))?.key ?? null;
  }

  // touch takes note that what is told of a site has changed; shrink, that less is
  // told of something.
  /** @param {SiteLog} s */
  touch(s) {
    s.changed = ++this.version;
  }

  shrink() {
    this.#whole = ++this.version;
  }

  // haveSince is what has changed of what is held since a version. All of it, { whole,
  // sites, clear, void, digest }, comes after a clear and when a site has become void;
  // else only the sites that have grown, and the digest.
  /** @returns {Holdings} */
  haveSince(version) {
    const whole = version === 0 || version < this.#whole;
    const told = [...this.sites.values()].filter((s) => s.counts && (whole || s.changed > version));
    return {
      whole, sites: new Map(told.map((s) => [s.site, s.vouched])),
      clear: whole ? this.clear : noClear, void: whole ? this.voidSites : [], digest: this.digest,
    };
  }

  get voidSites() {
    return [...this.void.keys()].sort(compare64);
  }

  // lacks says whether somebody who holds that holds something that the log does not.
  /** @param {Pick<Holdings, "sites" | "clear" | "void">} held */
  lacks(held) {
    for (const [site, n] of held.sites) {
      if (n > this.holds(site) && site !== this.own && !this.void.has(site)) return true;
    }
    return isLess(this.clear, held.clear) || held.void.some((site) => !this.void.has(site));
  }

  // digest tells whether two peers hold the same, in 32 hexadecimal digits.
  get digest() {
    if (this.#digested === this.version) return this.#digest;
    const counted = [...this.sites.values()].filter((s) => s.counts).sort((a, b) => compare64(a.site, b.site));
    const parts = counted.flatMap((s) => [bytesOf(s.site), ticks(s.vouched).subarray(0, 4), s.newest.chain]);
    parts.push(ticks(this.clear.t), this.clear.t > 0 ? bytesOf(siteOf(this.clear.key)) : new Uint8Array(16));
    parts.push(...this.voidSites.map(bytesOf));
    const hash = sha256(joined(...parts));
    this.#digest = Array.from(hash.subarray(0, 16), (b) => b.toString(16).padStart(2, "0")).join("");
    this.#digested = this.version;
    return this.#digest;
  }
}

/** @param {string} site */
function bytesOf(site) {
  return /** @type {Uint8Array} */ (decode64(site, 16));
}

// isLess says whether the clear b counts where both were said.
/** @param {ClearMark} a @param {ClearMark} b */
export function isLess(a, b) {
  if (a.t !== b.t || a.t === 0) return a.t < b.t;
  return compare64(siteOf(a.key), siteOf(b.key)) < 0;
}

// beginning is the base of a site that nothing is known of but its key.
/** @param {Uint8Array} key @returns {Base} */
export function beginning(key) {
  return { key, dead: 0, before: null, witness: null, tip: genesis(key), heads: [] };
}
