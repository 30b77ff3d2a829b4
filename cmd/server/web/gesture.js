// Gestures: from what a hand does with a mouse, a finger or a pen to operations.
import { Pressure } from "./pressure.js";
import { lineWidth, maxForce } from "./wire.js";

// A sample is left out where the hand has hardly moved, or not far and just now:
// a mouse may report a thousand a second.
const minDistance = 1; // CSS pixels between two points of a stroke
const minTime = 4; // ms between them, unless
const farDistance = 2; // CSS pixels lie between them
const dot = 0.5; // CSS pixels: the length of what a mere tap draws
const firstButton = 1; // in event.buttons: of a mouse the left one, of a finger or a pen its tip

// Gestures draw on a canvas with a style, { tool, color, force }, which may
// change at any time.
//
// A stroke begins where the first button goes down and ends when it is up, also
// if nobody said so. Of a mouse, only the first button that goes down and the
// last that goes up are told as such; what happens in between, or outside the
// window, shows in the buttons of the next move.
export class Gestures {
  #style;
  #origin;
  #on;
  #canvas;
  #strokes = new Map(); // by pointer id

  // onOp(op, stroke) hears the segments and rectangles, with an object that is the
  // same for all of a stroke; onTakeBack(stroke), that all of it is to vanish; and
  // onPreview(rect) the rectangle being dragged, or null when it is given up. origin
  // is { x, y }, the place of the drawing that is the window's upper left.
  constructor(canvas, style, { origin, onOp, onPreview, onTakeBack }) {
    this.#canvas = canvas;
    this.#style = style;
    this.#origin = origin;
    this.#on = { onOp, onPreview, onTakeBack };
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#end(event.pointerId));
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    // What a hand does while another window has it, nobody tells.
    addEventListener("blur", () => this.#strokes.forEach((_, id) => this.#end(id)));
  }

  // giveUp ends a rectangle that is being dragged, without drawing it.
  giveUp() {
    for (const [id, { tool }] of this.#strokes) if (tool === "rect") this.#takeBack(id);
  }

  #down(event) {
    const { pointerId: id, pointerType: type } = event;
    this.#end(id); // its last release was not told
    // A press beside an open sheet closes that, and nothing else.
    if (event.button !== 0 || document.querySelector(":popover-open")) return;
    if (type === "pen") for (const [other, held] of this.#strokes) if (held.type === "touch") this.#takeBack(other);
    if (type === "touch" && this.#has("pen")) return; // the hand that holds it
    const { tool } = this.#style;
    if (tool === "rect" && this.#strokes.size > 0) return; // one at a time
    this.#canvas.setPointerCapture(id);
    const at = this.#place(event);
    const stroke = { tool, type, from: at, last: at, time: -Infinity, pressure: new Pressure(), isTap: true };
    stroke.pressure.feel(event);
    // Fingers that only rest beside others, as of a pinch, do not tap.
    if (type === "touch" && this.#has("touch")) {
      stroke.isTap = false;
      for (const other of this.#strokes.values()) other.isTap = false;
    }
    this.#strokes.set(id, stroke);
  }

  #has(type) {
    return [...this.#strokes.values()].some((stroke) => stroke.type === type);
  }

  #move(event) {
    const { pointerId: id, button } = event;
    const stroke = this.#strokes.get(id);
    if (!(event.buttons & firstButton)) {
      if (button === 0) this.#up(event);
      else this.#end(id);
    } else if (!stroke) {
      if (button === 0) this.#down(event);
    } else if (stroke.tool === "rect") {
      stroke.last = this.#place(event);
      this.#on.onPreview(this.#rect(stroke));
    } else {
      // Between two frames there may have been many points.
      const events = event.getCoalescedEvents?.() ?? [];
      for (const e of events.length > 0 ? events : [event]) this.#segment(stroke, e);
    }
  }

  #up(event) {
    const stroke = this.#strokes.get(event.pointerId);
    if (!stroke) return;
    stroke.time = -Infinity;
    if (stroke.tool === "rect") stroke.last = this.#place(event);
    else this.#segment(stroke, event);
    this.#end(event.pointerId);
  }

  // #cancel ends what the system took away, which was none of a hand's drawing if
  // it is a touch: a gesture of the system's own, or the ball of a hand.
  #cancel({ pointerId: id }) {
    const stroke = this.#strokes.get(id);
    if (stroke?.type === "touch" || stroke?.tool === "rect") this.#takeBack(id);
    else this.#strokes.delete(id);
  }

  // #end ends a stroke where it has come to.
  #end(id) {
    const stroke = this.#strokes.get(id);
    if (!stroke) return;
    this.#strokes.delete(id);
    if (stroke.tool === "rect") {
      const rect = this.#rect(stroke);
      if (rect.width === 0 && rect.height === 0) this.#on.onPreview(null);
      else this.#on.onOp({ ...rect, type: "rect" }, stroke);
    } else if (stroke.isTap) {
      const { x, y } = stroke.from;
      this.#draw(stroke, { x: x - dot / 2, y }, { x: x + dot / 2, y });
    }
  }

  // #takeBack ends a stroke as if it had never been.
  #takeBack(id) {
    const stroke = this.#strokes.get(id);
    this.#strokes.delete(id);
    if (stroke.tool === "rect") this.#on.onPreview(null);
    else this.#on.onTakeBack(stroke);
  }

  #segment(stroke, event) {
    stroke.pressure.feel(event);
    const to = this.#place(event);
    const distance = Math.hypot(to.x - stroke.last.x, to.y - stroke.last.y);
    if (distance < minDistance || (distance < farDistance && event.timeStamp - stroke.time < minTime)) return;
    this.#draw(stroke, stroke.last, to);
    stroke.last = to;
    stroke.time = event.timeStamp;
    stroke.isTap = false;
  }

  #draw(stroke, from, to) {
    const pressed = Math.min(maxForce, this.#style.force * stroke.pressure.force);
    this.#on.onOp({ type: "segment", from, to, force: round(pressed, 1000), color: this.#style.color }, stroke);
  }

  // #place is where an event is in the drawing.
  #place({ clientX, clientY }) {
    const { x, y } = this.#origin;
    return { x: round(clientX + x, 100), y: round(clientY + y, 100) };
  }

  #rect({ from, last }) {
    return {
      type: "preview",
      origin: { x: Math.min(from.x, last.x), y: Math.min(from.y, last.y) },
      width: Math.abs(last.x - from.x),
      height: Math.abs(last.y - from.y),
      lineWidth: round(lineWidth(this.#style.force), 100),
      color: this.#style.color,
    };
  }
}

// round keeps messages short: what it takes away nobody can see.
function round(value, precision) {
  return Math.round(value * precision) / precision;
}
