// The overview: all of the drawing in small, and where in it the window is, for as
// long as the window moves.
import { Brush } from "./brush.js";
import { isSame } from "./camera.js";
import { offscreen } from "./checkpoint.js";
import { union } from "./extent.js";
import { Painting } from "./painting.js";

const stayTime = 1200; // ms after the last move
const sliceTime = 4; // ms of painting in a frame
const air = 0.04; // of the drawing, around it

// An Overview paints on a canvas, in a frame that has it and a mark. extent() is how far
// the drawing reaches; ink is as for a camera.
export class Overview {
  #frame;
  #canvas;
  #mark;
  #viewport;
  #extent;
  #painting;
  #fading; // the time to go
  #isPainting = false;

  constructor({ frame, viewport, log, extent }) {
    this.#frame = frame;
    this.#canvas = frame.querySelector("canvas");
    this.#mark = frame.querySelector("span");
    this.#viewport = viewport;
    this.#extent = extent;
    const brush = new Brush(this.#canvas.getContext("2d", { willReadFrequently: true }));
    this.#painting = new Painting({ brush, draft: new Brush(offscreen(0, 0)), log, onPaint() {} });
  }

  // moved shows it for a while. Where nothing is drawn, there is nothing to show.
  /** @param {Camera["ink"]} ink */
  moved(ink) {
    const extent = this.#extent();
    if (!extent) return;
    clearTimeout(this.#fading);
    this.#fading = setTimeout(() => (this.#frame.dataset.shown = "false"), stayTime);
    this.#frame.dataset.shown = "true";
    const { seen, far } = this.#viewport;
    const camera = this.#around(union(within(extent, far), seen), ink);
    if (!isSame(this.#painting.camera, camera)) this.#painting.aim(camera);
    this.#point(seen, camera);
    this.#paint();
  }

  // change takes in a change of the log.
  /** @param {Change} change */
  change(change) {
    if (!this.#isShown) {
      this.#painting.camera = null; // it is painted when it is wanted
      return;
    }
    this.#painting.change(change, 0);
    this.#paint();
  }

  get #isShown() {
    return this.#frame.dataset.shown === "true";
  }

  // #around is a camera that sees a box, in the middle.
  /** @param {Box} box @param {Camera["ink"]} ink @returns {Camera} */
  #around({ left, top, right, bottom }, ink) {
    const { clientWidth: width, clientHeight: height } = this.#frame;
    const scale = Math.min(width / (right - left), height / (bottom - top)) / (1 + 2 * air);
    return { x: (left + right - width / scale) / 2, y: (top + bottom - height / scale) / 2, scale, ratio: devicePixelRatio, width, height, ink };
  }

  #point({ left, top, right, bottom }, { x, y, scale }) {
    const { style } = this.#mark;
    style.transform = `translate(${(left - x) * scale}px, ${(top - y) * scale}px)`;
    style.width = `${(right - left) * scale}px`;
    style.height = `${(bottom - top) * scale}px`;
  }

  #paint() {
    if (this.#isPainting) return;
    this.#isPainting = true;
    requestAnimationFrame(() => {
      this.#isPainting = false;
      this.#painting.settle(performance.now() + sliceTime);
      if (this.#painting.behind && this.#isShown) this.#paint();
    });
  }
}

// within is the part of a box that is in another, or null.
/** @param {Box} a @param {Box} b @returns {Box | null} */
function within(a, b) {
  const both = {
    left: Math.max(a.left, b.left), top: Math.max(a.top, b.top),
    right: Math.min(a.right, b.right), bottom: Math.min(a.bottom, b.bottom),
  };
  return both.left < both.right && both.top < both.bottom ? both : null;
}
