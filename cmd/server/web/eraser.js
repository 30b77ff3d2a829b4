// The eraser: a pass of it over the sheet. What it does to the drawing is in erasing.js.
import { rounded } from "./figure.js";
import { lineWidth } from "./wire.js";

const times = 4; // as wide as the pencil
const sureTime = 80; // ms, or
const sureLength = 16; // CSS pixels, after which a finger erases: before, it may be one of two that hold the sheet
const shortest = 8; // CSS pixels: a part of the way, on all of which it paints or does not, is so long, or as long as it is wide
const dot = 0.5; // CSS pixels: the length of a tap

// eraserForce is the force of a line that is as wide as the eraser is where the pencil has
// that force.
export function eraserForce(force) {
  return force * times ** 0.25;
}

// An EraserStroke is one pass of the eraser; see gesture.js and, for its options, pencil.js.
export class EraserStroke {
  isEmpty = true;
  #style;
  #place;
  #unit;
  #erasing;
  #erasure;
  #from;
  #began;
  /** @type {Point[][] | null} */
  #held; // ways on which it does not erase yet

  constructor(event, { style, place, unit }, erasing) {
    this.#style = style;
    this.#place = place;
    this.#unit = unit;
    this.#erasing = erasing;
    this.#erasure = erasing.begin();
    this.#from = this.#at(event);
    this.#began = { ...this.#from, time: event.timeStamp };
    this.#held = event.pointerType === "touch" ? [] : null;
  }

  move(events) {
    for (const event of events) {
      const to = this.#at(event);
      if (Math.hypot(to.x - this.#from.x, to.y - this.#from.y) < this.#unit) continue;
      this.isEmpty = false;
      this.#pass(this.#from, to);
      this.#from = to;
      const { x, y, time } = this.#began;
      if (event.timeStamp - time >= sureTime || Math.hypot(to.x - x, to.y - y) >= sureLength * this.#unit) this.#tell();
    }
  }

  end() {
    const { x, y } = this.#from;
    if (this.isEmpty) this.#pass(this.#from, rounded({ x: x + dot * this.#unit, y }));
    this.#tell();
    this.#erasing.end(this.#erasure);
  }

  takeBack() {
    this.#erasing.takeBack(this.#erasure);
  }

  #at({ clientX: x, clientY: y }) {
    return rounded(this.#place({ x, y }));
  }

  #pass(from, to) {
    if (this.#held) {
      this.#held.push([from, to]);
      return;
    }
    const force = eraserForce(this.#style.force);
    const count = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / Math.max(lineWidth(force), shortest * this.#unit));
    const at = (i) => rounded({ x: from.x + ((to.x - from.x) * i) / count, y: from.y + ((to.y - from.y) * i) / count });
    for (let i = 0; i < count; i++) this.#erasing.erase(this.#erasure, at(i), at(i + 1), force);
  }

  #tell() {
    const held = this.#held ?? [];
    this.#held = null;
    for (const [from, to] of held) this.#pass(from, to);
  }
}
