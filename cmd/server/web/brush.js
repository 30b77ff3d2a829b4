// The brush: how rows and operations look on a canvas.
import { seen } from "./camera.js";
import { kinds, perForce, perPixel, rowOf, unpacked } from "./row.js";
import { lineWidth, maxLineWidth } from "./wire.js";

const maxStyles = 4096; // colors that are remembered
const reach = maxLineWidth / 2 + 1; // pixels of the sheet, from the middle of a line to where it may touch

// A Brush paints on a context, whose state is its own.
export class Brush {
  context;
  #color = -1; // of the context; -1 is none
  #kind = 0; // what its line width is for
  #pen = 0;
  #styles = new Map(); // colors as CSS has them
  /** @type {((color: string) => string) | null} */
  #ink = null;
  #box = [0, 0, 0, 0]; // what lines that may touch the canvas overlap, in hundredths of a pixel

  constructor(context) {
    this.context = context;
  }

  // aim has the canvas show what a camera sees. Of another size than before, it is
  // wiped.
  /** @param {Camera} camera */
  aim(camera) {
    const { context } = this;
    const { x, y, ratio, ink } = camera;
    const width = Math.round(camera.width * ratio);
    const height = Math.round(camera.height * ratio);
    const scale = camera.scale * ratio;
    if (context.canvas.width !== width || context.canvas.height !== height) {
      Object.assign(context.canvas, { width, height });
      this.#color = -1;
      this.#kind = this.#pen = 0;
    }
    context.setTransform(scale, 0, 0, scale, -x * scale, -y * scale);
    context.lineCap = "round";
    context.lineJoin = "miter";
    const { left, top, right, bottom } = seen(camera);
    this.#box = [left - reach, top - reach, right + reach, bottom + reach].map((v) => v * perPixel);
    if (ink === this.#ink) return;
    this.#ink = ink;
    this.#styles.clear();
    this.#color = -1;
  }

  // paint paints an operation on top.
  paint(op) {
    const { kind, xy: [x, y, u, v], pen, color } = rowOf({ op });
    this.trace(kind, x, y, u, v, pen, color);
  }

  // trace paints what a row holds on top.
  trace(kind, x, y, u, v, pen, color) {
    const isRect = kind === kinds.rect;
    if (!this.#sees(x, y, isRect ? x + u : u, isRect ? y + v : v)) return;
    const { context } = this;
    if (color !== this.#color) context.strokeStyle = this.#style(color);
    this.#color = color;
    if (kind !== this.#kind || pen !== this.#pen) {
      context.lineWidth = kind === kinds.segment ? lineWidth(pen / perForce) : pen / perPixel;
    }
    this.#kind = kind;
    this.#pen = pen;
    if (kind === kinds.segment) {
      context.beginPath();
      context.moveTo(x / perPixel, y / perPixel);
      context.lineTo(u / perPixel, v / perPixel);
      context.stroke();
    } else {
      context.strokeRect(x / perPixel, y / perPixel, u / perPixel, v / perPixel);
    }
  }

  #sees(x, y, u, v) {
    const [left, top, right, bottom] = this.#box;
    return (x > left || u > left) && (x < right || u < right) && (y > top || v > top) && (y < bottom || v < bottom);
  }

  // finish waits until what was painted is, which a canvas puts off.
  finish() {
    this.context.getImageData(0, 0, 1, 1);
  }

  #style(color) {
    let style = this.#styles.get(color);
    if (style) return style;
    if (this.#styles.size >= maxStyles) this.#styles.clear();
    style = unpacked(color);
    if (this.#ink) style = this.#ink(style);
    this.#styles.set(color, style);
    return style;
  }

  // copy replaces rectangles, in device pixels, by what another context has
  // there, or by nothing.
  copy(from, rectangles) {
    const { context } = this;
    context.save();
    context.resetTransform();
    for (const { x, y, width, height } of rectangles) {
      context.clearRect(x, y, width, height);
      if (from) context.drawImage(from.canvas, x, y, width, height, x, y, width, height);
    }
    context.restore();
  }

  // wipe takes everything away.
  wipe() {
    const { width, height } = this.context.canvas;
    this.copy(null, [{ x: 0, y: 0, width, height }]);
  }
}
