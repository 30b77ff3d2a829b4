// The view: the picture of a log, kept in step with it. It knows neither the
// network nor who draws. The Go half is canvas/raster/view.go.
import { Area } from "./area.js";
import { Brush } from "./brush.js";
import { Checkpoints, offscreen } from "./checkpoint.js";
import { Extent } from "./extent.js";
import { changes, join, nothing } from "./change.js";
import { beforeAll, compare } from "./order.js";

const frameTime = 50; // ms that a change may wait for a frame: a hidden page has none
const busyTime = 12; // ms of painting in one go, so that hands are answered meanwhile
const hiddenTime = 100; // ms, where nobody looks and turns are rare
const stride = 1024; // rows between two looks at the clock
const few = 256; // rows

// A View paints on a canvas what a log says, and on another above it what is
// not in the log: rectangles that are still being dragged, and what is about to
// be logged.
//
// What is new is painted on top; if that is much, a part with each frame. What
// lands in the past, or is undone, has the area that it touches painted again,
// from the last checkpoint before it.
export class View {
  #log;
  #picture;
  #overlay;
  #draft; // as large as the picture; see #repaint
  #previews = new Map(); // by who drags
  #provisional = []; // operations
  #cleared = false; // the picture is about to be
  #above = false; // the overlay is to be painted with the next frame
  #ratio = 1; // device pixels in a CSS pixel
  #origin = { x: 0, y: 0 }; // the place of the drawing that is the upper left
  #extent = new Extent();
  #due = nothing; // the change that is still to be painted
  #waiting = false; // for the time to do so
  #checkpoints = new Checkpoints();
  #end = beforeAll; // the last place that was painted
  #count = 0; // operations that were painted on top

  constructor(picture, overlay, log) {
    // Read back often, a canvas lives in main memory and is painted by the
    // browser's software rasterizer: the pixels are the same on every machine.
    this.#picture = new Brush(picture.getContext("2d", { willReadFrequently: true }));
    this.#draft = new Brush(offscreen(0, 0));
    this.#overlay = new Brush(overlay.getContext("2d"));
    this.#log = log;
  }

  // change paints a change of the log: at once what is merely new, and with the
  // next frame what takes more, for there may be more of it by then.
  change(change) {
    if (change.kind === 0) return;
    if (change.kind === changes.everything) this.#extent.forget();
    else this.#extent.change(change.boxes);
    if (this.#due.kind === 0 && change.kind === changes.appended) {
      this.#append(performance.now() + busyTime);
      return;
    }
    // What the picture has not come to yet is painted when it does.
    if (change.kind === changes.region && compare(change.from, this.#end) > 0) change = { ...change, kind: changes.appended, boxes: [] };
    this.#later(change);
  }

  // behind says whether something is still to be painted.
  get behind() {
    return this.#due.kind > 0;
  }

  #later(change) {
    this.#due = join(this.#due, change);
    if (this.#waiting) return;
    this.#waiting = true;
    soon(() => {
      this.#waiting = false;
      this.#settle(performance.now() + (document.hidden ? hiddenTime : busyTime));
    });
  }

  // provisional shows operations that will be in the log, instead of the picture
  // if that is about to be cleared. The log's changes and this show in one frame.
  provisional(ops, cleared) {
    this.#provisional = ops;
    this.#cleared = cleared;
    if (this.#above) return;
    this.#above = true;
    soon(() => this.#above && this.#paintOverlay());
  }

  // preview shows a rectangle that somebody drags, in place of the one before;
  // null takes it away.
  preview(who, rect) {
    if (rect) this.#previews.set(who, rect);
    else if (!this.#previews.delete(who)) return;
    this.#paintOverlay();
  }

  #paintOverlay() {
    this.#above = false;
    this.#overlay.wipe();
    for (const op of this.#provisional) this.#overlay.paint(op);
    this.#picture.context.canvas.style.visibility = this.#cleared ? "hidden" : "";
    for (const r of this.#previews.values()) this.#overlay.paint({ ...r, type: "rect" });
  }

  // extent is the box around all that shows, in CSS pixels, or null.
  get extent() {
    return this.#extent.of(this.#log);
  }

  // resize fits the view to width × height CSS pixels on a screen with that
  // many device pixels in each, of which a place of the drawing is the first.
  resize(width, height, ratio, { x, y } = this.#origin) {
    this.#ratio = ratio;
    this.#origin = { x, y };
    for (const brush of [this.#picture, this.#draft, this.#overlay]) {
      brush.resize(Math.round(width * ratio), Math.round(height * ratio), ratio, this.#origin);
    }
    this.#due = { kind: changes.everything, from: beforeAll, boxes: [] };
    this.#settle(performance.now() + busyTime);
    this.#paintOverlay();
  }

  // #settle paints what is due, until it is about that time.
  #settle(until) {
    const { kind, from, boxes } = this.#due;
    this.#due = nothing;
    if (kind === 0) return;
    if (kind === changes.everything) {
      this.#picture.wipe();
      this.#checkpoints.forget();
      this.#end = beforeAll;
      this.#count = 0;
    } else if (kind === changes.region) {
      this.#repaint(from, boxes);
    }
    this.#append(until);
  }

  // #append paints on top what comes after the last place that was painted. What
  // it does not come to until that time follows later.
  #append(until) {
    let last = null;
    let painted = 0;
    for (const c of this.#log.paint({ ...this.#end, n: this.#end.n + 1 })) {
      if (painted > 0 && painted % stride === 0 && this.#isLate(until)) {
        this.#later({ kind: changes.appended, from: beforeAll, boxes: [] });
        break;
      }
      c.of.trace(c.n, this.#picture);
      this.#extent.grow(c.of.row(c.n));
      const { t, site, n } = c;
      last = { t, site, n };
      painted++;
    }
    if (!last) return;
    this.#end = last;
    this.#count += painted;
    // While much is coming, copies would cost more than all the rest.
    if (painted <= few && !this.behind) this.#checkpoints.keep(this.#picture.context, this.#end, this.#count);
  }

  #isLate(until) {
    this.#picture.finish();
    return performance.now() >= until;
  }

  // #repaint paints the area of boxes again from a place on, as far as the
  // picture goes. It does so in a draft, of which it takes the area: under a
  // clip, the edges of lines come out a little different.
  #repaint(from, boxes) {
    const { width, height } = this.#picture.context.canvas;
    const area = new Area(width, height, this.#ratio, this.#origin);
    for (const box of boxes) area.add(box);
    const { rectangles } = area;
    const base = this.#checkpoints.before(from, area);
    this.#draft.copy(base?.context, rectangles);
    for (const c of this.#log.paint(base?.before, area)) {
      if (compare(c, this.#end) > 0) break;
      c.of.trace(c.n, this.#draft);
    }
    this.#picture.copy(this.#draft.context, rectangles);
    this.#checkpoints.change(from, area);
  }
}

// soon calls back with the next frame, or without one where there is none.
function soon(call) {
  const now = () => {
    cancelAnimationFrame(frame);
    clearTimeout(timer);
    call();
  };
  const frame = requestAnimationFrame(now);
  const timer = setTimeout(now, frameTime);
}
