// A Pen writes into the log under our own site, and publishes that. The Go half is
// internal/exchange/pen.go. What a hand does is in gesture.js.
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
    if (op.type === "clear") return this.clear(true, now);
    const written = this.#drawing.log.draw(rounded(op), this.#strokes.get(stroke) ?? 0);
    if (written.entry) this.#strokes.set(stroke, written.entry.k);
    return this.#publish(written, true, now);
  }

  // clear wipes all that the log holds, and tells plain neighbours too if they are
  // to know.
  /** @param {boolean} toPlain @param {number} now */
  clear(toPlain, now) {
    const { entries, change } = this.#drawing.log.clear();
    this.#lift();
    this.#drawing.changed(change);
    for (const entry of entries) this.#outbox.publish(entry, toPlain, now);
    return true;
  }

  // undo hides our latest stroke, and redo shows again what was hidden last. They
  // say with false that there is none.
  undo(now) {
    return this.#toggle(this.#drawing.log.undo(this.#drawing.log.undoable), now);
  }

  redo(now) {
    return this.#toggle(this.#drawing.log.redo(this.#drawing.log.redoable), now);
  }

  // takeBack hides a stroke for good, as if it had never been drawn.
  takeBack(stroke, now) {
    const k = this.#strokes.get(stroke);
    return k !== undefined && this.#publish(this.#drawing.log.takeBack(k), false, now);
  }

  // adopt writes what a plain peer drew.
  /** @param {string} by @param {Op} op @param {number} now */
  adopt(by, op, now) {
    return this.#publish(this.#drawing.log.adopt(by, op), false, now);
  }

  #toggle(written, now) {
    this.#lift();
    return this.#publish(written, false, now);
  }

  // #lift ends all strokes.
  #lift() {
    this.#strokes = new WeakMap();
  }

  // #publish passes on what was written, if it was.
  /** @param {Written} written */
  #publish({ entry, change }, toPlain, now) {
    if (!entry) return false;
    this.#drawing.changed(change);
    this.#outbox.publish(entry, toPlain, now);
    return true;
  }
}
