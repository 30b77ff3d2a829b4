// Shapes: how the points of a run are written. The Go half is canvas/shape.go.
import { check } from "./bytes.js";
import { kinds, paints } from "./row.js";

// zigzag folds a number of 33 bits so that small ones stay small.
export function zigzag(v) {
  return v < 0 ? -2 * v - 1 : 2 * v;
}

export function unzigzag(v) {
  return v % 2 === 0 ? v / 2 : -(v + 1) / 2;
}

// A shape is how the points of a run are written: divided by scale, as the
// difference from the last point or, if curved, from where the last step taken
// again would lead.
export function shapeOf(code) {
  check(code >= 2);
  return { scale: Math.floor(code / 2), curved: code % 2 === 1 };
}

export function shapeCode({ scale, curved }) {
  return 2 * scale + (curved ? 1 : 0);
}

// bestShape is the one that takes the fewest bytes.
export function bestShape(rows) {
  let scale = 0;
  for (const { xy } of rows) {
    for (const v of xy) if (scale !== 1) scale = divisor(scale, Math.abs(v));
  }
  scale ||= 1;
  const size = (curved) => {
    let bits = 0;
    const pen = new PenWriter({ scale, curved }, (x, y) => (bits += 64 - Math.clz32(x | 1) - Math.clz32(y | 1)));
    for (const row of rows) if (paints(row)) pen.move(row, pen.chains(row));
    return bits;
  };
  return { scale, curved: size(true) < size(false) };
}

function divisor(a, b) {
  while (b !== 0) [a, b] = [b, a % b];
  return a;
}

// A PenWriter follows the points of a run.
export class PenWriter {
  #shape;
  #put;
  #x = 0;
  #y = 0;
  #dx = 0; // the last step
  #dy = 0;

  constructor(shape, put) {
    this.#shape = shape;
    this.#put = put;
  }

  // chains says whether a row is a segment that begins where the last one ended.
  chains({ kind, xy }) {
    return kind === kinds.segment && xy[0] === this.#x && xy[1] === this.#y;
  }

  // move goes along a row: to its beginning, unless chained, and its end.
  move({ kind, xy: [a, b, c, d] }, isChained) {
    if (!isChained) {
      this.#dx = this.#dy = 0;
      this.#step(a, b);
      this.#dx = this.#dy = 0;
    }
    if (kind === kinds.rect) this.#step(a + c, b + d);
    else this.#step(c, d);
  }

  #step(x, y) {
    const dx = x - this.#x;
    const dy = y - this.#y;
    const { scale, curved } = this.#shape;
    const fold = (step, last) => zigzag((curved ? step - last : step) / scale);
    this.#put(fold(dx, this.#dx), fold(dy, this.#dy));
    [this.#x, this.#y, this.#dx, this.#dy] = [x, y, dx, dy];
  }
}
