// What a neighbour may send. What exceeds it is not lost: it is as if it had not
// come, and is pulled later, in frames, which cost a tenth. The Go half is
// internal/exchange/limit.go.
import { maxLive } from "./log.js";

const liveRate = 500; // operations a second, as text
const liveBurst = 5000; // at once
const bulkRate = 10000; // entries a second, in frames
const bulkBurst = 2 * maxLive; // at once: more than that is no drawing
const frameCost = 1000; // entries that a frame counts for at least
const graceTime = 400; // ms for what is missing to come by itself

// A Bucket has room for so many tokens, and gets rate of them a second.
class Bucket {
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

  // admits takes one token, if there is one.
  admits(now) {
    const fits = this.left(now) >= 1;
    if (fits) this.take(1);
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
  #live = new Bucket(liveRate, liveBurst);
  #bulk = new Bucket(bulkRate, bulkBurst);
  #exceeded = -Infinity; // when it last did, as text
  told = false; // of a plain one, that some is lost

  // admits takes one operation into account, and says whether it may come.
  admits(now) {
    const fits = this.#live.admits(now);
    if (!fits) this.#exceeded = now;
    return fits;
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

// draws says whether a message is one that draws, by its first characters: then
// it need not be read in order to be dropped.
export function draws(text) {
  return text.startsWith('{"event":"draw');
}
