// A film: a timeline on a canvas, at any moment.
import { Area } from "./area.js";
import { Brush } from "./brush.js";
import { hang, isSame } from "./camera.js";
import { offscreen } from "./checkpoint.js";

const sliceTime = 10; // ms of painting in a frame, so that hands are answered meanwhile
const stride = 256; // events between two looks at the clock
const leastSpacing = 1024; // events from one checkpoint to the next
const maxPixels = 128 << 20; // bytes of all of them
const idleTime = 400; // ms without another wish, until those are made that are missing

// A Film paints what a timeline shows at a position, beginning with what it has painted
// last or with a checkpoint: a copy of what shows at another position, of which there is
// one every so many events.
export class Film {
  #canvas;
  #front; // the brush of the canvas
  #frontCamera = /** @type {Camera | null} */ (null); // what that was painted for
  #back = new Brush(offscreen(0, 0));
  #draft = new Brush(offscreen(0, 0));
  #timeline;
  #camera = /** @type {Camera | null} */ (null);
  #ink = /** @type {((i: number, color: number) => number) | null} */ (null);
  #wanted = 0; // a position
  #at = -1; // the one that the back has, or -1
  #isShown = false; // the front has the one that is wanted
  /** @type {Map<number, OffscreenCanvasRenderingContext2D>} */
  #checkpoints = new Map(); // by position
  #spacing = leastSpacing;
  /** @type {Iterator<void> | null} */
  #job = null;
  #since = 0; // the time of the last wish
  #frame = 0; // that is waited for
  /** @type {any} */
  #timer;

  /** @param {HTMLCanvasElement} canvas @param {import("./timeline.js").Timeline} timeline */
  constructor(canvas, timeline) {
    this.#canvas = canvas;
    this.#front = new Brush(canvas.getContext("2d", { willReadFrequently: true })); // see view.js
    this.#timeline = timeline;
  }

  // show shows a position, in a moment: when it does, the canvas says so in data-position.
  /** @param {number} position */
  show(position) {
    if (position === this.#wanted && this.#isShown) return;
    this.#wanted = position;
    this.#isShown = false;
    this.#since = performance.now();
    this.#later();
  }

  // look shows what a camera sees. Until it is painted, the old picture is where it belongs.
  /** @param {Camera} camera */
  look(camera) {
    if (isSame(camera, this.#camera)) return;
    this.#camera = camera;
    if (this.#frontCamera) hang(this.#canvas, this.#frontCamera, camera);
    const { width, height, ratio } = camera;
    const most = Math.max(1, Math.floor(maxPixels / (4 * width * height * ratio ** 2)));
    this.#spacing = Math.max(leastSpacing, Math.ceil(this.#timeline.length / most));
    this.#back.aim(camera);
    this.#draft.aim(camera);
    this.#again();
  }

  // tint has events be in the color that ink(i, color) gives, 0xRRGGBBAA, or in their own.
  /** @param {((i: number, color: number) => number) | null} ink */
  tint(ink) {
    this.#ink = ink;
    this.#again();
  }

  close() {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#timer);
    this.#checkpoints.clear();
  }

  #again() {
    this.#checkpoints.clear();
    this.#job = null;
    this.#at = -1;
    this.#isShown = false;
    this.#since = performance.now();
    this.#later();
  }

  #later() {
    if (this.#frame || !this.#camera) return;
    this.#frame = requestAnimationFrame(() => {
      this.#frame = 0;
      const until = performance.now() + sliceTime;
      while (performance.now() < until) {
        this.#job ??= this.#next();
        if (!this.#job) return;
        if (this.#job.next().done) this.#job = null;
      }
      this.#later();
    });
  }

  // #next is what to do next, or null if there is nothing, for now.
  #next() {
    if (!this.#isShown) return this.#go(this.#wanted);
    let missing = this.#spacing;
    while (this.#checkpoints.has(missing)) missing += this.#spacing;
    if (missing > this.#timeline.length) return null;
    const idle = this.#since + idleTime - performance.now();
    if (idle <= 0) return this.#go(missing);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#later(), idle);
    return null;
  }

  // #go has the back come to a position, or to where a checkpoint is due on the way.
  *#go(position) {
    const timeline = this.#timeline;
    const start = timeline.start(position);
    const ready = [start, this.#at, ...this.#checkpoints.keys()].filter((at) => at <= position);
    const from = Math.max(...ready);
    const to = Math.min(position, (Math.floor(from / this.#spacing) + 1) * this.#spacing);
    if (from !== this.#at) this.#back.copy(this.#checkpoints.get(from), [this.#all]);
    this.#at = -1;
    yield* this.#turn(start, from, to);
    yield* this.#paint(this.#back, timeline.shown(from, to, to));
    this.#at = to;
    if (to % this.#spacing === 0 && !this.#checkpoints.has(to)) this.#keep(to);
    if (to === this.#wanted && !this.#isShown) this.#present();
  }

  // #turn paints again where something has gone or come, between two positions, of what was
  // there before. It does so in a draft, as Painting does.
  *#turn(start, from, to) {
    const timeline = this.#timeline;
    const { x, y, scale, ratio } = /** @type {Camera} */ (this.#camera);
    const { width, height } = this.#all;
    const area = new Area(width, height, scale * ratio, { x, y });
    let count = 0;
    for (const i of timeline.turned(from, to)) {
      area.add(timeline.bounds(i));
      count++;
    }
    if (count === 0) return;
    this.#draft.wipe();
    yield* this.#paint(this.#draft, timeline.shown(start, from, to), (i) => {
      const { left, top, right, bottom } = timeline.bounds(i);
      return area.touches(left, top, right, bottom);
    });
    this.#back.copy(this.#draft.context, area.rectangles);
  }

  *#paint(brush, events, isWanted = (_i) => true) {
    let count = 0;
    const ink = this.#ink;
    for (const i of events) {
      if (isWanted(i)) {
        const inked = ink && { trace: (kind, x, y, u, v, pen, color) => brush.trace(kind, x, y, u, v, pen, ink(i, color)) };
        this.#timeline.trace(i, inked ?? brush);
      }
      if (++count % stride > 0) continue;
      brush.finish();
      yield;
    }
  }

  #keep(position) {
    const { width, height } = this.#all;
    const copy = offscreen(width, height);
    copy.drawImage(this.#back.context.canvas, 0, 0);
    this.#checkpoints.set(position, copy);
  }

  #present() {
    this.#frontCamera = /** @type {Camera} */ (this.#camera);
    this.#front.aim(this.#frontCamera);
    this.#front.copy(this.#back.context, [this.#all]);
    hang(this.#canvas, this.#frontCamera, this.#frontCamera);
    this.#isShown = true;
    this.#canvas.dataset.position = String(this.#wanted);
  }

  // #all is all of the canvas, in device pixels.
  get #all() {
    const { width, height } = this.#back.context.canvas;
    return { x: 0, y: 0, width, height };
  }
}
