// The viewport: which part of the drawing the window shows. At first that is the part
// that begins at the origin; what others draw beyond can be looked at.
import { union } from "./extent.js";
import { maxCoordinate } from "./wire.js";

const step = 0.8; // of the window, so that the eye finds something it knows
const lineHeight = 16; // CSS pixels, of wheels that count lines
const sides = {
  left: { x: -1, y: 0, arrow: "←" },
  right: { x: 1, y: 0, arrow: "→" },
  up: { x: 0, y: -1, arrow: "↑" },
  down: { x: 0, y: 1, arrow: "↓" },
};

// A Viewport moves over what there is: the window at home and the drawing, of which
// extent() gives the box. edges are four buttons, by side, that say where more is
// and lead there, as a wheel on the canvas does. onMove() hears that it has moved.
export class Viewport {
  x = 0; // CSS pixels: the place in the drawing that is the window's upper left
  y = 0;
  #edges;
  #extent;
  #onMove;

  constructor({ canvas, edges, extent, onMove }) {
    this.#edges = edges;
    this.#extent = extent;
    this.#onMove = onMove;
    for (const [side, { x, y }] of Object.entries(sides)) {
      edges[side].addEventListener("click", () => this.#move(x * step * innerWidth, y * step * innerHeight));
    }
    canvas.addEventListener("wheel", (event) => this.#roll(event), { passive: false });
  }

  // home goes back to where the window was at first.
  home() {
    this.#move(-this.x, -this.y);
  }

  // show shows where there is more.
  show() {
    const { left, top, right, bottom } = this.#all();
    const drawn = this.#extent();
    const end = { x: this.x + innerWidth, y: this.y + innerHeight };
    this.#point("left", left < this.x, drawn?.left < this.x);
    this.#point("up", top < this.y, drawn?.top < this.y);
    this.#point("right", right > end.x, drawn?.right > end.x);
    this.#point("down", bottom > end.y, drawn?.bottom > end.y);
  }

  #point(side, isMore, isDrawn) {
    const button = this.#edges[side];
    button.hidden = !isMore;
    button.textContent = `${isDrawn ? "More" : "Back"} ${sides[side].arrow}`;
    button.title = isDrawn ? "There is more of the drawing: go there" : "Go back";
  }

  // #all is the box to move over, of whole pixels.
  #all() {
    const { left, top, right, bottom } = union({ left: 0, top: 0, right: innerWidth, bottom: innerHeight }, this.#extent());
    return { left: Math.floor(left), top: Math.floor(top), right: Math.ceil(right), bottom: Math.ceil(bottom) };
  }

  #roll(event) {
    if (event.ctrlKey) return; // the browser's own size
    event.preventDefault();
    const unit = [1, lineHeight, innerHeight][event.deltaMode];
    this.#move(event.deltaX * unit, event.deltaY * unit);
  }

  // #move goes no further than there is something, or than can be drawn.
  #move(dx, dy) {
    const { left, top, right, bottom } = this.#all();
    const within = (v, from, to) => Math.round(Math.min(Math.max(v, from, -maxCoordinate), to, maxCoordinate));
    const x = within(this.x + dx, left, right - innerWidth);
    const y = within(this.y + dy, top, bottom - innerHeight);
    if (x === this.x && y === this.y) return;
    [this.x, this.y] = [x, y];
    this.#onMove();
    this.show();
  }
}
