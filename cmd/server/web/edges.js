// The edges of the window: buttons that say where more is drawn, and lead there.
import { words } from "./words.js";

const step = 0.8; // of the window, so that the eye finds something it knows
const sides = {
  left: { x: -1, y: 0, arrow: "←" },
  right: { x: 1, y: 0, arrow: "→" },
  up: { x: 0, y: -1, arrow: "↑" },
  down: { x: 0, y: 1, arrow: "↓" },
};

// Edges are four buttons, by side, for a viewport.
export class Edges {
  #buttons;
  #viewport;

  constructor(buttons, viewport) {
    this.#buttons = buttons;
    this.#viewport = viewport;
    for (const [side, { x, y, arrow }] of Object.entries(sides)) {
      buttons[side].textContent = words.more(arrow);
      buttons[side].title = words.moreLong;
      buttons[side].addEventListener("click", () => viewport.pan(x * step * innerWidth, y * step * innerHeight));
    }
  }

  // show shows where there is more of a drawing that reaches so far.
  /** @param {Box | null} extent */
  show(extent) {
    const { left, top, right, bottom } = this.#viewport.seen;
    this.#buttons.left.hidden = !(extent && extent.left < left);
    this.#buttons.up.hidden = !(extent && extent.top < top);
    this.#buttons.right.hidden = !(extent && extent.right > right);
    this.#buttons.down.hidden = !(extent && extent.bottom > bottom);
  }
}
