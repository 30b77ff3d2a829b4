// Typing: text that is written on the sheet, in place.
import { rounded } from "./figure.js";
import { write } from "./font.js";
import { isComposing } from "./keys.js";
import { lineWidth } from "./wire.js";

const least = 18; // CSS pixels that capitals are high, or
const widths = 7; // times the pen's width: more and more of it would close the letters
const flatness = 0.15; // CSS pixels that the pieces of a curve may be off
const caret = { width: 1.5, color: "#5b4fe9", reach: 0.75, beside: 0.25 }; // CSS pixels; times the height of a capital

// A Typing shows on the canvas what is typed into a field that nobody sees, which is where
// the caret is, so that input methods open there. Enter, or whatever leaves the field, ends
// it: then it is drawn, as one stroke. Escape gives it up.
//
// onOp(op, stroke) hears what is drawn, and onTail(ops) what is to be shown for now.
export class Typing {
  #field;
  #canvas;
  #viewport;
  #style;
  #on;
  /** @type {Point | null} */
  #at = null; // where it begins, on the sheet
  #back = false; // whoever types came by the keyboard, to the canvas
  #unit = 1; // pixels of the sheet in a CSS pixel, when it began

  constructor({ field, canvas, viewport, style, onOp, onTail }) {
    this.#field = field;
    this.#canvas = canvas;
    this.#viewport = viewport;
    this.#style = style;
    this.#on = { onOp, onTail };
    for (const type of ["input", "select", "keyup", "compositionend"]) field.addEventListener(type, () => this.show());
    field.addEventListener("keydown", (event) => this.#key(event));
    // Another window may have it for a while.
    field.addEventListener("blur", () => document.hasFocus() && this.#end(true));
    // A press on the canvas would take the focus: it begins another text, or moves the sheet.
    canvas.addEventListener("mousedown", (event) => this.#at && event.preventDefault());
  }

  // begin begins a text at a place of the sheet.
  /** @param {Point} place */
  begin(place) {
    this.#end(true);
    this.#at = place;
    this.#unit = 1 / this.#viewport.scale;
    this.#back = this.#canvas.matches(":focus-visible");
    this.#field.value = "";
    this.#field.hidden = false;
    this.show();
    this.#field.focus({ preventScroll: true });
  }

  // show shows what is typed, if something is.
  show() {
    if (!this.#at) return;
    const { value, selectionEnd } = this.#field;
    const { x, y } = this.#at;
    const end = { x: x + this.#write(value.slice(0, selectionEnd)).width + (selectionEnd > 0 ? 0 : this.#height * caret.beside), y };
    const { x: left, y: top, scale } = this.#viewport;
    const { style } = this.#field;
    style.left = `${Math.min(Math.max((end.x - left) * scale, 0), innerWidth - 2)}px`;
    style.top = `${Math.min(Math.max((end.y - top) * scale - 12, 0), innerHeight - 24)}px`;
    const reach = this.#height * caret.reach;
    const force = ((caret.width * this.#unit) / 2) ** 0.25;
    this.#on.onTail([
      ...this.#ops(value),
      { type: "segment", from: { x: end.x, y: y - reach }, to: { x: end.x, y: y + reach }, force, color: caret.color },
    ]);
  }

  #key(event) {
    if (isComposing(event) || !["Enter", "Escape"].includes(event.key)) return;
    event.preventDefault();
    this.#end(event.key === "Enter");
    if (this.#back) this.#canvas.focus({ preventScroll: true });
  }

  #end(draws) {
    if (!this.#at) return;
    const ops = draws ? this.#ops(this.#field.value) : [];
    this.#at = null; // before the field loses the focus
    this.#field.hidden = true;
    this.#on.onTail([]);
    const stroke = {};
    for (const op of ops) this.#on.onOp(op, stroke);
  }

  get #height() {
    return Math.max(least * this.#unit, widths * lineWidth(this.#style.force));
  }

  #write(text) {
    return write(text, /** @type {Point} */ (this.#at), this.#height, flatness * this.#unit);
  }

  #ops(text) {
    const { color, force } = this.#style;
    const ops = this.#write(text).lines.flatMap((points) => points.slice(1).map((p, i) => ({ type: "segment", from: rounded(points[i]), to: rounded(p), force, color })));
    return ops.filter(({ from, to }) => from.x !== to.x || from.y !== to.y);
  }
}
