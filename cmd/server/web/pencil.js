// The pencil: a stroke that follows the hand.
import { Pressure } from "./pressure.js";
import { rounded } from "./shape.js";
import { maxForce } from "./wire.js";

// A sample is left out where the hand has hardly moved, or not far and just now:
// a mouse may report a thousand a second.
const minDistance = 1; // pixels between two points of a stroke
const minTime = 4; // ms between them, unless
const farDistance = 2; // pixels lie between them
const dot = 0.5; // pixels: the length of what a mere tap draws

// A PencilStroke is what one pointer draws, from its first event on; see gesture.js.
export class PencilStroke {
  isEmpty = true;
  #style;
  #place;
  #on;
  #last;
  #time = -Infinity;
  #pressure = new Pressure();

  // onOp(op, stroke) hears the segments, and onTakeBack(stroke) that all of them are to
  // vanish. The style is { color, force }, which may change at any time, and place(at)
  // is where a place of the window is on the sheet.
  constructor(event, { style, place, onOp, onTakeBack }) {
    this.#style = style;
    this.#place = place;
    this.#on = { onOp, onTakeBack };
    this.#last = this.#at(event);
    this.#pressure.feel(event);
  }

  move(events) {
    for (const event of events) this.#follow(event);
  }

  end() {
    if (!this.isEmpty) return;
    const { x, y } = this.#last;
    this.#draw({ x: x - dot / 2, y }, { x: x + dot / 2, y });
  }

  takeBack() {
    this.#on.onTakeBack(this);
  }

  #follow(event) {
    this.#pressure.feel(event);
    const to = this.#at(event);
    const distance = Math.hypot(to.x - this.#last.x, to.y - this.#last.y);
    const isLast = event.type === "pointerup";
    if (distance < minDistance || (distance < farDistance && event.timeStamp - this.#time < minTime && !isLast)) return;
    this.#draw(this.#last, to);
    this.#last = to;
    this.#time = event.timeStamp;
    this.isEmpty = false;
  }

  #at({ clientX: x, clientY: y }) {
    return rounded(this.#place({ x, y }));
  }

  #draw(from, to) {
    const force = Math.min(maxForce, this.#style.force * this.#pressure.force);
    this.#on.onOp({ type: "segment", from, to, force: Math.round(force * 1000) / 1000, color: this.#style.color }, this);
  }
}
