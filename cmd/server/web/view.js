// The view: the picture of a log, kept in step with it. It knows neither the
// network nor who draws. The Go half is canvas/raster/view.go.
import { Brush } from "./brush.js";
import { hang, isSame } from "./camera.js";
import { offscreen } from "./checkpoint.js";
import { Extent } from "./extent.js";
import { changes } from "./change.js";
import { Painting } from "./painting.js";

const frameTime = 50; // ms that a change may wait for a frame: a hidden page has none
const busyTime = 12; // ms of painting in one go, so that hands are answered meanwhile
const glimpseTime = 100; // ms from one look at what is being painted to the next
const hiddenTime = 100; // ms, where nobody looks and turns are rare

// A View paints on a canvas what a log says, and on another above it what is
// not in the log: rectangles that are still being dragged, and what is about to
// be logged.
//
// Where the camera has moved, the picture is painted anew out of sight, over several
// frames if that is much. Until then the old one is shown where it belongs now.
export class View {
  #canvas;
  #front; // the painting that is shown
  #back;
  #turning = false; // the back is being painted, to be shown when it is done
  #shown = 0; // when the back was shown last, in ms
  #overlay;
  /** @type {Camera | null} */
  #camera = null;
  #previews = new Map(); // by who drags
  #provisional = []; // operations
  #tail = []; // operations
  #cleared = false; // the picture is about to be
  #above = false; // the overlay is to be painted with the next frame
  #waiting = false; // for that frame
  #extent = new Extent();
  #log;

  constructor(picture, overlay, log) {
    const draft = new Brush(offscreen(0, 0));
    const onPaint = (box) => this.#extent.grow(box);
    // Read back often, a canvas lives in main memory and is painted by the
    // browser's software rasterizer: the pixels are the same on every machine.
    const shown = new Brush(picture.getContext("2d", { willReadFrequently: true }));
    this.#canvas = picture;
    this.#front = new Painting({ brush: shown, draft, log, onPaint });
    this.#back = new Painting({ brush: new Brush(offscreen(0, 0)), draft, log, onPaint });
    this.#overlay = new Brush(overlay.getContext("2d"));
    this.#log = log;
  }

  // change paints a change of the log: at once what is merely new, and with the
  // next frame what takes more, for there may be more of it by then.
  /** @param {Change} change */
  change(change) {
    if (change.kind === 0) return;
    if (change.kind === changes.everything) this.#extent.forget();
    else this.#extent.change(change.boxes);
    const until = performance.now() + busyTime;
    if (this.#front.camera) this.#front.change(change, until);
    if (this.#turning) this.#back.change(change, until);
    if (this.behind) this.#later();
  }

  // behind says whether something is still to be painted.
  get behind() {
    return this.#turning || this.#front.behind || !isSame(this.#front.camera, this.#camera);
  }

  // look shows what a camera sees.
  /** @param {Camera} camera */
  look(camera) {
    if (isSame(camera, this.#camera)) return;
    this.#camera = camera;
    this.#place();
    this.#above = true;
    this.#later();
  }

  // provisional shows operations that will be in the log, instead of the picture
  // if that is about to be cleared. The log's changes and this show in one frame.
  provisional(ops, cleared) {
    this.#provisional = ops;
    this.#cleared = cleared;
    this.#above = true;
    this.#later();
  }

  // tail shows what our own hand is about to draw, in place of the one before.
  tail(ops) {
    this.#tail = ops;
    this.#above = true;
    this.#later();
  }

  // preview shows a rectangle that somebody drags, in place of the one before;
  // null takes it away.
  preview(who, rect) {
    if (rect) this.#previews.set(who, rect);
    else if (!this.#previews.delete(who)) return;
    this.#paintOverlay();
  }

  // extent is the box around all that shows, in CSS pixels at scale 1, or null.
  get extent() {
    return this.#extent.of(this.#log);
  }

  #later() {
    if (this.#waiting) return;
    this.#waiting = true;
    soon(() => {
      this.#waiting = false;
      if (this.#above) this.#paintOverlay();
      this.#settle(performance.now() + (document.hidden ? hiddenTime : busyTime));
      if (this.behind) this.#later();
    });
  }

  // #settle paints what is due, until it is about that time.
  #settle(until) {
    if (!this.#turning && !isSame(this.#front.camera, this.#camera)) {
      this.#turning = true;
      this.#back.aim(/** @type {Camera} */ (this.#camera));
    }
    if (!this.#turning) {
      this.#front.settle(until);
      if (!this.#front.behind) return;
      this.#turning = true;
      this.#back.take(this.#front);
      this.#shown = performance.now();
      return;
    }
    this.#back.settle(until);
    if (this.#back.behind && !this.#mayShow) return;
    this.#turning = this.#back.behind;
    this.#front.take(this.#back);
    this.#shown = performance.now();
    this.#place();
  }

  // #mayShow says whether it is time to show how far the back has come: not where that is
  // less than what is shown.
  get #mayShow() {
    return isSame(this.#front.camera, this.#back.camera) && performance.now() - this.#shown >= glimpseTime;
  }

  // #place shows the picture where what it shows is now.
  #place() {
    if (this.#front.camera && this.#camera) hang(this.#canvas, this.#front.camera, this.#camera);
  }

  #paintOverlay() {
    this.#above = false;
    if (!this.#camera) return;
    this.#overlay.aim(this.#camera);
    this.#overlay.wipe();
    for (const op of [...this.#provisional, ...this.#tail]) this.#overlay.paint(op);
    this.#canvas.style.visibility = this.#cleared ? "hidden" : "";
    for (const r of this.#previews.values()) this.#overlay.paint({ ...r, type: "rect" });
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
