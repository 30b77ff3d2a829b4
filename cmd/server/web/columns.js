// Columns: rows of the log as frames hold them. The Go half is
// canvas/columns.go and canvas/columnreader.go, which say what each holds.
import { isBy, isSite, maxCut, maxN, maxTime } from "./message.js";
import { kinds, paints, perForce, perPixel } from "./row.js";
import { maxCoordinate, maxForce, maxLineWidth } from "./wire.js";

const names = ["kind", "time", "stroke", "x", "xHigh", "y", "yHigh", "pen", "color", "by", "cut"];
const chained = 0; // the kind of a segment that begins where the last row ended
const siteLength = 11;

// A ByteWriter appends to a list of bytes. Varints are unsigned LEB128.
export class ByteWriter {
  bytes = [];

  varint(v) {
    for (; v >= 128; v = Math.floor(v / 128)) this.bytes.push((v % 128) | 128);
    this.bytes.push(v);
  }

  text(s) {
    for (let i = 0; i < s.length; i++) this.bytes.push(s.charCodeAt(i));
  }

  all(bytes) {
    for (const b of bytes) this.bytes.push(b);
  }
}

// A ByteReader reads bytes back. They may be anybody's: what is out of bounds
// throws a RangeError.
export class ByteReader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get left() {
    return this.#bytes.length - this.#at;
  }

  byte() {
    check(this.left > 0);
    return this.#bytes[this.#at++];
  }

  // varint reads a number up to most, of at most 10 bytes.
  varint(most = Infinity) {
    const only = this.#bytes[this.#at];
    if (only < 128 && only <= most) {
      this.#at++;
      return only; // as most are
    }
    let v = 0;
    for (let scale = 1, i = 0; ; scale *= 128, i++) {
      const b = this.byte();
      check(i < 9 || b < 2);
      v += (b & 127) * scale;
      if (b >= 128) continue;
      check(v <= most);
      return v;
    }
  }

  take(length) {
    check(length <= this.left);
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  text(length) {
    return String.fromCharCode(...this.take(length));
  }

  site() {
    const site = this.text(siteLength);
    check(isSite(site));
    return site;
  }
}

// check throws what damaged bytes throw.
export function check(fine) {
  if (!fine) throw new RangeError("frame is damaged");
}

// zigzag folds a number of 33 bits so that small ones stay small.
function zigzag(v) {
  return v < 0 ? -2 * v - 1 : 2 * v;
}

function unzigzag(v) {
  return v % 2 === 0 ? v / 2 : -(v + 1) / 2;
}

// A shape is how the points of a run are written: divided by scale, as the
// difference from the last point or, if curved, from where the last step taken
// again would lead.
export function shapeOf(code) {
  check(code >= 2);
  return { scale: Math.floor(code / 2), curved: code % 2 === 1 };
}

function shapeCode({ scale, curved }) {
  return 2 * scale + (curved ? 1 : 0);
}

// bestShape is the one that takes the fewest bytes.
function bestShape(rows) {
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
class PenWriter {
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
      low.bytes.push(v % 256);
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
    if (row.kind === kinds.clear) {
      c.cut.varint(row.cut.length);
      for (const [site, count] of row.cut) {
        c.cut.text(site);
        c.cut.varint(count);
      }
      return;
    }
    runs.stroke.next(row.k === last.k ? 0 : n - row.k + 1);
    last.k = row.k;
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

// A ColumnReader reads rows back, within the bounds of an entry as far as these
// do not depend on the site. It throws like a ByteReader.
export class ColumnReader {
  #columns = {};
  #shape;
  #pos; // what the run of rows has come to
  #runs;

  constructor(reader) {
    for (const name of names) this.#columns[name] = new ByteReader(reader.take(reader.varint()));
    check(reader.left === 0);
  }

  // begin begins the next run of rows.
  begin(shape) {
    this.#shape = shape;
    this.#pos = { t: 0, k: 0, pen: 0, x: 0, y: 0, dx: 0, dy: 0 };
    const run = () => ({ value: 0, left: 0 });
    this.#runs = { kind: run(), stroke: run(), color: run(), by: run() };
  }

  // end makes sure that all runs of values end with the last row.
  end() {
    check(Object.values(this.#runs).every(({ left }) => left === 0));
  }

  // close makes sure that nothing is left.
  close() {
    check(Object.values(this.#columns).every(({ left }) => left === 0));
  }

  // next reads the row with the number n.
  /** @param {number} n @returns {Row} */
  next(n) {
    const kind = this.#run("kind", (c) => c.varint(kinds.redo));
    const t = (this.#pos.t += this.#columns.time.varint(maxTime));
    check(t >= 1 && t <= maxTime);
    /** @type {Row} */
    const row = { kind: kind || kinds.segment, t, k: 0, xy: [0, 0, 0, 0], pen: 0, color: 0, by: "", cut: null };
    if (kind === kinds.clear) {
      row.cut = this.#cut();
      return row;
    }
    row.k = this.#stroke(n);
    if (paints(row)) this.#paint(row, kind === chained);
    else check(row.k < n);
    return row;
  }

  #run(name, value) {
    const run = this.#runs[name];
    if (run.left === 0) {
      run.value = value(this.#columns[name]);
      run.left = this.#columns[name].varint();
      check(run.left > 0);
    }
    run.left--;
    return run.value;
  }

  #stroke(n) {
    const code = this.#run("stroke", (c) => c.varint(2 ** 32 - 1));
    check(code <= n);
    if (code > 0) this.#pos.k = n - code + 1;
    const { k } = this.#pos;
    check(k >= 1 && k <= n);
    return k;
  }

  #paint(row, isChained) {
    const p = this.#pos;
    if (!isChained) {
      p.dx = p.dy = 0;
      this.#point();
      p.dx = p.dy = 0;
    }
    const [x, y] = [p.x, p.y]; // where it begins
    // No coordinate is beyond its bounds, but a rectangle's other corner may be.
    this.#point();
    row.xy = row.kind === kinds.rect ? [x, y, p.x - x, p.y - y] : [x, y, p.x, p.y];
    check(row.xy.every((v) => Math.abs(v) <= maxCoordinate * perPixel));
    p.pen += unzigzag(this.#columns.pen.varint());
    check(p.pen >= 1 && p.pen <= (row.kind === kinds.rect ? maxLineWidth * perPixel : maxForce * perForce));
    row.pen = p.pen;
    row.color = this.#run("color", (c) => c.take(4).reduce((v, b) => v * 256 + b, 0));
    row.by = this.#run("by", (c) => {
      const by = c.text(c.varint(64));
      check(by === "" || isBy(by));
      return by;
    });
  }

  #point() {
    const p = this.#pos;
    let dx = this.#coordinate("x", "xHigh");
    let dy = this.#coordinate("y", "yHigh");
    if (this.#shape.curved) [dx, dy] = [dx + p.dx, dy + p.dy];
    [p.x, p.y, p.dx, p.dy] = [p.x + dx, p.y + dy, dx, dy];
    check(Math.max(Math.abs(p.x), Math.abs(p.y)) <= 2 * maxCoordinate * perPixel);
  }

  #coordinate(low, high) {
    const v = this.#columns[low].byte();
    return unzigzag(this.#columns[high].varint(2 ** 24 - 1) * 256 + v) * this.#shape.scale;
  }

  /** @returns {Mark[]} */
  #cut() {
    const c = this.#columns.cut;
    const count = c.varint(maxCut);
    check(count * (siteLength + 1) <= c.left);
    /** @type {Mark[]} */
    const cut = [];
    for (let i = 0; i < count; i++) {
      const site = c.site();
      const n = c.varint(maxN);
      check(n >= 1 && (i === 0 || cut[i - 1][0] < site));
      cut.push([site, n]);
    }
    return cut;
  }
}
