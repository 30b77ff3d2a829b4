// Columns are read back. The Go half is canvas/columnreader.go.
import { ByteReader, check } from "./bytes.js";
import { isOther, maxPayload } from "./canonical.js";
import { chained, names } from "./columns.js";
import { isBy, maxTime } from "./entry.js";
import { isInBounds, kinds, paints, perPixel } from "./row.js";
import { unzigzag } from "./shape.js";
import { maxCoordinate } from "./wire.js";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

// A ColumnReader reads rows back, within the bounds of an entry as far as these
// do not depend on the site. It throws like a ByteReader.
export class ColumnReader {
  #columns = {};
  #shape;
  #pos; // what the run of rows has come to
  #runs;
  /** @type {Row} */
  #row = { kind: 0, t: 0, k: 0, xy: [0, 0, 0, 0], pen: 0, color: 0, by: "", name: "", payload: "" };

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

  // next reads the row with the number n. It is the same object each time: there are
  // thousands in a frame.
  /** @param {number} n @returns {Row} */
  next(n) {
    const kind = this.#run("kind", (c) => c.varint(kinds.redo));
    const step = this.#columns.time.varint(maxTime);
    const t = (this.#pos.t += step);
    check(step >= 1 && t <= maxTime);
    const row = this.#row;
    row.kind = kind || kinds.segment;
    row.t = t;
    row.k = this.#stroke(n);
    row.pen = row.color = 0;
    row.xy.fill(0);
    row.by = row.name = row.payload = "";
    if (paints(row)) this.#paint(row, kind === chained);
    else if (row.kind === kinds.other) this.#other(row);
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
    const { xy } = row;
    xy[0] = p.x;
    xy[1] = p.y;
    this.#point();
    xy[2] = row.kind === kinds.rect ? p.x - xy[0] : p.x;
    xy[3] = row.kind === kinds.rect ? p.y - xy[1] : p.y;
    row.pen = p.pen += unzigzag(this.#columns.pen.varint());
    // No coordinate is beyond its bounds, but a rectangle's other corner may be.
    check(isInBounds(row));
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

  #other(row) {
    row.name = this.#text(64);
    row.payload = this.#text(maxPayload);
    check(isOther(row));
  }

  #text(most) {
    const c = this.#columns.other;
    try {
      return utf8.decode(c.take(c.varint(most)));
    } catch {
      return check(false);
    }
  }
}
