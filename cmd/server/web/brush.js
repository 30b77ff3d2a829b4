// The brush: how rows and operations look on a canvas.
import { kinds, perForce, perPixel, rowOf, unpacked } from "./row.js";
import { lineWidth } from "./wire.js";

const maxStyles = 4096; // colors that are remembered

// A Brush paints on a context, whose state is its own.
export class Brush {
  context;
  #color = -1; // of the context; -1 is none
  #kind = 0; // what its line width is for
  #pen = 0;
  #styles = new Map(); // colors as CSS has them

  constructor(context) {
    this.context = context;
  }

  // resize makes the canvas so many device pixels large, with ratio of them in a
  // CSS pixel, and has it begin at a place of the drawing. It wipes it, too.
  resize(width, height, ratio, { x, y } = { x: 0, y: 0 }) {
    const { context } = this;
    context.canvas.width = width;
    context.canvas.height = height;
    context.setTransform(ratio, 0, 0, ratio, -x * ratio, -y * ratio);
    context.lineCap = "round";
    context.lineJoin = "miter";
    this.#color = -1;
    this.#kind = this.#pen = 0;
  }

  // paint paints an operation on top.
  paint(op) {
    const { kind, xy: [x, y, u, v], pen, color } = rowOf({ op });
    this.trace(kind, x, y, u, v, pen, color);
  }

  // trace paints what a row holds on top.
  trace(kind, x, y, u, v, pen, color) {
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

  // finish waits until what was painted is, which a canvas puts off.
  finish() {
    this.context.getImageData(0, 0, 1, 1);
  }

  #style(color) {
    let style = this.#styles.get(color);
    if (style) return style;
    if (this.#styles.size >= maxStyles) this.#styles.clear();
    this.#styles.set(color, (style = unpacked(color)));
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
