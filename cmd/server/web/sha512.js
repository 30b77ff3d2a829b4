// SHA-512 (RFC 6234), for Ed25519 where a browser does not have that. Its words of
// 64 bits are two halves: numbers hold 53, and BigInts are slow.
import { cubeRoots, lower, squareRoots, upper } from "./roots.js";

const startHigh = upper(squareRoots);
const startLow = lower(squareRoots);
const constantsHigh = upper(cubeRoots);
const constantsLow = lower(cubeRoots);
const high = new Int32Array(80);
const low = new Int32Array(80);

// sha512 gives 64 bytes.
/** @param {...Uint8Array} parts of the message */
export function sha512(...parts) {
  const length = parts.reduce((size, part) => size + part.length, 0);
  const padded = new Uint8Array(Math.ceil((length + 17) / 128) * 128);
  let at = 0;
  for (const part of parts) {
    padded.set(part, at);
    at += part.length;
  }
  padded[length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(padded.length - 8, Math.floor(length / 2 ** 29));
  view.setUint32(padded.length - 4, length * 8); // its lower 32 bits
  const h = startHigh.slice();
  const l = startLow.slice();
  for (let block = 0; block < padded.length; block += 128) compress(h, l, view, block);

  const sum = new Uint8Array(64);
  const to = new DataView(sum.buffer);
  for (let i = 0; i < 8; i++) {
    to.setInt32(8 * i, h[i]);
    to.setInt32(8 * i + 4, l[i]);
  }
  return sum;
}

// carry is what a sum of lower halves, each taken as unsigned, adds to the upper.
const carry = (sum) => Math.floor(sum / 2 ** 32);

function compress(h, l, view, at) {
  for (let i = 0; i < 16; i++) {
    high[i] = view.getInt32(at + 8 * i);
    low[i] = view.getInt32(at + 8 * i + 4);
  }
  for (let i = 16; i < 80; i++) {
    const [xh, xl, yh, yl] = [high[i - 15], low[i - 15], high[i - 2], low[i - 2]];
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const sum = (low[i - 16] >>> 0) + (s0l >>> 0) + (low[i - 7] >>> 0) + (s1l >>> 0);
    low[i] = sum;
    high[i] = high[i - 16] + s0h + high[i - 7] + s1h + carry(sum);
  }
  const a = Int32Array.from(h);
  const b = Int32Array.from(l);
  for (let i = 0; i < 80; i++) {
    const [eh, el] = [a[4], b[4]];
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const choiceLow = (el & b[5]) ^ (~el & b[6]);
    const sum1 = (b[7] >>> 0) + (s1l >>> 0) + (choiceLow >>> 0) + (constantsLow[i] >>> 0) + (low[i] >>> 0);
    const t1h = (a[7] + s1h + ((eh & a[5]) ^ (~eh & a[6])) + constantsHigh[i] + high[i] + carry(sum1)) | 0;
    const t1l = sum1 >>> 0;

    const [ah, al] = [a[0], b[0]];
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const majorityLow = (al & b[1]) ^ (al & b[2]) ^ (b[1] & b[2]);
    const sum2 = (s0l >>> 0) + (majorityLow >>> 0) + t1l;
    const t2h = s0h + ((ah & a[1]) ^ (ah & a[2]) ^ (a[1] & a[2])) + t1h + carry(sum2);

    a.copyWithin(1, 0, 7);
    b.copyWithin(1, 0, 7);
    const sum3 = (b[4] >>> 0) + t1l;
    a[4] += t1h + carry(sum3);
    b[4] = sum3;
    a[0] = t2h;
    b[0] = sum2;
  }
  for (let i = 0; i < 8; i++) {
    const sum = (l[i] >>> 0) + (b[i] >>> 0);
    l[i] = sum;
    h[i] += a[i] + carry(sum);
  }
}
