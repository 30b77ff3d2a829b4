// The pen: from what a hand does with a mouse, a finger or a pen to operations.
import { lineWidth, maxForce } from "./wire.js";

const minDistance = 1; // CSS pixels between two points of a stroke
const minTime = 4; // ms between them; a mouse may report a thousand a second
const dot = 0.5; // CSS pixels: the length of what a mere tap draws

// force is how hard somebody presses: 1 where the device cannot tell.
export function force({ pointerType, pressure, webkitForce }) {
  // Safari on a trackpad: 1 is a click, 2 the harder one. (Touch.force comes as
  // the pressure of a pointer event.)
  if (webkitForce > 0) return webkitForce;
  // Half is a hand at ease. Screens that cannot feel say 0, ½ or 1 throughout.
  const feels = pointerType === "pen" ? pressure > 0
    : pointerType === "touch" && pressure % 0.5 !== 0;
  return feels ? 0.5 + pressure : 1;
}

// A Pen draws on a canvas with a style, { tool, color, force }, which may
// change at any time. onOp hears the segments and rectangles, with an object that
// is the same for all of a stroke, and onPreview the
// rectangle being dragged, or null when it is given up.
export class Pen {
  #style;
  #on;
  #canvas;
  #strokes = new Map(); // by pointer id

  constructor(canvas, style, on) {
    this.#canvas = canvas;
    this.#style = style;
    this.#on = on; // { onOp(op), onPreview(rect or null) }
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#up(event));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  }

  // giveUp ends a rectangle that is being dragged, without drawing it.
  giveUp() {
    for (const [id, stroke] of this.#strokes) {
      if (stroke.tool !== "rect") continue;
      this.#strokes.delete(id);
      this.#on.onPreview(null);
    }
  }

  #down(event) {
    if (event.button !== 0 || this.#isPalm(event)) return;
    const { tool } = this.#style;
    if (tool === "rect" && this.#strokes.size > 0) return; // one at a time
    this.#canvas.setPointerCapture(event.pointerId);
    const at = place(event);
    this.#strokes.set(event.pointerId, { tool, type: event.pointerType, from: at, last: at, time: -Infinity, empty: true });
  }

  #move(event) {
    const stroke = this.#strokes.get(event.pointerId);
    if (!stroke) return;
    if (stroke.tool === "rect") {
      this.#on.onPreview(this.#rect(stroke, event));
      return;
    }
    // Between two frames there may have been many points.
    const events = event.getCoalescedEvents?.() ?? [];
    for (const e of events.length > 0 ? events : [event]) this.#segment(stroke, e);
  }

  #up(event) {
    const stroke = this.#strokes.get(event.pointerId);
    if (!stroke) return;
    this.#strokes.delete(event.pointerId);
    const canceled = event.type === "pointercancel";
    if (stroke.tool === "rect") {
      const rect = this.#rect(stroke, event);
      if (canceled || (rect.width === 0 && rect.height === 0)) this.#on.onPreview(null);
      else this.#on.onOp({ ...rect, type: "rect" }, stroke);
      return;
    }
    if (canceled) return; // the system took the pointer; where to is its affair
    stroke.time = -Infinity;
    this.#segment(stroke, event);
    if (stroke.empty) {
      const { x, y } = stroke.from;
      this.#draw(stroke, { x: x - dot / 2, y }, { x: x + dot / 2, y }, event);
    }
  }

  #segment(stroke, event) {
    const to = place(event);
    const far = Math.hypot(to.x - stroke.last.x, to.y - stroke.last.y) >= minDistance;
    if (!far || event.timeStamp - stroke.time < minTime) return;
    this.#draw(stroke, stroke.last, to, event);
    stroke.last = to;
    stroke.time = event.timeStamp;
    stroke.empty = false;
  }

  #draw(stroke, from, to, event) {
    const pressed = Math.min(maxForce, this.#style.force * force(event));
    this.#on.onOp({ type: "segment", from, to, force: round(pressed, 1000), color: this.#style.color }, stroke);
  }

  #rect({ from }, event) {
    const to = place(event);
    return {
      type: "preview",
      origin: { x: Math.min(from.x, to.x), y: Math.min(from.y, to.y) },
      width: Math.abs(to.x - from.x),
      height: Math.abs(to.y - from.y),
      lineWidth: round(lineWidth(this.#style.force), 100),
      color: this.#style.color,
    };
  }

  // #isPalm says whether a touch is the hand that holds a pen.
  #isPalm(event) {
    return event.pointerType === "touch" && [...this.#strokes.values()].some((s) => s.type === "pen");
  }
}

// place is where an event is on the canvas, which begins at the window's corner.
function place(event) {
  return { x: round(event.clientX, 100), y: round(event.clientY, 100) };
}

// round keeps messages short: what it takes away nobody can see.
function round(value, precision) {
  return Math.round(value * precision) / precision;
}
