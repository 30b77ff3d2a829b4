// The constants of SHA-2 (RFC 6234): the first 64 bits after the point of the square
// and cube roots of the first primes. Math.cbrt may differ from browser to browser.
const bits = 64n;

/** @param {number} count */
export const squareRoots = (count) => primes(count).map((p) => fraction(p, 2n));

/** @param {number} count */
export const cubeRoots = (count) => primes(count).map((p) => fraction(p, 3n));

function primes(count) {
  /** @type {bigint[]} */
  const list = [];
  for (let n = 2n; list.length < count; n++) if (list.every((p) => n % p > 0n)) list.push(n);
  return list;
}

function fraction(p, degree) {
  const power = p << (bits * degree);
  let root = 0n;
  for (let bit = 1n << (bits + 5n); bit > 0n; bit >>= 1n) if ((root | bit) ** degree <= power) root |= bit;
  return BigInt.asUintN(Number(bits), root);
}

// upper and lower halves of constants, as signed numbers of 32 bits.
/** @param {bigint[]} list */
export const upper = (list) => Int32Array.from(list, (v) => Number(v >> 32n));

/** @param {bigint[]} list */
export const lower = (list) => Int32Array.from(list, (v) => Number(v & 0xffffffffn));
