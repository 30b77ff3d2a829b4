// Shapes: what is dragged from one corner to another.
import { lineWidth } from "./wire.js";

// A RectStroke is a rectangle that one pointer drags; see gesture.js.
export class RectStroke {
  isEmpty = true; // until it ends
  #style;
  #place;
  #on;
  #from;
  #to;

  // onOp(op, stroke) hears the rectangle, and onPreview(rect) what it would be, or null
  // when it is given up. Style and place are as in pencil.js.
  constructor(event, { style, place, onOp, onPreview }) {
    this.#style = style;
    this.#place = place;
    this.#on = { onOp, onPreview };
    this.#from = this.#to = this.#at(event);
  }

  move(events) {
    this.#to = this.#at(events.at(-1));
    this.#on.onPreview(this.#rect);
  }

  end() {
    const rect = this.#rect;
    if (rect.width === 0 && rect.height === 0) this.#on.onPreview(null);
    else this.#on.onOp({ ...rect, type: "rect" }, this);
  }

  takeBack() {
    this.#on.onPreview(null);
  }

  get #rect() {
    const [a, b] = [this.#from, this.#to];
    return {
      type: "preview",
      origin: { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) },
      width: Math.abs(b.x - a.x),
      height: Math.abs(b.y - a.y),
      lineWidth: Math.round(lineWidth(this.#style.force) * 100) / 100,
      color: this.#style.color,
    };
  }

  #at({ clientX: x, clientY: y }) {
    return rounded(this.#place({ x, y }));
  }
}

// rounded keeps messages short: what it takes away nobody can see.
/** @param {Point} place @returns {Point} */
export function rounded({ x, y }) {
  return { x: Math.round(x * 100) / 100, y: Math.round(y * 100) / 100 };
}
