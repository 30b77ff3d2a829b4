// A Drawing is the log, the room's time, and what is under way. The Go half is
// internal/exchange/drawing.go.
import { Log } from "./log.js";
import { perMilli } from "./time.js";

const maxLeap = 10 * 60000; // ms by which the server's clock may leap
const verifyTime = 1000; // ms until a signature is looked at, at the latest

export class Drawing {
  log;
  underway = 0; // promises that will change something
  #ahead = 0; // ms that the room's clock is ahead of ours
  #epoch; // ms since 1970 when the clock began
  #begun; // the log's version at first
  #unverified = false; // something was taken lazily
  #verifying = 0; // calls of verify
  #verified = -Infinity; // when that was last looked at
  /** @type {Set<string>} */
  forged = new Set(); // sites of which something was taken back

  /** @param {{ signatures: Signer, epoch: number, onChange(change: Change): void }} options */
  constructor({ signatures, epoch, onChange }) {
    this.log = new Log(signatures, onChange);
    this.#begun = this.log.version;
    this.#epoch = epoch;
  }

  // isFresh says whether nothing has come to it yet.
  get isFresh() {
    return this.log.version === this.#begun;
  }

  // ticks is a time in the measure of the log, by the room's clock.
  /** @param {number} now ms of our clock */
  ticks(now) {
    return Math.floor((this.#epoch + now + this.#ahead) * perMilli);
  }

  // keepTime sets the room's clock, unless it leaps while others are linked to us.
  /** @param {number} time ms since 1970 @param {number} now ms of our clock @param {boolean} linked */
  keepTime(time, now, linked) {
    const ahead = time - this.#epoch - now;
    if (!linked || Math.abs(ahead - this.#ahead) <= maxLeap) this.#ahead = ahead;
  }

  // soon counts what is under way.
  /** @template T @param {Promise<T>} promise @returns {Promise<T>} */
  async soon(promise) {
    this.underway++;
    try {
      return await promise;
    } finally {
      this.underway--;
    }
  }

  // lazily notes that something was taken whose signature is to be looked at.
  lazily() {
    this.#unverified = true;
  }

  // isDue says whether that is due.
  /** @param {number} now */
  isDue(now) {
    if (now - this.#verified < verifyTime) return false;
    this.#verified = now;
    return this.#unverified;
  }

  // isVerified says whether all signatures have been looked at.
  get isVerified() {
    return !this.#unverified && this.#verifying === 0;
  }

  // verify looks at the signatures of what was taken lazily: before any of it is told to
  // others, or kept.
  async verify() {
    if (!this.#unverified) return;
    this.#unverified = false;
    this.#verifying++;
    for (const site of await this.log.verify()) this.forged.add(site);
    this.#verifying--;
  }
}
