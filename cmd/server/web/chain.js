// Chains: what stands for all entries of a site up to one, and what is signed. The Go
// half is canvas/chain.go and canvas/signer.go.
import { encode64 } from "./base64.js";
import { kinds, paints } from "./row.js";
import { fromBytes, hashWords, sha256, toBytes } from "./sha256.js";

const chainLength = 32; // bytes
const milestoneEvery = 256; // entries
const perWeight = 32; // bytes that count for an entry more
const notedBytes = 40; // of an adoption's content, and of where it is
const emptySize = 17; // canonical bytes of another kind without its name and payload
const largeEntry = 128; // canonical bytes that an entry may have and not be a milestone
const mostCanonical = 17 + 64 + (4 << 10); // bytes

const utf8 = new TextEncoder();
const chainDomain = utf8.encode("drawmesh 2");
const headDomain = utf8.encode("drawmesh head 2");
const clearDomain = utf8.encode("drawmesh clear 2");
const scratch = new Uint8Array(chainLength + mostCanonical);
const view = new DataView(scratch.buffer);
const words = new Int32Array(32); // the chain, and what follows

// siteOf is the site whose key it is.
/** @param {Uint8Array} key */
export function siteOf(key) {
  return encode64(sha256(key).subarray(0, 16));
}

// keyOf is a key that was told, or null: zeros are nobody's.
/** @param {Uint8Array | null} bytes */
export function keyOf(bytes) {
  return bytes?.some((b) => b > 0) ? bytes : null;
}

// genesis is the chain before a site's first entry.
/** @param {Uint8Array} key */
export function genesis(key) {
  return sha256(joined(chainDomain, key));
}

// next is the chain after so many more entries, which follow chain: rowAt gives the row of
// each, which may be the same object each time.
/** @param {Uint8Array} chain @param {number} count @param {(i: number) => Row} rowAt */
export function next(chain, count, rowAt) {
  fromBytes(words, chain);
  for (let i = 0; i < count; i++) {
    const row = rowAt(i);
    if (paints(row) && row.by === "") addPaint(row);
    else addAny(row);
  }
  return toBytes(words);
}

// addPaint has the chain in words go on with what is drawn and not adopted, as nearly all
// is.
function addPaint({ kind, t, k, xy, pen, color }) {
  words[8] = swapped(kind);
  words[9] = swapped(t); // its lower half
  words[10] = swapped(Math.floor(t / 2 ** 32));
  words[11] = swapped(k);
  for (let i = 0; i < 4; i++) words[12 + i] = swapped(xy[i]);
  words[16] = swapped(pen);
  words[17] = swapped(color);
  words[18] = 0; // the length of by
  hashWords(words, 19);
}

// addAny does so with whatever else.
function addAny(row) {
  scratch.set(toBytes(words));
  fromBytes(words, sha256(scratch.subarray(0, canonical(row, chainLength))));
}

// swapped has the lowest byte of a word come first.
function swapped(v) {
  return (v << 24) | ((v & 0xff00) << 8) | ((v >>> 8) & 0xff00) | (v >>> 24);
}

// canonical puts what is hashed of a row into scratch, from at on, and gives where it
// ends: little-endian words, and of a kind that is not known its name and payload.
function canonical(row, at) {
  at = word(at, row.kind);
  at = long(at, row.t);
  at = word(at, row.k);
  if (paints(row)) return content(row, at);
  if (row.kind !== kinds.other) return at;
  at = text(at, row.name);
  scratch[at++] = 0;
  return text(at, row.payload);
}

function content({ xy, pen, color, by }, at) {
  for (const v of xy) at = word(at, v);
  at = word(at, pen);
  at = word(at, color);
  at = word(at, by.length);
  return text(at, by);
}

function word(at, v) {
  view.setUint32(at, v, true);
  return at + 4;
}

function long(at, v) {
  return word(word(at, v), Math.floor(v / 2 ** 32));
}

function text(at, s) {
  return at + utf8.encodeInto(s, scratch.subarray(at)).written;
}

// contentOf stands for what was drawn and by whom, but not for who adopted it: of live
// adoptions with equal content one is painted.
/** @param {Row} row */
export function contentOf(row) {
  return encode64(sha256(scratch.subarray(0, content(row, word(0, row.kind)))).subarray(0, 8));
}

// sizeOf is how many canonical bytes a row has.
/** @param {Row} row */
export function sizeOf(row) {
  return canonical(row, 0);
}

// weightOf is how many entries a row counts for, where their number is bounded so that
// their bytes are: what it has beside numbers is kept as it is, and of an adoption the
// content is noted, too.
/** @param {Row} row */
export function weightOf(row) {
  if (row.by) return 1 + Math.floor((row.by.length + notedBytes) / perWeight);
  return row.kind === kinds.other ? 1 + Math.floor((sizeOf(row) - emptySize) / perWeight) : 1;
}

// isMilestone says whether the row with the number n is one: its author signs there,
// and no run goes past it.
/** @param {Row} row @param {number} n */
export function isMilestone(row, n) {
  return n % milestoneEvery === 0 || (row.kind === kinds.other && sizeOf(row) > largeEntry);
}

// headText is what the head at n signs, after a chain; clearText, what a clear does.
/** @param {number} n @param {Uint8Array} chain */
export function headText(n, chain) {
  const b = new Uint8Array(4);
  new DataView(b.buffer).setUint32(0, n, true);
  return joined(headDomain, b, chain);
}

/** @param {number} t */
export function clearText(t) {
  return joined(clearDomain, ticks(t));
}

// ticks is a time as 64 bits, little-endian.
/** @param {number} t */
export function ticks(t) {
  const b = new Uint8Array(8);
  const v = new DataView(b.buffer);
  v.setUint32(0, t, true);
  v.setUint32(4, Math.floor(t / 2 ** 32), true);
  return b;
}

/** @param {...Uint8Array} parts */
export function joined(...parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// equal says whether two sequences of bytes are.
/** @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  return a.length === b.length && a.every((v, i) => v === b[i]);
}
