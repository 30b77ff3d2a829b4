// The board: from the log to pixels. It knows neither the network nor who draws.
import { changes, join, nothing } from "./log.js";
import { beforeAll, compare } from "./order.js";
import { bounds, opOf } from "./row.js";
import { lineWidth } from "./wire.js";

const spacing = 1024; // painted operations from one checkpoint to the next, at first
const maxCheckpoints = 64 << 20; // bytes of pixels
const frameTime = 50; // ms that a change may wait for a frame: a hidden page has none

// A Board paints on a canvas what a log says, and on another above it the
// rectangles that are still being dragged.
//
// What is new is painted on top. What lands in the past, or is undone, has its
// box painted again, from the last checkpoint before it: a copy of the picture
// as it is before a place in the paint order.
export class Board {
  #log;
  #picture;
  #overlay;
  #draft; // as large as the picture; see #repaint
  #previews = new Map(); // by who drags
  #ratio = 1; // device pixels in a CSS pixel
  #due = nothing; // the change that is still to be painted
  #checkpoints = []; // { before, count, context }, in order
  #end = beforeAll; // the last place that was painted
  #count = 0; // operations that were painted on top

  constructor(picture, overlay, log) {
    // Read back often, a canvas lives in main memory and is painted by the
    // browser's software rasterizer: the pixels are the same on every machine.
    this.#picture = picture.getContext("2d", { willReadFrequently: true });
    this.#draft = offscreen(0, 0);
    this.#overlay = overlay.getContext("2d");
    this.#log = log;
  }

  // change paints a change of the log: at once what is merely new, and with the
  // next frame what takes more, for there may be more of it by then.
  change(change) {
    if (change.kind === 0) return;
    if (this.#due.kind === 0 && change.kind === changes.appended) {
      this.#append(change.from);
      return;
    }
    const scheduled = this.#due.kind > 0;
    this.#due = join(this.#due, change);
    if (scheduled) return;
    requestAnimationFrame(() => this.#settle());
    setTimeout(() => this.#settle(), frameTime);
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
    for (const context of [this.#picture, this.#draft, this.#overlay]) {
      context.canvas.width = Math.round(width * ratio); // which also wipes
      context.canvas.height = Math.round(height * ratio);
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
    }
    this.#due = { kind: changes.everything, from: beforeAll, box: null };
    this.#settle();
    for (const r of this.#previews.values()) paint(this.#overlay, r);
  }

  // png gives the picture on a background, as a Blob.
  png(background) {
    this.#settle();
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

  // #settle paints what is due.
  #settle() {
    const { kind, from, box } = this.#due;
    this.#due = nothing;
    if (kind === changes.everything) {
      wipe(this.#picture);
      this.#checkpoints = [];
      this.#end = beforeAll;
      this.#count = 0;
      this.#append(beforeAll);
    } else if (kind === changes.region) {
      this.#repaint(from, box);
    } else if (kind === changes.appended) {
      this.#append(from);
    }
  }

  // #append paints what is at a place and after on top.
  #append(from) {
    for (const { site, n, row } of this.#log.paint(from)) {
      paint(this.#picture, opOf(row));
      this.#painted({ t: row.t, site, n });
      this.#checkpoint();
    }
  }

  #painted(place) {
    if (compare(place, this.#end) <= 0) return;
    this.#end = place;
    this.#count++;
  }

  // #checkpoint keeps the picture as it is, if that is due.
  #checkpoint() {
    const count = this.#count;
    const gap = Math.max(spacing, (this.#log.length - count) / 4); // many are coming
    if (count < (this.#checkpoints.at(-1)?.count ?? 0) + gap) return;
    const before = { ...this.#end, n: this.#end.n + 1 };
    const { canvas } = this.#picture;
    const context = offscreen(canvas.width, canvas.height);
    context.drawImage(canvas, 0, 0);
    this.#checkpoints.push({ before, count, context });
    if (this.#checkpoints.length * canvas.width * canvas.height * 4 > maxCheckpoints) this.#thin();
  }

  // #thin takes away the checkpoint that is missed least: most changes are to
  // what is young, so the gaps may grow with age.
  #thin() {
    const all = this.#checkpoints;
    const loss = (i) => (all[i + 1].count - (all[i - 1]?.count ?? 0)) / (this.#count - all[i].count);
    let least = 0;
    for (let i = 1; i < all.length - 1; i++) if (loss(i) < loss(least)) least = i;
    all.splice(least, 1);
  }

  // #repaint paints a box again from a place on, and in the checkpoints after
  // that as well. It does so in a draft, of which it takes the box: under a
  // clip, the edges of lines come out a little different.
  #repaint(from, box) {
    const area = this.#pixels(box);
    if (area.width <= 0 || area.height <= 0) return;
    const after = this.#checkpoints.filter(({ before }) => compare(before, from) > 0);
    const base = this.#checkpoints[this.#checkpoints.length - after.length - 1];
    copy(this.#draft, base?.context, area);
    for (const { site, n, row } of this.#log.paint(base?.before)) {
      const place = { t: row.t, site, n };
      while (after.length > 0 && compare(after[0].before, place) <= 0) copy(after.shift().context, this.#draft, area);
      this.#painted(place);
      const op = opOf(row);
      if (overlap(bounds(op), box)) paint(this.#draft, op);
    }
    for (const { context } of [...after, { context: this.#picture }]) copy(context, this.#draft, area);
    this.#checkpoint();
  }

  // #pixels is a box in whole device pixels, within the canvas.
  #pixels({ left, top, right, bottom }) {
    const { width, height } = this.#picture.canvas;
    const x = Math.max(0, Math.floor(left * this.#ratio));
    const y = Math.max(0, Math.floor(top * this.#ratio));
    return {
      x, y,
      width: Math.min(width, Math.ceil(right * this.#ratio)) - x,
      height: Math.min(height, Math.ceil(bottom * this.#ratio)) - y,
    };
  }
}

// offscreen is a context that nobody sees, of so many device pixels.
function offscreen(width, height) {
  return new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
}

// copy replaces an area, in device pixels, by what another context has there, or
// by nothing.
function copy(context, from, { x, y, width, height }) {
  context.save();
  context.resetTransform();
  context.clearRect(x, y, width, height);
  if (from) context.drawImage(from.canvas, x, y, width, height, x, y, width, height);
  context.restore();
}

function overlap(a, b) {
  return a.left <= b.right && b.left <= a.right && a.top <= b.bottom && b.top <= a.bottom;
}

function wipe(context) {
  copy(context, null, { x: 0, y: 0, width: context.canvas.width, height: context.canvas.height });
}

function paint(context, op) {
  context.strokeStyle = op.color;
  if (op.type === "segment") {
    context.lineWidth = lineWidth(op.force);
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
