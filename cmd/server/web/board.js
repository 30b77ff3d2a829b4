// The board: from operations to pixels. It knows neither the network nor who
// draws.
import { lineWidth } from "./wire.js";

const maxOps = 1e6;

// A Board paints on a canvas what is drawn, and on another above it the
// rectangles that are still being dragged. It keeps the operations, so that the
// picture survives a change of the window's size.
export class Board {
  #picture;
  #overlay;
  #ops = [];
  #previews = new Map(); // by who drags
  #ratio = 1; // device pixels in a CSS pixel

  constructor(picture, overlay) {
    // Read back often, a canvas lives in main memory and is painted by the
    // browser's software rasterizer: the pixels are the same on every machine.
    this.#picture = picture.getContext("2d", { willReadFrequently: true });
    this.#overlay = overlay.getContext("2d");
  }

  // apply draws an operation, or says with false that the board is full.
  apply(op) {
    if (op.type === "clear") {
      this.#ops = [];
      wipe(this.#picture);
      return true;
    }
    if (this.#ops.length >= maxOps) return false;
    this.#ops.push(op);
    paint(this.#picture, op);
    return true;
  }

  // preview shows a rectangle that somebody drags, in place of the one before;
  // null takes it away.
  preview(who, rect) {
    if (rect) this.#previews.set(who, rect);
    else if (!this.#previews.delete(who)) return;
    wipe(this.#overlay);
    for (const r of this.#previews.values()) paint(this.#overlay, r);
  }

  // resize fits the board to width × height CSS pixels on a screen with that
  // many device pixels in each.
  resize(width, height, ratio) {
    this.#ratio = ratio;
    for (const context of [this.#picture, this.#overlay]) {
      context.canvas.width = Math.round(width * ratio); // which also wipes
      context.canvas.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    for (const op of this.#ops) paint(this.#picture, op);
    for (const r of this.#previews.values()) paint(this.#overlay, r);
  }

  get ops() {
    return this.#ops;
  }

  // png gives the picture on a background, as a Blob.
  png(background) {
    const { canvas } = this.#picture;
    const copy = document.createElement("canvas");
    copy.width = canvas.width;
    copy.height = canvas.height;
    const context = copy.getContext("2d");
    context.fillStyle = background;
    context.fillRect(0, 0, copy.width, copy.height);
    context.drawImage(canvas, 0, 0);
    return new Promise((resolve) => copy.toBlob(resolve, "image/png"));
  }
}

function wipe(context) {
  context.save();
  context.resetTransform();
  context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  context.restore();
}

function paint(context, op) {
  context.strokeStyle = op.color;
  if (op.type === "segment") {
    const width = lineWidth(op.force);
    if (width === 0) return; // a context would keep the width it has
    context.lineWidth = width;
    context.lineCap = "round";
    context.beginPath();
    context.moveTo(op.from.x, op.from.y);
    context.lineTo(op.to.x, op.to.y);
    context.stroke();
  } else {
    context.lineWidth = op.lineWidth;
    context.lineJoin = "miter";
    context.strokeRect(op.origin.x, op.origin.y, op.width, op.height);
  }
}
