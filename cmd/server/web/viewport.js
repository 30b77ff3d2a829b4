// The viewport: which part of the sheet the window shows, and how large. The sheet is
// the same for everybody. At first the window is at its upper left, at its size.
import { maxCoordinate } from "./wire.js";

const leastScale = 0.05;
const mostScale = 16;
const margin = { left: 24, right: 24, top: 84 }; // CSS pixels that fit leaves to what floats above, and below:
const below = [{ upTo: 560, high: 204 }, { upTo: 1200, high: 152 }, { upTo: Infinity, high: 104 }]; // in windows so wide, as in style.css

// A Viewport holds x and y, the place of the sheet that is the window's upper left,
// and scale, CSS pixels in a pixel of the sheet. onMove() hears that they are others.
export class Viewport {
  x = 0;
  y = 0;
  scale = 1;
  #onMove;

  constructor({ onMove }) {
    this.#onMove = onMove;
  }

  // place is where a place of the window is on the sheet.
  /** @param {Point} at CSS pixels @returns {Point} */
  place({ x, y }) {
    return { x: this.x + x / this.scale, y: this.y + y / this.scale };
  }

  // seen is the box of the sheet that the window shows.
  /** @returns {Box} */
  get seen() {
    const { x, y } = this.place({ x: innerWidth, y: innerHeight });
    return { left: this.x, top: this.y, right: x, bottom: y };
  }

  // pin has a place of the sheet be at a place of the window, on a scale.
  /** @param {Point} place @param {Point} at CSS pixels */
  pin(place, at, scale = this.scale) {
    scale = Math.min(Math.max(scale, leastScale), mostScale);
    const [x, y] = [within(place.x - at.x / scale, innerWidth, scale), within(place.y - at.y / scale, innerHeight, scale)];
    if (x === this.x && y === this.y && scale === this.scale) return;
    [this.x, this.y, this.scale] = [x, y, scale];
    this.#onMove();
  }

  // pan moves the window over the sheet by so many CSS pixels.
  pan(dx, dy) {
    this.pin({ x: this.x, y: this.y }, { x: -dx, y: -dy });
  }

  // zoom makes what is seen so many times larger, around a place of the window.
  /** @param {number} times @param {Point} at */
  zoom(times, at = middle()) {
    const scale = this.scale * times;
    // Steps add up to what they began with, but for the last digits.
    this.pin(this.place(at), at, Math.abs(scale - 1) < 0.01 ? 1 : scale);
  }

  // actual shows the sheet in its size, around what is in the middle.
  actual() {
    this.zoom(1 / this.scale);
  }

  // home goes back to where the window was at first.
  home() {
    this.pin({ x: 0, y: 0 }, { x: 0, y: 0 }, 1);
  }

  // fits says whether a box can be shown as a whole.
  /** @param {Box} box */
  fits(box) {
    return fitting(box) >= leastScale;
  }

  // far is the largest box around what is seen that can be shown as a whole.
  /** @returns {Box} */
  get far() {
    const { x, y } = this.place(middle());
    const free = room();
    const [wide, high] = [free.x / leastScale / 2, free.y / leastScale / 2];
    return { left: x - wide, top: y - high, right: x + wide, bottom: y + high };
  }

  // fit shows a box of the sheet, as large as it can be but no larger than it is.
  /** @param {Box} box */
  fit(box) {
    const free = room();
    const at = { x: margin.left + free.x / 2, y: margin.top + free.y / 2 };
    this.pin({ x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 }, at, Math.min(1, fitting(box)));
  }
}

function middle() {
  return { x: innerWidth / 2, y: innerHeight / 2 };
}

// lower is how much of the window's lower end the tools take.
function lower() {
  const high = below.find(({ upTo }) => innerWidth <= upTo)?.high ?? 0;
  return Math.min(high, 0.4 * innerHeight); // in low windows they are closer together
}

// room is how much of the window fit uses, in CSS pixels.
function room() {
  return {
    x: Math.max(innerWidth - margin.left - margin.right, 1),
    y: Math.max(innerHeight - margin.top - lower(), 1),
  };
}

// fitting is the scale on which a box fills what fit uses.
function fitting({ left, top, right, bottom }) {
  const free = room();
  return Math.min(free.x / (right - left), free.y / (bottom - top));
}

// within keeps a window of that size where one can draw, and on whole device pixels.
function within(from, size, scale) {
  const pixels = scale * devicePixelRatio;
  return Math.round(Math.min(Math.max(from, -maxCoordinate), maxCoordinate - size / scale) * pixels) / pixels;
}
