// Curves: from the points that a hand's device tells to the pieces of a line that
// looks drawn.
//
// A curve leads through the points by centripetal Catmull-Rom splines (Yuksel,
// Schaefer, Keyser, "On the parameterization of Catmull-Rom curves"), and is cut into
// pieces by how much it bends and its width changes. Where the hand turned sharply,
// it has a corner. Each span needs the point after it, so that the curve is behind
// the hand by one point; tail is what is still open.

const minSpan = 2.5; // CSS pixels from one point of the spline to the next
const calm = 4; // CSS pixels: a hand that is slower than that from one event to the next is followed softly
const cornerTurn = Math.cos((75 * Math.PI) / 180); // what turns by more is a corner
const flatness = 0.15; // CSS pixels that a piece may be off the curve
const thickness = 0.5; // CSS pixels by which the width may change from piece to piece
const perSample = 1.4; // pieces on the average, so that there are not many more of them
const mostSaved = 30; // pieces that where the hand is slow or goes straight leaves for where it is not
const fewSaved = 3; // of which there are none to spend
const taperPieces = 4; // in a span where the width eases in or out
const taper = 8; // CSS pixels in which it does so
const thinnest = 0.8; // of the force, where it begins to
const quick = 6; // CSS pixels of a last span: the hand flew off, and did not stop
const steps = 12; // that a span is measured in
const feeling = 12; // CSS pixels in which a change of force is felt

/** @typedef {{ x: number, y: number, force: number }} Sample */
/** @typedef {{ from: Point, to: Point, force: number }} Piece */

// A Curve takes samples, in pixels of the sheet, of which one CSS pixel is unit. The
// line of a device that does not feel pressure eases in and out: eases says so of the
// stroke as a whole. widthOf(force) is a line's width.
export class Curve {
  #unit;
  #eases;
  #widthOf;
  /** @type {Sample[]} */
  #knots = []; // the last points of the spline, up to four
  /** @type {Sample} */
  #soft; // where the soft hand is
  /** @type {Sample} */
  #last; // where the hand is
  #length = 0; // of all spans that are cut
  /** @type {Point & { force: number }} */
  #end; // of the last piece
  #since = 0; // distance from there
  #credit = 0; // pieces that may come now

  /** @param {Sample} first @param {{ unit: number, eases: () => boolean, widthOf: (force: number) => number }} options */
  constructor(first, { unit, eases, widthOf }) {
    this.#unit = unit;
    this.#eases = eases;
    this.#widthOf = widthOf;
    this.#knots.push(first);
    this.#soft = this.#last = first;
    this.#end = { ...first, force: first.force * this.#easing(0) };
  }

  // add takes the next sample, and gives the pieces that are certain now.
  /** @param {Sample} sample @returns {Piece[]} */
  add(sample) {
    this.#last = sample;
    this.#credit = Math.min(this.#credit + perSample, mostSaved);
    const far = distance(sample, this.#soft) / this.#unit;
    const at = between(this.#soft, sample, Math.min(1, far / calm));
    this.#soft = { ...at, force: toward(this.#soft.force, sample.force, distance(at, this.#soft) / this.#unit / feeling) };
    if (distance(this.#soft, this.#knots[this.#knots.length - 1]) < minSpan * this.#unit) return [];
    return this.#knot(this.#soft);
  }

  // end gives all pieces that are left.
  /** @returns {Piece[]} */
  end() {
    const last = this.#knots[this.#knots.length - 1];
    const pieces = distance(last, this.#last) > 0 ? this.#knot({ ...this.#last, force: this.#soft.force }) : [];
    const [a, b] = this.#knots.slice(-2);
    if (b) pieces.push(...this.#cut(this.#knots[this.#knots.length - 3] ?? null, a, b, null));
    return pieces;
  }

  // tail gives the pieces that are open, on to where the hand may be next.
  /** @param {Sample[]} predicted @returns {Piece[]} */
  tail(predicted) {
    const copy = new Curve(this.#last, { unit: this.#unit, eases: this.#eases, widthOf: this.#widthOf });
    copy.#knots = [...this.#knots];
    copy.#soft = this.#soft;
    copy.#length = this.#length;
    copy.#end = this.#end;
    copy.#since = this.#since;
    copy.#credit = this.#credit;
    return [...predicted.flatMap((sample) => copy.add(sample)), ...copy.end()];
  }

  // #knot takes a point of the spline, and cuts the span before the last one.
  /** @param {Sample} knot */
  #knot(knot) {
    this.#knots.push(knot);
    if (this.#knots.length > 4) this.#knots.shift();
    const [a, b, c] = this.#knots.slice(-3);
    return c ? this.#cut(this.#knots[this.#knots.length - 4] ?? null, a, b, c) : [];
  }

  // #cut cuts the span from a to b into pieces. before and after are its neighbors, if
  // there are any; without one after, it is the last.
  #cut(before, a, b, after) {
    const from = before && !isCorner(before, a, b) ? before : between(b, a, 2);
    const endsSharply = !after || isCorner(a, b, after);
    const points = spline(from, a, b, endsSharply ? between(a, b, 2) : after);
    const length = points.reduce((sum, p, i) => (i > 0 ? sum + distance(points[i - 1], p) : 0), 0);
    const fliesOff = !after && length >= quick * this.#unit;
    const step = this.#step(points, length, a, b, fliesOff);
    const pieces = [];
    let way = 0;
    for (let i = 1; i < points.length; i++) {
      const stride = distance(points[i - 1], points[i]);
      way += stride;
      this.#since += stride;
      const isEnd = i === points.length - 1 && (endsSharply || (step >= length && this.#since > length / 2));
      if (this.#since < step && !isEnd) continue;
      const ease = Math.min(this.#easing(this.#length + way), fliesOff ? this.#easing(length - way) : 1);
      const force = (a.force + (b.force - a.force) * (way / length)) * ease;
      pieces.push({ from: this.#end, to: points[i], force: (this.#end.force + force) / 2 });
      this.#end = { ...points[i], force };
      this.#since = 0;
    }
    this.#length += length;
    this.#credit -= pieces.length;
    return pieces;
  }

  // #step is how long the pieces of a span are.
  #step(points, length, a, b, fliesOff) {
    const bend = turn(points);
    const flat = Math.sqrt((8 * flatness * this.#unit * length) / Math.max(bend, 1e-9));
    const change = Math.abs(this.#widthOf(a.force) - this.#widthOf(b.force));
    const even = (length * thickness * this.#unit) / Math.max(change, 1e-9);
    if (this.#eases() && (this.#length < taper * this.#unit || fliesOff)) return Math.max(length / taperPieces, (taper * this.#unit) / taperPieces);
    const most = this.#credit > fewSaved ? this.#credit : this.#credit > -1 ? perSample : 1;
    return Math.max(Math.min(flat, even), length / most);
  }

  // #easing is how hard the pen presses so far from an end of the line that eases.
  #easing(way) {
    if (!this.#eases() || way >= taper * this.#unit) return 1;
    const rest = 1 - way / (taper * this.#unit);
    return 1 - (1 - thinnest) * rest * rest;
  }
}

function distance(a, b) {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

// between is at a part of the way from a to b.
function between(a, b, part) {
  return { x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part };
}

function toward(value, aim, part) {
  return value + (aim - value) * Math.min(1, part);
}

// isCorner says whether the way from a over b to c turns sharply.
function isCorner(a, b, c) {
  const along = (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y);
  return along < cornerTurn * distance(a, b) * distance(b, c);
}

// turn is by how much a line of points turns, in radians.
function turn(points) {
  let sum = 0;
  for (let i = 2; i < points.length; i++) {
    const [a, b, c] = [points[i - 2], points[i - 1], points[i]];
    const [u, v, x, y] = [b.x - a.x, b.y - a.y, c.x - b.x, c.y - b.y];
    sum += Math.abs(Math.atan2(u * y - v * x, u * x + v * y));
  }
  return sum;
}

// spline gives points from b to c of the curve that leads through a, b, c and d, by
// the scheme of Barry and Goldman.
function spline(a, b, c, d) {
  const knot = (p, q) => Math.max(Math.sqrt(distance(p, q)), 1e-6);
  const t1 = knot(a, b);
  const t2 = t1 + knot(b, c);
  const t3 = t2 + knot(c, d);
  const points = [b];
  for (let i = 1; i < steps; i++) {
    const t = t1 + ((t2 - t1) * i) / steps;
    const [p, q, r] = [between(a, b, t / t1), between(b, c, (t - t1) / (t2 - t1)), between(c, d, (t - t2) / (t3 - t2))];
    points.push(between(between(p, q, t / t2), between(q, r, (t - t1) / (t3 - t1)), (t - t1) / (t2 - t1)));
  }
  return [...points, c];
}
