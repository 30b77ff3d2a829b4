// QR codes (ISO/IEC 18004): a text as squares that a telephone's camera reads.
//
// Of the many kinds there are this makes one, which holds what addresses need: bytes, with
// as much redundancy as lets 15 % be lost (level M), in versions 1 to 10. Readers take any
// of the masks, of which the best is a matter of taste: it is always the first, a chessboard.

// By version: bytes in all, check bytes of each block, blocks, and where the middles of
// the small squares are.
const versions = [
  [26, 10, 1, []], [44, 16, 1, [6, 18]], [70, 26, 1, [6, 22]], [100, 18, 2, [6, 26]], [134, 24, 2, [6, 30]],
  [172, 16, 4, [6, 34]], [196, 18, 4, [6, 22, 38]], [242, 22, 4, [6, 24, 42]], [292, 22, 5, [6, 26, 46]], [346, 26, 5, [6, 28, 50]],
].map(([total, check, blocks, middles], i) => /** @type {Version} */ ({ version: i + 1, total, check, blocks, middles }));

/** @typedef {{ version: number, total: number, check: number, blocks: number, middles: number[] }} Version */

const byteMode = 4;
const format = 0x5412; // of level M and the first mask, with its check bits
const padding = [0xec, 0x11];

// qrCode gives the rows of the squares, true where they are dark, or null where the text
// is too long.
/** @param {string} text @returns {boolean[][] | null} */
export function qrCode(text) {
  const bytes = new TextEncoder().encode(text);
  const v = versions.find((each) => countBits(each) + 4 + 8 * bytes.length <= 8 * room(each));
  if (!v) return null;
  const grid = new Grid(v);
  grid.fill(interleaved(v, dataOf(v, bytes)));
  return grid.dark;
}

// countBits is how many bits tell how long the text is, and room how many bytes there are
// for it.
function countBits({ version }) {
  return version < 10 ? 8 : 16;
}

function room({ total, check, blocks }) {
  return total - check * blocks;
}

// dataOf is the text as a version has it, filled up.
function dataOf(v, bytes) {
  let bits = byteMode.toString(2).padStart(4, "0") + bytes.length.toString(2).padStart(countBits(v), "0");
  for (const byte of bytes) bits += byte.toString(2).padStart(8, "0");
  bits += "0".repeat(Math.min(4, 8 * room(v) - bits.length));
  bits += "0".repeat(-bits.length & 7);
  const data = (bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2));
  for (let i = 0; data.length < room(v); i++) data.push(padding[i % 2]);
  return data;
}

// interleaved cuts the data into blocks, of which the last may have one byte more, adds
// what checks each, and takes of all of them a byte after the other.
function interleaved(v, data) {
  const short = Math.floor(data.length / v.blocks);
  const long = data.length % v.blocks;
  const divisor = divisorOf(v.check);
  const blocks = [];
  for (let i = 0, from = 0; i < v.blocks; i++) {
    const length = short + (i >= v.blocks - long ? 1 : 0);
    blocks.push(data.slice(from, from + length));
    from += length;
  }
  const checks = blocks.map((block) => remainder(block, divisor));
  return [...inTurn(blocks), ...inTurn(checks)];
}

function inTurn(lists) {
  const length = Math.max(...lists.map((list) => list.length));
  return Array.from({ length }, (_, i) => lists.flatMap((list) => (i < list.length ? [list[i]] : []))).flat();
}

// times multiplies in the field of 256 elements that the standard names.
function times(a, b) {
  let product = 0;
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ ((product >>> 7) * 0x11d) ^ (((b >>> bit) & 1) * a);
  return product;
}

// divisorOf is the polynomial of Reed and Solomon, without its first coefficient, 1.
function divisorOf(degree) {
  const divisor = Array(degree).fill(0);
  divisor[degree - 1] = 1;
  for (let i = 0, root = 1; i < degree; i++, root = times(root, 2)) {
    for (let j = 0; j < degree; j++) divisor[j] = times(divisor[j], root) ^ (divisor[j + 1] ?? 0);
  }
  return divisor;
}

function remainder(data, divisor) {
  const rest = divisor.map(() => 0);
  for (const byte of data) {
    const factor = byte ^ rest[0];
    rest.shift();
    rest.push(0);
    divisor.forEach((coefficient, i) => (rest[i] ^= times(coefficient, factor)));
  }
  return rest;
}

// A Grid has the squares.
class Grid {
  dark;
  #size;
  #taken; // the squares that tell a reader where it is

  /** @param {Version} v */
  constructor({ version, middles }) {
    this.#size = 17 + 4 * version;
    this.dark = squares(this.#size);
    this.#taken = squares(this.#size);
    const last = this.#size - 7;
    for (let i = 0; i < this.#size; i++) {
      this.#set(6, i, i % 2 === 0);
      this.#set(i, 6, i % 2 === 0);
    }
    for (const [x, y] of [[3, 3], [last + 3, 3], [3, last + 3]]) this.#ring(x, y, 4, (r) => r !== 2 && r !== 4);
    for (const x of middles) {
      for (const y of middles) if (!this.#isCorner(x, y)) this.#ring(x, y, 2, (r) => r !== 1);
    }
    this.#tellFormat();
    if (version >= 7) this.#tellVersion(version);
  }

  // fill has the rest of the squares say that, from the lower right in double columns up
  // and down, with the mask.
  fill(bytes) {
    let i = 0;
    for (let right = this.#size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5; // that column is taken
      for (let step = 0; step < this.#size; step++) {
        const y = ((right + 1) & 2) === 0 ? this.#size - 1 - step : step;
        for (const x of [right, right - 1]) {
          if (this.#taken[y][x]) continue;
          const bit = i < 8 * bytes.length && ((bytes[i >> 3] >> (7 - (i & 7))) & 1) === 1;
          this.dark[y][x] = bit !== ((x + y) % 2 === 0);
          i++;
        }
      }
    }
  }

  #set(x, y, isDark) {
    if (x < 0 || y < 0 || x >= this.#size || y >= this.#size) return;
    this.dark[y][x] = isDark;
    this.#taken[y][x] = true;
  }

  // #ring sets the squares around one up to a distance, by how far they are.
  #ring(x, y, most, isDark) {
    for (let dy = -most; dy <= most; dy++) {
      for (let dx = -most; dx <= most; dx++) this.#set(x + dx, y + dy, isDark(Math.max(Math.abs(dx), Math.abs(dy))));
    }
  }

  // #isCorner says whether a large square is there.
  #isCorner(x, y) {
    const last = this.#size - 7;
    return (x === 6 && y === 6) || (x === 6 && y === last) || (x === last && y === 6);
  }

  #tellFormat() {
    const n = this.#size;
    for (let i = 0; i < 15; i++) {
      const isDark = ((format >> i) & 1) === 1;
      if (i < 8) this.#set(8, i < 6 ? i : i + 1, isDark);
      else this.#set(i === 8 ? 7 : 14 - i, 8, isDark);
      if (i < 8) this.#set(n - 1 - i, 8, isDark);
      else this.#set(8, n - 15 + i, isDark);
    }
    this.#set(8, n - 8, true);
  }

  #tellVersion(version) {
    let rest = version;
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >>> 11) * 0x1f25);
    const bits = (version << 12) | rest;
    for (let i = 0; i < 18; i++) {
      const isDark = ((bits >> i) & 1) === 1;
      const [a, b] = [this.#size - 11 + (i % 3), Math.floor(i / 3)];
      this.#set(a, b, isDark);
      this.#set(b, a, isDark);
    }
  }
}

function squares(size) {
  return Array.from({ length: size }, () => Array(size).fill(false));
}
