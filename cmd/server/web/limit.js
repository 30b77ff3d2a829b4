// What a neighbour may send. What exceeds it is not lost: it is as if it had not
// come, and is pulled later, in frames, which cost a tenth. The Go half is
// internal/exchange/limit.go.
import { maxLive } from "./take.js";

const liveRate = 500; // operations a second, as text
const liveBurst = 5000; // at once
const bulkRate = 10000; // entries a second, in frames, or that others drew
const forwardedBurst = 100000; // of the latter, at once
const bulkBurst = 2 * maxLive; // at once: more than that is no drawing
const frameCost = 1000; // entries that a frame counts for at least
const sitesRate = 1; // sites that we have never heard of, and proofs, a second
const sitesBurst = 8192; // at once
const gapCost = 100; // operations that a forwarded run counts for beside, of which nothing can be made
const clearRate = 1; // clears a second: each is passed on to everybody, and wipes what is there
const clearBurst = 60; // at once
const maxForwarded = 4096; // authors that are limited at a time
const graceTime = 400; // ms for what is missing to come by itself

// A Bucket has room for so many tokens, and gets rate of them a second.
export class Bucket {
  #rate;
  #size;
  #left;
  #time = -Infinity; // ms, of the last look

  constructor(rate, size) {
    this.#rate = rate;
    this.#size = size;
    this.#left = size;
  }

  left(now) {
    if (this.#time > -Infinity) this.#left = Math.min(this.#size, this.#left + ((now - this.#time) * this.#rate) / 1000);
    this.#time = now;
    return this.#left;
  }

  take(tokens) {
    this.#left -= tokens;
  }

  // admits takes tokens, if there are so many.
  admits(now, tokens = 1) {
    const fits = this.left(now) >= tokens;
    if (fits) this.take(tokens);
    return fits;
  }
}

// ownLimit is what we keep to, so that nobody's limit is exceeded though what we
// send may come in bunches.
export function ownLimit() {
  return new Bucket(liveRate, liveBurst * 0.8);
}

// Limits are what is left of what one neighbour may send.
export class Limits {
  #live = new Bucket(liveRate, liveBurst); // what it draws itself
  #forwarded = new Bucket(bulkRate, forwardedBurst); // what others drew; each of them has a limit, too
  #bulk = new Bucket(bulkRate, bulkBurst);
  #sites = new Bucket(sitesRate, sitesBurst);
  #clears = new Bucket(clearRate, clearBurst);
  #exceeded = -Infinity; // when it last did, as text
  told = false; // of a plain one, that some is lost

  // admits takes one operation into account, the neighbour's own or somebody else's, and
  // says whether it may come.
  admits(now, forwarded = false) {
    const fits = (forwarded ? this.#forwarded : this.#live).admits(now);
    if (!fits) this.#exceeded = now;
    return fits;
  }

  // wasted takes into account that nothing can be made of what was forwarded: it may be
  // that nobody signed it, and to find that out takes longer than to take it in.
  wasted() {
    this.#forwarded.take(gapCost);
  }

  // admitsClear takes a clear into account.
  admitsClear(now) {
    return this.#clears.admits(now);
  }

  // admitsSite takes into account a site that we have never heard of, or a proof.
  admitsSite(now) {
    return this.#sites.admits(now);
  }

  // hurried says whether so much came a moment ago that not all was taken: then
  // what is missing does not come by itself.
  hurried(now) {
    return now - this.#exceeded < graceTime;
  }

  // admitsFrame says whether a frame may come.
  admitsFrame(now) {
    return this.#bulk.left(now) > 0;
  }

  // merged takes into account what a frame brought.
  merged(entries) {
    this.#bulk.take(Math.max(entries, frameCost));
  }
}

// Forwarded limits what is drawn by those who come through others: each author, so that
// who forwards is not starved.
export class Forwarded {
  /** @type {Map<string, Bucket>} */
  #buckets = new Map();

  // admits takes so many operations of a site into account.
  admits(site, now, count) {
    const bucket = this.#buckets.get(site) ?? new Bucket(liveRate, liveBurst);
    this.#buckets.delete(site);
    this.#buckets.set(site, bucket); // the latest last
    if (this.#buckets.size > maxForwarded) this.#buckets.delete(/** @type {string} */ (this.#buckets.keys().next().value));
    return bucket.admits(now, count);
  }
}

// draws says whether a message is one that draws, by its first characters: then
// it need not be read in order to be dropped.
export function draws(text) {
  return text.startsWith('{"event":"draw');
}

// forwards says whether such a message is about somebody else, by what it contains. Who
// drew it is sure only once it has been read.
export function forwards(text) {
  return text.includes('"o":"');
}
