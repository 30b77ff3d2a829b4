// The pencil: a stroke that follows the hand.
import { Curve } from "./curve.js";
import { Pressure } from "./pressure.js";
import { rounded } from "./figure.js";
import { lineWidth, maxForce } from "./wire.js";

const dot = 0.5; // CSS pixels: the length of what a mere tap draws
const sureTime = 80; // ms, or
const sureLength = 16; // CSS pixels, after which a finger's stroke is told: before, it may be one of two that hold the sheet

// A PencilStroke is what one pointer draws, from its first event on; see gesture.js.
export class PencilStroke {
  isEmpty = true;
  #style;
  #place;
  #unit;
  #on;
  #curve;
  #from;
  #began;
  #pressure = new Pressure();
  /** @type {any[] | null} */
  #held; // what is not told yet
  #isTold = false;

  // onOp(op, stroke) hears the segments, onTakeBack(stroke) that all of them are to
  // vanish, and onTail(ops) what is to be shown beside them for now. The style is
  // { color, force }, which may change at any time; place(at) is where a place of the
  // window is on the sheet, on which a CSS pixel is unit pixels.
  constructor(event, { style, place, unit, onOp, onTail, onTakeBack }) {
    this.#style = style;
    this.#place = place;
    this.#unit = unit;
    this.#on = { onOp, onTail, onTakeBack };
    this.#began = event.timeStamp;
    this.#held = event.pointerType === "touch" ? [] : null;
    this.#from = this.#sample(event);
    this.#curve = new Curve(this.#from, { unit, widthOf: lineWidth, eases: () => !this.#pressure.feels });
  }

  move(events, predicted) {
    for (const event of events) {
      const sample = this.#sample(event);
      if (this.isEmpty && Math.hypot(sample.x - this.#from.x, sample.y - this.#from.y) < this.#unit) continue;
      this.isEmpty = false;
      this.#draw(this.#curve.add(sample));
      if (this.#isSure(sample, event.timeStamp)) this.#tell();
    }
    if (this.isEmpty) return;
    const next = predicted.map((event) => ({ ...this.#place(at(event)), force: this.#from.force }));
    this.#on.onTail([...this.#held ?? [], ...this.#curve.tail(next).map((piece) => this.#op(piece))]);
  }

  end() {
    const { x, y, force } = this.#from;
    const half = (dot * this.#unit) / 2;
    this.#draw(this.isEmpty ? [{ from: { x: x - half, y }, to: { x: x + half, y }, force }] : this.#curve.end());
    this.#tell();
    this.#on.onTail([]);
  }

  takeBack() {
    this.#on.onTail([]);
    if (this.#isTold) this.#on.onTakeBack(this);
  }

  #sample(event) {
    this.#pressure.feel(event);
    return { ...this.#place(at(event)), force: this.#style.force * this.#pressure.force };
  }

  #isSure({ x, y }, time) {
    return time - this.#began >= sureTime || Math.hypot(x - this.#from.x, y - this.#from.y) >= sureLength * this.#unit;
  }

  #draw(pieces) {
    for (const piece of pieces) {
      const op = this.#op(piece);
      if (op.from.x === op.to.x && op.from.y === op.to.y) continue;
      if (this.#held) this.#held.push(op);
      else this.#send(op);
    }
  }

  #tell() {
    for (const op of this.#held ?? []) this.#send(op);
    this.#held = null;
  }

  #send(op) {
    this.#isTold = true;
    this.#on.onOp(op, this);
  }

  #op({ from, to, force }) {
    return {
      type: "segment", from: rounded(from), to: rounded(to),
      force: Math.round(Math.min(maxForce, force) * 1000) / 1000, color: this.#style.color,
    };
  }
}

function at({ clientX: x, clientY: y }) {
  return { x, y };
}
