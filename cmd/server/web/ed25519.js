// Ed25519 (RFC 8032), for browsers that have none and for pages without TLS, to which
// no browser lends its own. It takes exactly the signatures that Go's crypto/ed25519
// takes, s is canonical, R is compared as bytes, and there is no cofactor, but none of an
// odd key: there a fourth or more of all texts are signed by anybody. It takes
// some 0.4 ms to sign and 2 ms to verify, and is not of constant time: its keys are
// made anew by each page load, and nobody but the page can ask it to sign.
import { sha512 } from "./sha512.js";

const p = 2n ** 255n - 19n; // of the field
const order = 2n ** 252n + 27742317777372353535851937790883648493n; // of the base point
const d = mod(-121665n * inverse(121666n)); // of the curve -x² + y² = 1 + dx²y²
const rootOfMinus1 = squared(ones(2n), 3, 8n); // 2 to the power of (p − 1)/4

function mod(v) {
  const rest = v % p;
  return rest < 0n ? rest + p : rest;
}

// ones is v to the power of 2²⁵⁰ − 1, with which the two powers begin that are needed.
function ones(v) {
  const two = squared(v, 1, v);
  const five = squared(squared(two, 2, two), 1, v);
  const ten = squared(five, 5, five);
  const twenty = squared(ten, 10, ten);
  const fifty = squared(squared(twenty, 20, twenty), 10, ten);
  const hundred = squared(fifty, 50, fifty);
  return squared(squared(hundred, 100, hundred), 50, fifty);
}

// squared squares v so many times, and multiplies it.
/** @param {bigint} v @param {number} often @param {bigint} by */
function squared(v, often, by) {
  for (; often > 0; often--) v = (v * v) % p;
  return (v * by) % p;
}

// inverse is v to the power of p − 2.
function inverse(v) {
  return squared(ones(v), 5, v ** 11n % p);
}

// A Point is { x, y, z, t } with x/z, y/z on the curve and t = xy/z; any of them may
// be negative. A Factor is a point as it is added most quickly.
/** @typedef {{ x: bigint, y: bigint, z: bigint, t: bigint }} Point */
/** @typedef {{ minus: bigint, plus: bigint, z2: bigint, dt2: bigint }} Factor */

/** @type {Point} */
const zero = { x: 0n, y: 1n, z: 1n, t: 0n };

/** @param {Point} a @returns {Factor} */
function factor({ x, y, z, t }) {
  return { minus: (y - x) % p, plus: (y + x) % p, z2: (2n * z) % p, dt2: (2n * d * t) % p };
}

/** @param {Point} a @param {Factor} b @returns {Point} */
function add(a, b) {
  const minus = ((a.y - a.x) * b.minus) % p;
  const plus = ((a.y + a.x) * b.plus) % p;
  const t = (a.t * b.dt2) % p;
  const z = (a.z * b.z2) % p;
  const [e, f, g, h] = [plus - minus, z - t, z + t, plus + minus];
  return { x: (e * f) % p, y: (g * h) % p, z: (f * g) % p, t: (e * h) % p };
}

/** @param {Point} a @returns {Point} */
function double({ x, y, z }) {
  const [xx, yy] = [(x * x) % p, (y * y) % p];
  const h = xx + yy;
  const e = h - (((x + y) * (x + y)) % p);
  const g = xx - yy;
  const f = ((2n * z * z) % p) + g;
  return { x: (e * f) % p, y: (g * h) % p, z: (f * g) % p, t: (e * h) % p };
}

// multiples are 0 to 15 times a point.
/** @param {Point} a */
function multiples(a) {
  const of = factor(a);
  const list = [zero];
  while (list.length < 16) list.push(add(/** @type {Point} */ (list.at(-1)), of));
  return list;
}

function basePoint() {
  return /** @type {Point} */ (decoded(encoded({ ...zero, y: mod(4n * inverse(5n)) })));
}

/** @type {Factor[][]} */
const table = []; // of the base point: table[i][j] is 16ⁱ·j times it

function fillTable() {
  let base = basePoint();
  for (let i = 0; i < 64; i++) {
    table.push(multiples(base).map(factor));
    for (let j = 0; j < 4; j++) base = double(base);
  }
}

// timesBase adds so many times the base point to a point.
/** @param {bigint} scalar below 2²⁵⁶ @param {Point} sum */
function timesBase(scalar, sum) {
  if (table.length === 0) fillTable();
  for (let i = 0; scalar > 0n; i++, scalar >>= 4n) sum = add(sum, table[i][Number(scalar & 15n)]);
  return sum;
}

/** @param {bigint} scalar below 2²⁵⁶ @param {Point} of */
function times(scalar, of) {
  const list = multiples(of).map(factor);
  let sum = zero;
  for (let bit = 252n; bit >= 0n; bit -= 4n) {
    for (let j = 0; j < 4; j++) sum = double(sum);
    sum = add(sum, list[Number((scalar >> bit) & 15n)]);
  }
  return sum;
}

/** @param {Uint8Array} bytes the lowest first */
function number(bytes) {
  let hex = "0x";
  for (let i = bytes.length - 1; i >= 0; i--) hex += bytes[i].toString(16).padStart(2, "0");
  return BigInt(hex);
}

function bytesOf(v) {
  const bytes = new Uint8Array(32);
  for (let i = 0; i < 32; i++, v >>= 8n) bytes[i] = Number(v & 255n);
  return bytes;
}

/** @param {Point} a */
function encoded({ x, y, z }) {
  const divisor = inverse(z);
  const bytes = bytesOf(mod(y * divisor));
  if (mod(x * divisor) & 1n) bytes[31] |= 0x80;
  return bytes;
}

// decoded is the point that bytes stand for, or null. As in Go y may be p or more, and
// 0 have a sign.
/** @param {Uint8Array} bytes @returns {Point | null} */
function decoded(bytes) {
  const y = mod(BigInt.asUintN(255, number(bytes)));
  const u = mod(y * y - 1n);
  const v = mod(d * y * y + 1n);
  const v3 = (v * v * v) % p;
  const w = (u * v3 * v3 * v) % p;
  let x = (u * v3 * squared(ones(w), 2, w)) % p; // w to the power of (p − 5)/8
  if ((v * x * x) % p !== u) x = (x * rootOfMinus1) % p;
  if ((v * x * x) % p !== u) return null;
  if (Number(x & 1n) !== bytes[31] >> 7) x = -x;
  return { x, y, z: 1n, t: (x * y) % p };
}

/** @param {Uint8Array} seed 32 bytes */
function expanded(seed) {
  const hash = sha512(seed);
  hash[0] &= 0xf8;
  hash[31] = (hash[31] & 0x7f) | 0x40;
  return { scalar: number(hash.subarray(0, 32)), prefix: hash.subarray(32) };
}

/** @param {...Uint8Array} parts */
function hashed(...parts) {
  return number(sha512(...parts)) % order;
}

// publicKey is that of a private key, 32 random bytes. It makes no table: most pages need
// it once, and then a browser's own Ed25519.
/** @param {Uint8Array} seed */
export function publicKey(seed) {
  return encoded(times(expanded(seed).scalar, basePoint()));
}

// sign gives the 64 bytes of a signature.
/** @param {Uint8Array} seed @param {Uint8Array} key its public key @param {Uint8Array} message */
export function sign(seed, key, message) {
  const { scalar, prefix } = expanded(seed);
  const r = hashed(prefix, message);
  const signature = new Uint8Array(64);
  signature.set(encoded(timesBase(r, zero)));
  const k = hashed(signature.subarray(0, 32), key, message);
  signature.set(bytesOf((r + k * scalar) % order), 32);
  return signature;
}

// verify says whether a key signed a message. Any of the three may be anybody's.
/** @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature */
export function verify(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64 || isOdd(key)) return false;
  const s = number(signature.subarray(32));
  const a = decoded(key);
  if (s >= order || !a) return false;
  const k = hashed(signature.subarray(0, 32), key, message);
  const r = encoded(timesBase(s, times(k, { ...a, x: -a.x, t: -a.t })));
  return r.every((b, i) => b === signature[i]);
}

const order8 = 2707385501144840649318225287225658788936804267575313519463743609750303402022n; // the lesser y of points of order 8

/** @type {Set<number>} */
const oddStarts = new Set([0n, 1n, order8, p - order8].map((y) => Number(y & 255n))); // the lowest bytes of odd ones, but for those from p − 1 on

// isOdd says whether bytes stand for a point on which verifiers that keep to RFC 8032
// may disagree: one of small order, or one that could be written in another way.
/** @param {Uint8Array} bytes */
export function isOdd(bytes) {
  if (bytes[0] < 0xec && !oddStarts.has(bytes[0])) return false; // as most are, without a bigint
  const y = BigInt.asUintN(255, number(bytes));
  return y <= 1n || y >= p - 1n || y === order8 || y === p - order8;
}
