// SHA-256 (RFC 6234) without waiting: WebCrypto's is asynchronous, costs twenty
// times as much for the hundred bytes that a chain hashes, and is not there at all
// over plain HTTP.
import { cubeRoots, squareRoots, upper } from "./roots.js";

const start = upper(squareRoots);
const constants = upper(cubeRoots.slice(0, 64));

const schedule = new Int32Array(64);
const state = new Int32Array(8);
const tail = new Uint8Array(128); // what is left of a message, and the padding

// sha256 gives 32 bytes.
/** @param {Uint8Array} bytes */
export function sha256(bytes) {
  const { length } = bytes;
  const whole = length - (length % 64);
  state.set(start);
  for (let at = 0; at < whole; at += 64) load(bytes, at);

  tail.fill(0);
  for (let i = whole; i < length; i++) tail[i - whole] = bytes[i];
  tail[length - whole] = 0x80;
  const end = length - whole < 56 ? 64 : 128;
  put(tail, end - 8, Math.floor(length / 2 ** 29));
  put(tail, end - 4, length * 8); // its lower 32 bits
  for (let at = 0; at < end; at += 64) load(tail, at);
  return toBytes(state);
}

// hashWords hashes so many 32-bit words, the upper byte of each first: at most 29, in an
// array that has room for 32, whose first eight become the hash. It makes nothing, for
// chains hash hundreds of thousands.
/** @param {Int32Array} words @param {number} count */
export function hashWords(words, count) {
  const end = count <= 13 ? 16 : 32;
  words[count] = 0x80000000;
  words.fill(0, count + 1, end - 1);
  words[end - 1] = count * 32;
  state.set(start);
  for (let at = 0; at < end; at += 16) {
    for (let i = 0; i < 16; i++) schedule[i] = words[at + i];
    compress();
  }
  words.set(state);
}

function load(bytes, at) {
  for (let i = 0; i < 16; i++, at += 4) {
    schedule[i] = word(bytes, at);
  }
  compress();
}

// toBytes writes eight words as bytes, and fromBytes reads them.
/** @param {Int32Array} words */
export function toBytes(words) {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 8; i++) put(bytes, 4 * i, words[i]);
  return bytes;
}

/** @param {Int32Array} words @param {Uint8Array} bytes */
export function fromBytes(words, bytes) {
  for (let i = 0; i < 8; i++) words[i] = word(bytes, 4 * i);
}

function word(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function put(bytes, at, v) {
  bytes[at] = v >>> 24;
  bytes[at + 1] = v >>> 16;
  bytes[at + 2] = v >>> 8;
  bytes[at + 3] = v;
}

function compress() {
  const w = schedule;
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15];
    const y = w[i - 2];
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  let a = state[0];
  let b = state[1];
  let c = state[2];
  let d = state[3];
  let e = state[4];
  let f = state[5];
  let g = state[6];
  let h = state[7];
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i] + w[i]) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
  state[5] += f;
  state[6] += g;
  state[7] += h;
}
