// What a neighbour has said to hold. The Go half is internal/exchange/holdings.go.
import { isLess, noClear } from "./store.js";

export const maxSites = 1 << 16; // in a room
export const maxVoid = 1024; // void ones
const shelfTime = 2000; // ms until it is asked again for what it did not send; twice as long each time
const maxShelf = 60000; // ms, but not longer
const maxVain = 3; // times that it is waited for

// A Shelf is some of what a neighbour claims to hold.
/** @typedef {{ have: Vector, clear: number, void: Set<string> }} Shelf */

/** @type {Shelf} */
const nothing = { have: new Map(), clear: 0, void: new Set() };

// Holdings collect what a neighbour says, of messages in parts as well.
export class Holdings {
  /** @type {Vector} */
  have = new Map();
  /** @type {ClearMark} */
  clear = noClear;
  /** @type {Set<string>} */
  void = new Set();
  known = false; // it has said so, in full
  claimed = 0; // since when it has had what we lack
  gap = false; // it sent what we cannot take yet: others' entries lack
  holds = ""; // the digest that goes with all that
  sum = ""; // what it last said
  vain = 0; // times in sequence that it did not send what it was asked for, or we could not take it
  #ahead = false; // what it holds may be more than we do; see lacks
  /** @type {Shelf} */
  #shelf = nothing; // what is not asked for again before long
  #again = Infinity; // when it is

  // lacks says whether it has said to hold what a log does not, and may be asked for it.
  // Once the log has caught up, it has until the neighbour says more.
  /** @param {Log} log */
  lacks(log) {
    this.#ahead &&= this.#isBeyond(log, this.#shelf);
    return this.#ahead;
  }

  // owes is lacks, or that it has not sent it when it was asked. After some times nobody
  // waits for it any more.
  /** @param {Log} log */
  owes(log) {
    return this.vain < maxVain && (this.lacks(log) || (this.vain > 0 && this.#isBeyond(log, nothing)));
  }

  // #isBeyond says whether it holds what neither a log nor the shelf does.
  /** @param {Log} log @param {Shelf} shelf */
  #isBeyond(log, shelf) {
    const cleared = !isLess(this.clear, log.lastClear);
    for (const [site, n] of this.have) {
      // Where it is over for us, and for it something lives, the site has told two stories.
      const have = cleared && log.isOver(site) ? 0 : log.holds(site);
      if (n > Math.max(have, shelf.have.get(site) ?? 0) && !log.proof(site) && site !== log.site) return true;
    }
    for (const site of this.void) if (!log.proof(site) && !shelf.void.has(site)) return true;
    return isLess(log.lastClear, this.clear) && this.clear.t > shelf.clear;
  }

  // claims notes that it holds what it says. It is false if that is more sites than a
  // room can have: then nothing is believed any more.
  /** @param {Log} log @param {Partial<Have>} said @param {number} now */
  claims(log, { all = false, have = new Map(), clear = null, void: voids = [] }, now) {
    if (!this.lacks(log)) this.claimed = now;
    if (all) {
      this.have = new Map();
      this.void = new Set();
    }
    this.#ahead = true;
    for (const [site, n] of have) {
      if (n === 0) this.have.delete(site);
      else this.have.set(site, n);
    }
    for (const site of voids) this.void.add(site);
    if (clear && isLess(this.clear, clear)) this.clear = clear;
    if (this.have.size <= maxSites && this.void.size <= maxVoid) return true;
    this.have = new Map();
    this.void = new Set();
    return false;
  }

  // shelve notes that it was asked in vain.
  /** @param {number} now */
  shelve(now) {
    this.#shelf = { have: new Map(this.have), clear: this.clear.t, void: new Set(this.void) };
    this.#again = now + Math.min(shelfTime * 2 ** this.vain, maxShelf);
    this.vain++;
  }

  // served notes that it has sent something.
  served() {
    this.vain = Math.min(this.vain, 1); // what it has not sent is still owed
  }

  // unshelve lets it be asked again, if it is time.
  /** @param {number} now */
  unshelve(now) {
    if (now < this.#again) return;
    this.#shelf = nothing;
    this.#again = Infinity;
    this.#ahead = true;
  }

  // differs says whether it holds another drawing although nothing is missing. What is on
  // its way is missing.
  /** @param {Log} log */
  differs(log) {
    if (!this.known || this.holds === log.digest) return false;
    const { sites, clear, void: voids } = log.haveSince(0);
    return this.have.size === sites.size && this.void.size === voids.length && this.clear.t === clear.t &&
      [...sites].every(([site, n]) => this.have.get(site) === n);
  }
}
