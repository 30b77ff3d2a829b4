// The hashes that two logs compare: two MurmurHash3 (x86, 32 bits) of one
// sequence of 32-bit words, with the seeds 0 and 1. The Go half is
// canvas/hash.go.
import { kinds } from "./row.js";

class Hash {
  #a = 0;
  #b = 1;
  #words = 0;

  word(w) {
    w = Math.imul(w, 0xcc9e2d51);
    w = Math.imul((w << 15) | (w >>> 17), 0x1b873593);
    this.#a = mix(this.#a ^ w);
    this.#b = mix(this.#b ^ w);
    this.#words++;
  }

  // text hashes a length in bytes and the bytes, filled up with zeros to words.
  // All texts are ASCII.
  text(s) {
    this.word(s.length);
    for (let i = 0; i < s.length; i += 4) this.word(word(s, i));
  }

  site(s) {
    for (let i = 0; i < 12; i += 4) this.word(word(s, i));
  }

  // sum is the hash of seed 0 above that of seed 1.
  sum() {
    return new Sum(finish(this.#a ^ (this.#words * 4)), finish(this.#b ^ (this.#words * 4)));
  }
}

function mix(h) {
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0;
}

// word is four characters of s from i on, in little-endian order; charCodeAt is
// NaN beyond the end, which counts as 0.
function word(s, i) {
  return s.charCodeAt(i) | (s.charCodeAt(i + 1) << 8) | (s.charCodeAt(i + 2) << 16) | (s.charCodeAt(i + 3) << 24);
}

function finish(h) {
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

// A Sum is a number of 64 bits, in two halves: numbers hold 53.
export class Sum {
  constructor(high = 0, low = 0) {
    this.high = high;
    this.low = low;
  }

  add({ high, low }) {
    const sum = this.low + low;
    this.low = sum >>> 0;
    this.high = (this.high + high + (sum > this.low ? 1 : 0)) >>> 0;
  }

  subtract({ high, low }) {
    const borrow = low > this.low ? 1 : 0;
    this.low = (this.low - low) >>> 0;
    this.high = (this.high - high - borrow) >>> 0;
  }

  // toString writes 16 hexadecimal digits.
  toString() {
    return hex(this.high) + hex(this.low);
  }
}

function hex(v) {
  return v.toString(16).padStart(8, "0");
}

// hashRow is a row's share of the log's sum, at (site, n).
/** @param {string} site @param {number} n @param {Row} row */
export function hashRow(site, n, row) {
  const h = new Hash();
  h.word(row.kind);
  h.site(site);
  h.word(n);
  h.word(row.t >>> 0);
  h.word(Math.floor(row.t / 2 ** 32));
  h.word(row.k);
  if (row.kind === kinds.clear) {
    const cut = row.cut ?? [];
    h.word(cut.length);
    for (const [s, last] of cut) {
      h.site(s);
      h.word(last);
    }
  } else if (row.kind < kinds.clear) {
    content(h, row);
  }
  return h.sum();
}

function content(h, row) {
  for (const v of row.xy) h.word(v);
  h.word(row.pen);
  h.word(row.color);
  h.text(row.by);
}

// hashContent is the hash of what was drawn and by whom, but not of who adopted
// it: of live adoptions with equal content one is painted.
/** @param {Row} row */
export function hashContent(row) {
  const h = new Hash();
  h.word(row.kind);
  content(h, row);
  return h.sum().toString();
}
