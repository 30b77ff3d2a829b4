// Figures: what is dragged from one place to another.
import { lineWidth, maxCoordinate } from "./wire.js";

const flatness = 0.1; // CSS pixels that an ellipse's pieces may be off
const barb = 12; // CSS pixels of an arrow's head, or
const barbWidths = 4; // times its width, but
const barbPart = 0.6; // of its length at most
const barbAngle = 0.45; // radians between it and the shaft

// A FigureStroke is a figure that one pointer drags; see gesture.js. With Shift it is as
// wide as it is high, and a line leads in one of eight directions.
export class FigureStroke {
  isEmpty = true; // until it ends
  #style;
  #place;
  #unit;
  #on;
  #isStraight;
  #outline;
  #from;
  #to;

  // onOp(op, stroke) hears what is drawn, and onTail(ops) what is to be shown for now. The
  // style, place and unit are as in pencil.js; outline(from, to, { unit, width }) gives the
  // lines of the shape, each as its points.
  constructor(event, { style, place, unit, onOp, onTail }, outline) {
    this.#style = style;
    this.#place = place;
    this.#unit = unit;
    this.#on = { onOp, onTail };
    this.#outline = outline;
    this.#isStraight = outline !== ellipse;
    this.#from = this.#to = place(at(event));
  }

  move(events) {
    const event = events[events.length - 1];
    const to = this.#place(at(event));
    this.#to = event.shiftKey ? (this.#isStraight ? straight : square)(this.#from, to) : to;
    this.#on.onTail(this.#ops);
  }

  end() {
    this.#on.onTail([]);
    for (const op of this.#ops) this.#on.onOp(op, this);
  }

  takeBack() {
    this.#on.onTail([]);
  }

  get #ops() {
    const { color, force } = this.#style;
    const lines = this.#outline(this.#from, this.#to, { unit: this.#unit, width: lineWidth(force) });
    const ops = lines.flatMap((points) => points.slice(1).map((p, i) => ({ type: "segment", from: rounded(points[i]), to: rounded(p), force, color })));
    return ops.filter(({ from, to }) => from.x !== to.x || from.y !== to.y);
  }
}

// A RectStroke is a rectangle that one pointer drags. The others see it meanwhile.
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
    this.#from = this.#to = rounded(place(at(event)));
  }

  move(events) {
    const event = events[events.length - 1];
    const to = this.#place(at(event));
    this.#to = rounded(event.shiftKey ? square(this.#from, to) : to);
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
}

// line, arrow and ellipse give the lines of these shapes.
/** @param {Point} from @param {Point} to @returns {Point[][]} */
export function line(from, to) {
  return [[from, to]];
}

/** @param {Point} from @param {Point} to @param {{ unit: number, width: number }} pen @returns {Point[][]} */
export function arrow(from, to, { unit, width }) {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  const angle = Math.atan2(to.y - from.y, to.x - from.x);
  const far = Math.min(Math.max(barb * unit, barbWidths * width), barbPart * length);
  const end = (side) => ({ x: to.x - far * Math.cos(angle + side), y: to.y - far * Math.sin(angle + side) });
  return [[from, to], [end(barbAngle), to, end(-barbAngle)]];
}

/** @param {Point} from @param {Point} to @param {{ unit: number }} pen @returns {Point[][]} */
export function ellipse(from, to, { unit }) {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const [wide, high] = [Math.abs(to.x - from.x) / 2, Math.abs(to.y - from.y) / 2];
  const most = Math.max(wide, high);
  // A piece of that many radians is that much off its arc.
  const angle = 2 * Math.acos(1 - Math.min(1, (flatness * unit) / Math.max(most, flatness * unit)));
  const count = Math.max(8, Math.ceil((2 * Math.PI) / angle));
  return [Array.from({ length: count + 1 }, (_, i) => {
    const t = (2 * Math.PI * i) / count;
    return { x: middle.x + wide * Math.cos(t), y: middle.y + high * Math.sin(t) };
  })];
}

// square is the place nearest to b that is as far from a to the side as up or down.
function square(a, b) {
  const far = Math.max(Math.abs(b.x - a.x), Math.abs(b.y - a.y));
  return { x: a.x + far * (b.x < a.x ? -1 : 1), y: a.y + far * (b.y < a.y ? -1 : 1) };
}

// straight is the place as far from a as b is, in one of eight directions.
function straight(a, b) {
  const far = Math.hypot(b.x - a.x, b.y - a.y);
  const angle = (Math.round(Math.atan2(b.y - a.y, b.x - a.x) / (Math.PI / 4)) * Math.PI) / 4;
  return { x: a.x + far * Math.cos(angle), y: a.y + far * Math.sin(angle) };
}

function at({ clientX: x, clientY: y }) {
  return { x, y };
}

// rounded is a place that may travel: short, for what it takes away nobody can see, and
// where one can draw.
/** @param {Point} place @returns {Point} */
export function rounded({ x, y }) {
  const round = (v) => Math.round(Math.min(Math.max(v, -maxCoordinate), maxCoordinate) * 100) / 100;
  return { x: round(x), y: round(y) };
}
