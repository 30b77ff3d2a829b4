// SHA-256 (RFC 6234) without waiting: WebCrypto's is asynchronous, costs twenty
// times as much for the hundred bytes that a chain hashes, and is not there at all
// over plain HTTP.
import { cubeRoots, squareRoots, upper } from "./roots.js";

const start = upper(squareRoots(8));
const constants = upper(cubeRoots(64));

const schedule = new Int32Array(64);
const state = new Int32Array(8);
const tail = new Uint8Array(128); // what is left of a message, and the padding
const tailView = new DataView(tail.buffer);

// sha256 gives 32 bytes.
/** @param {Uint8Array} bytes */
export function sha256(bytes) {
  const { length } = bytes;
  const whole = length - (length % 64);
  state.set(start);
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  for (let at = 0; at < whole; at += 64) block(view, at);

  tail.fill(0);
  tail.set(bytes.subarray(whole));
  tail[length - whole] = 0x80;
  const end = length - whole < 56 ? 64 : 128;
  tailView.setUint32(end - 8, Math.floor(length / 2 ** 29));
  tailView.setUint32(end - 4, length * 8); // its lower 32 bits
  for (let at = 0; at < end; at += 64) block(tailView, at);

  const sum = new Uint8Array(32);
  const to = new DataView(sum.buffer);
  for (let i = 0; i < 8; i++) to.setInt32(4 * i, state[i]);
  return sum;
}

/** @param {DataView} view @param {number} at */
function block(view, at) {
  const w = schedule;
  for (let i = 0; i < 16; i++) w[i] = view.getInt32(at + 4 * i);
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
