// A Pen writes into the log under our own site, and publishes that. The Go half is
// internal/exchange/pen.go. What a hand does is in gesture.js.
import { formatClear } from "./entry.js";
import { rounded } from "./row.js";
import { format } from "./wire.js";

export class Pen {
  #drawing;
  #outbox;
  #strokes = new WeakMap(); // numbers of the strokes that are being drawn

  constructor({ drawing, outbox }) {
    this.#drawing = drawing;
    this.#outbox = outbox;
  }

  // draw draws, and says with false that the room is full. Operations of one
  // stroke, any object, are undone together.
  /** @param {PlainOp} op @param {object} stroke @param {number} now */
  draw(op, stroke, now) {
    if (op.type === "preview") {
      this.#outbox.post(format(op), op, true);
      return true;
    }
    if (op.type === "clear") return this.clear(true, this.#drawing.log.next(this.#drawing.ticks(now)));
    const entry = this.#drawing.log.draw(rounded(op), this.number(stroke), this.#drawing.ticks(now));
    if (entry) this.#strokes.set(stroke, entry.k);
    return this.#publish(entry, true, now);
  }

  // clear wipes what was drawn up to the time t of the log, and tells plain neighbours too
  // if they are to know.
  /** @param {boolean} toPlain @param {number} t */
  clear(toPlain, t) {
    this.#outbox.flush(); // what it wipes would not be sent any more
    this.#lift();
    const cleared = this.#drawing.log.clearAt(t);
    this.#drawing.soon(cleared.then((clear) => clear && this.#outbox.post(formatClear(clear), { type: "clear" }, toPlain)));
    return true;
  }

  // undo hides our latest stroke, and redo shows again what was hidden last. They
  // say with false that there is none.
  undo(now) {
    const { log } = this.#drawing;
    return this.#toggle(log.undo(log.undoable, this.#drawing.ticks(now)), now);
  }

  redo(now) {
    const { log } = this.#drawing;
    return this.#toggle(log.redo(log.redoable, this.#drawing.ticks(now)), now);
  }

  // hide hides the stroke of a number, and show shows it again.
  /** @param {number} k */
  hide(k, now) {
    return this.#publish(this.#drawing.log.undo(k, this.#drawing.ticks(now)), false, now);
  }

  /** @param {number} k */
  show(k, now) {
    return this.#publish(this.#drawing.log.redo(k, this.#drawing.ticks(now)), false, now);
  }

  // has says whether something of a stroke has been drawn, and number gives its number, or 0.
  has(stroke) {
    return this.#strokes.has(stroke);
  }

  number(stroke) {
    return this.#strokes.get(stroke) ?? 0;
  }

  // takeBack hides a stroke for good, as if it had never been drawn.
  takeBack(stroke, now) {
    return this.#publish(this.#drawing.log.takeBack(this.number(stroke), this.#drawing.ticks(now)), false, now);
  }

  // adopt writes what a plain peer drew.
  /** @param {string} by @param {Op} op @param {number} now */
  adopt(by, op, now) {
    return this.#publish(this.#drawing.log.adopt(by, op, this.#drawing.ticks(now)), false, now);
  }

  #toggle(entry, now) {
    this.#lift();
    return this.#publish(entry, false, now);
  }

  // #lift ends all strokes.
  #lift() {
    this.#strokes = new WeakMap();
  }

  // #publish passes on what was written, if it was.
  /** @param {Entry | null} entry */
  #publish(entry, toPlain, now) {
    if (entry) this.#outbox.publish(entry, toPlain, now);
    return entry !== null;
  }
}
