// A painting: what a log says, on one canvas, as one camera sees it. What is above
// it, and which painting is shown, is in view.js.
import { Area } from "./area.js";
import { Checkpoints } from "./checkpoint.js";
import { changes, join, nothing } from "./change.js";
import { Latest } from "./latest.js";
import { beforeAll, compare } from "./order.js";

const stride = 1024; // rows between two looks at the clock
const few = 256; // rows

/** @type {Change} */
const everything = { kind: changes.everything, from: beforeAll, boxes: [] };

// A Painting paints what is new on top; if that is much, a part at a time. So it does with
// what lands in the past, where nothing later has been painted on its cells. Otherwise, and
// where something is undone, the area that is touched is painted again, from the last
// checkpoint before it.
export class Painting {
  /** @type {Camera | null} */
  camera = null; // what it is painted for
  #brush;
  #draft; // a brush that several paintings use, one after the other; see #repaint
  #log;
  #onPaint;
  #due = nothing; // the change that is still to be painted
  #checkpoints = new Checkpoints();
  #end = beforeAll; // the last place that was painted
  #latest = new Latest(0, 0, 1); // and that of each cell
  #count = 0; // operations that were painted on top

  // onPaint(box) hears of the box of each row that is painted on top.
  constructor({ brush, draft, log, onPaint }) {
    this.#brush = brush;
    this.#draft = draft;
    this.#log = log;
    this.#onPaint = onPaint;
  }

  // behind says whether something is still to be painted.
  get behind() {
    return this.#due.kind > 0;
  }

  // aim begins anew, for a camera.
  /** @param {Camera} camera */
  aim(camera) {
    this.camera = camera;
    this.#brush.aim(camera);
    this.#due = everything;
  }

  // take takes over what another has painted, and what of that is due.
  /** @param {Painting} other */
  take(other) {
    this.camera = other.camera;
    this.#brush.aim(other.camera);
    const { width, height } = this.#brush.context.canvas;
    this.#brush.copy(other.#brush.context, [{ x: 0, y: 0, width, height }]);
    this.#due = other.#due;
    this.#checkpoints.forget();
    this.#latest = other.#latest; // for both: it may be ahead of either
    this.#end = other.#end;
    this.#count = other.#count;
  }

  // change takes in a change of the log. It paints at once, until about that time,
  // what is merely new; the rest waits for settle.
  /** @param {Change} change @param {number} until ms */
  change(change, until) {
    if (change.kind === changes.region && this.#due.kind < changes.everything) change = this.#insert(change);
    if (this.#due.kind === 0 && change.kind === changes.appended) {
      this.#append(until);
      return;
    }
    this.#due = join(this.#due, change);
  }

  // settle paints what is due, until about that time.
  /** @param {number} until ms */
  settle(until) {
    const { kind, from, boxes } = this.#due;
    this.#due = nothing;
    if (kind === 0) return;
    if (kind === changes.everything) {
      this.#brush.wipe();
      this.#checkpoints.forget();
      this.#latest = this.#grid(Latest);
      this.#end = beforeAll;
      this.#count = 0;
    } else if (kind === changes.region) {
      this.#repaint(from, boxes);
    }
    this.#append(until);
  }

  // #insert paints on top what is new in a region, where nothing that comes after it may be
  // below, and gives what is left to do. What the picture has not come to yet is painted
  // when it does.
  /** @param {Change} change @returns {Change} */
  #insert(change) {
    if (compare(change.from, this.#end) > 0) return { ...change, kind: changes.appended, boxes: [] };
    const area = this.#grid(Area);
    const boxes = change.boxes.filter((box) => {
      const { of, n = 0 } = box;
      if (!of) return true;
      const place = { t: of.time(n), site: of.site, n };
      if (compare(place, this.#end) > 0) return false;
      if (!of.shows(n) || this.#latest.isBehind(place, box)) return true;
      of.trace(n, this.#brush);
      this.#latest.raise(place, box);
      area.add(box);
      return false;
    });
    if (boxes.length < change.boxes.length) this.#checkpoints.change(change.from, area);
    return { ...change, kind: boxes.length > 0 ? changes.region : changes.appended, boxes };
  }

  // #append paints on top what comes after the last place that was painted. What
  // it does not come to until that time is due later.
  #append(until) {
    let last = null;
    let painted = 0;
    for (const c of this.#log.paint({ ...this.#end, n: this.#end.n + 1 })) {
      if (painted > 0 && painted % stride === 0 && this.#isLate(until)) {
        this.#due = join(this.#due, { kind: changes.appended, from: beforeAll, boxes: [] });
        break;
      }
      c.of.trace(c.n, this.#brush);
      const box = c.of.bounds(c.n);
      this.#onPaint(box);
      this.#latest.raise(c, box);
      const { t, site, n } = c;
      last = { t, site, n };
      painted++;
    }
    if (!last) return;
    this.#end = last;
    this.#count += painted;
    // While much is coming, copies would cost more than all the rest.
    if (painted <= few && !this.behind) this.#checkpoints.keep(this.#brush.context, this.#end, this.#count);
  }

  // #grid is a set of cells of this picture.
  /** @template T @param {new (width: number, height: number, ratio: number, origin: Point) => T} Cells @returns {T} */
  #grid(Cells) {
    const { width, height } = this.#brush.context.canvas;
    const camera = /** @type {Camera} */ (this.camera);
    return new Cells(width, height, camera.scale * camera.ratio, camera);
  }

  #isLate(until) {
    this.#brush.finish();
    return performance.now() >= until;
  }

  // #repaint paints the area of boxes again from a place on, as far as the
  // picture goes. It does so in a draft, of which it takes the area: under a
  // clip, the edges of lines come out a little different.
  #repaint(from, boxes) {
    const camera = /** @type {Camera} */ (this.camera);
    const area = this.#grid(Area);
    for (const box of boxes) area.add(box);
    const { rectangles } = area;
    const base = this.#checkpoints.before(from, area);
    this.#draft.aim(camera);
    this.#draft.copy(base?.context, rectangles);
    for (const c of this.#log.paint(base?.before, area)) {
      if (compare(c, this.#end) > 0) break;
      c.of.trace(c.n, this.#draft);
      this.#latest.raise(c, c.of.bounds(c.n));
    }
    this.#brush.copy(this.#draft.context, rectangles);
    this.#checkpoints.change(from, area);
  }
}
