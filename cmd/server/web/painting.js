// A painting: what a log says, on one canvas, as one camera sees it. What is above
// it, and which painting is shown, is in view.js.
import { Area } from "./area.js";
import { Checkpoints } from "./checkpoint.js";
import { changes, join, nothing } from "./change.js";
import { beforeAll, compare } from "./order.js";

const stride = 1024; // rows between two looks at the clock
const few = 256; // rows

/** @type {Change} */
const everything = { kind: changes.everything, from: beforeAll, boxes: [] };

// A Painting paints what is new on top; if that is much, a part at a time. What
// lands in the past, or is undone, has the area that it touches painted again, from
// the last checkpoint before it.
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

  // take takes over what another has painted, which is up to date.
  /** @param {Painting} other */
  take(other) {
    this.camera = other.camera;
    this.#brush.aim(other.camera);
    const { width, height } = this.#brush.context.canvas;
    this.#brush.copy(other.#brush.context, [{ x: 0, y: 0, width, height }]);
    this.#due = nothing;
    this.#checkpoints.forget();
    this.#end = other.#end;
    this.#count = other.#count;
  }

  // change takes in a change of the log. It paints at once, until about that time,
  // what is merely new; the rest waits for settle.
  /** @param {Change} change @param {number} until ms */
  change(change, until) {
    if (this.#due.kind === 0 && change.kind === changes.appended) {
      this.#append(until);
      return;
    }
    // What the picture has not come to yet is painted when it does.
    if (change.kind === changes.region && compare(change.from, this.#end) > 0) change = { ...change, kind: changes.appended, boxes: [] };
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
      this.#end = beforeAll;
      this.#count = 0;
    } else if (kind === changes.region) {
      this.#repaint(from, boxes);
    }
    this.#append(until);
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
      this.#onPaint(c.of.bounds(c.n));
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

  #isLate(until) {
    this.#brush.finish();
    return performance.now() >= until;
  }

  // #repaint paints the area of boxes again from a place on, as far as the
  // picture goes. It does so in a draft, of which it takes the area: under a
  // clip, the edges of lines come out a little different.
  #repaint(from, boxes) {
    const { width, height } = this.#brush.context.canvas;
    const camera = /** @type {Camera} */ (this.camera);
    const area = new Area(width, height, camera.scale * camera.ratio, camera);
    for (const box of boxes) area.add(box);
    const { rectangles } = area;
    const base = this.#checkpoints.before(from, area);
    this.#draft.aim(camera);
    this.#draft.copy(base?.context, rectangles);
    for (const c of this.#log.paint(base?.before, area)) {
      if (compare(c, this.#end) > 0) break;
      c.of.trace(c.n, this.#draft);
    }
    this.#brush.copy(this.#draft.context, rectangles);
    this.#checkpoints.change(from, area);
  }
}
