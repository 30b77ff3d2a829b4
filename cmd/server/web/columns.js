// Columns: rows of the log as frames hold them. The Go half is canvas/columns.go, which
// says what each holds.
import { ByteWriter } from "./bytes.js";
import { kinds, paints } from "./row.js";
import { bestShape, PenWriter, shapeCode, zigzag } from "./shape.js";

export const names = ["kind", "time", "stroke", "x", "xHigh", "y", "yHigh", "pen", "color", "by", "other"];
export const chained = 0; // the kind of a segment that begins where the last row ended
const utf8 = new TextEncoder();

// A Run collects equal values in sequence, and puts each with their number.
class Run {
  #put;
  #value;
  #count = 0;

  constructor(put) {
    this.#put = put;
  }

  next(value) {
    if (this.#count > 0 && value !== this.#value) this.end();
    this.#value = value;
    this.#count++;
  }

  end() {
    if (this.#count > 0) this.#put(this.#value, this.#count);
    this.#count = 0;
  }
}

// A ColumnWriter collects rows.
export class ColumnWriter {
  #columns = Object.fromEntries(names.map((name) => [name, new ByteWriter()]));

  // add appends rows of one site, of which the first has the number first, and
  // gives the code of the shape that it chose.
  /** @param {Row[]} rows @param {number} first */
  add(rows, first) {
    const shape = bestShape(rows);
    const c = this.#columns;
    const point = (low, high, v) => {
      low.byte(v % 256);
      high.varint(Math.floor(v / 256));
    };
    const pen = new PenWriter(shape, (x, y) => {
      point(c.x, c.xHigh, x);
      point(c.y, c.yHigh, y);
    });
    const counted = (column) => (v, count) => {
      column.varint(v);
      column.varint(count);
    };
    const runs = {
      kind: new Run(counted(c.kind)),
      stroke: new Run(counted(c.stroke)),
      color: new Run((v, count) => {
        c.color.all([v >>> 24, (v >>> 16) & 255, (v >>> 8) & 255, v & 255]);
        c.color.varint(count);
      }),
      by: new Run((by, count) => {
        c.by.varint(by.length);
        c.by.text(by);
        c.by.varint(count);
      }),
    };
    const last = { t: 0, k: 0, pen: 0 };
    rows.forEach((row, i) => this.#row(row, first + i, pen, runs, last));
    for (const run of Object.values(runs)) run.end();
    return shapeCode(shape);
  }

  #row(row, n, pen, runs, last) {
    const c = this.#columns;
    const isChained = pen.chains(row);
    runs.kind.next(isChained ? chained : row.kind);
    c.time.varint(row.t - last.t);
    last.t = row.t;
    runs.stroke.next(row.k === last.k ? 0 : n - row.k + 1);
    last.k = row.k;
    if (row.kind === kinds.other) {
      for (const bytes of [row.name, row.payload].map((text) => utf8.encode(text))) {
        c.other.varint(bytes.length);
        c.other.all(bytes);
      }
    }
    if (!paints(row)) return;
    pen.move(row, isChained);
    c.pen.varint(zigzag(row.pen - last.pen));
    last.pen = row.pen;
    runs.color.next(row.color);
    runs.by.next(row.by);
  }

  // write appends each column's length in bytes and the column.
  write(to) {
    for (const { bytes } of Object.values(this.#columns)) {
      to.varint(bytes.length);
      to.all(bytes);
    }
  }
}
