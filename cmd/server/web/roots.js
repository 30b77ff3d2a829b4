// The constants of SHA-2 (RFC 6234): the first 64 bits after the point of the square
// and cube roots of the first primes.
const bits = 64n;
const found = 49; // bits after the point of a root that a number tells

const first = primes(80);

// The roots of the first 8 and 80 primes.
export const squareRoots = first.slice(0, 8).map((p) => fraction(p, 2));
export const cubeRoots = first.map((p) => fraction(p, 3));

function primes(count) {
  /** @type {number[]} */
  const list = [];
  for (let n = 2; list.length < count; n++) if (list.every((p) => n % p > 0)) list.push(n);
  return list;
}

// fraction begins with what a number tells, in whose last bits browsers may differ.
/** @param {number} p @param {number} degree */
function fraction(p, degree) {
  const n = BigInt(degree);
  const power = BigInt(p) << (bits * n);
  let root = BigInt(Math.floor(p ** (1 / degree) * 2 ** found)) << (bits - BigInt(found));
  root -= (root ** n - power) / (n * root ** (n - 1n));
  while (root ** n > power) root--;
  while ((root + 1n) ** n <= power) root++;
  return BigInt.asUintN(Number(bits), root);
}

// upper and lower halves of constants, as signed numbers of 32 bits.
/** @param {bigint[]} list */
export const upper = (list) => Int32Array.from(list, (v) => Number(v >> 32n));

/** @param {bigint[]} list */
export const lower = (list) => Int32Array.from(list, (v) => Number(v & 0xffffffffn));
