// The palette: a swatch of 8 × 10 colors, how wide lines are, and how opaque.
import { lineWidth } from "./wire.js";
import { words } from "./words.js";

const columns = 10;
export const colors = `
  #000000 #434343 #666666 #999999 #b7b7b7 #cccccc #d9d9d9 #efefef #f3f3f3 #ffffff
  #980000 #ff0000 #ff9900 #ffff00 #00ff00 #00ffff #4a86e8 #0000ff #9900ff #ff00ff
  #e6b8af #f4cccc #fce5cd #fff2cc #d9ead3 #d0e0e3 #c9daf8 #cfe2f3 #d9d2e9 #ead1dc
  #dd7e6b #ea9999 #f9cb9c #ffe599 #b6d7a8 #a2c4c9 #a4c2f4 #9fc5e8 #b4a7d6 #d5a6bd
  #cc4125 #e06666 #f6b26b #ffd966 #93c47d #76a5af #6d9eeb #6fa8dc #8e7cc3 #c27ba0
  #a61c00 #cc0000 #e69138 #f1c232 #6aa84f #45818e #3c78d8 #3d85c6 #674ea7 #a64d79
  #85200c #990000 #b45f06 #bf9000 #38761d #134f5c #1155cc #0b5394 #351c75 #741b47
  #5b0f00 #660000 #783f04 #7f6000 #274e13 #0c343d #1c4587 #073763 #20124d #4c1130
`.trim().split(/\s+/);

// colorName is what a color is called: one of the swatch, or what is next to it there.
/** @param {string} color as #rrggbb */
export function colorName(color) {
  const index = colors.indexOf(color);
  if (index >= 0) return nameOf(index);
  const far = colors.map((other) => distance(rgb(color), rgb(other)));
  return words.nearly(nameOf(far.indexOf(Math.min(...far))));
}

/** @param {string} color */
const rgb = (color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16));

// distance is about how different two colors look, squared: red and blue weigh less than
// green, the more so the less there is of them.
/** @param {number[]} one @param {number[]} other */
function distance([r, g, b], [s, h, c]) {
  const red = (r + s) / 512;
  return (2 + red) * (r - s) ** 2 + 4 * (g - h) ** 2 + (3 - red) * (b - c) ** 2;
}

function nameOf(index) {
  const row = Math.floor(index / columns);
  const column = index % columns;
  if (row === 0) return column === 0 ? words.black : column === columns - 1 ? words.white : words.gray(column);
  return row === 1 ? words.hues[column] : words.shaded(words.shades[row - 2], words.hues[column]);
}

// What the keys and the slider reach; a pen adds to it.
const weakest = 0.7;
const strongest = 2.8;
const step = 0.05;
const tenths = 10; // steps of opacity

// A Palette shows a style, { color, force, opacity }, and changes it. onChange is called
// after each change.
export class Palette {
  #style;
  #onChange;
  #swatches;
  #size; // a slider
  #width; // what it means
  #opacity;
  #share;

  constructor({ swatch, size, width, opacity, share, style, onChange }) {
    this.#style = style;
    this.#onChange = onChange;
    this.#size = size;
    this.#width = width;
    this.#opacity = opacity;
    this.#share = share;
    this.#swatches = colors.map((color, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.setAttribute("role", "radio");
      button.title = nameOf(index);
      button.setAttribute("aria-label", nameOf(index));
      button.dataset.color = color;
      button.style.backgroundColor = color;
      button.addEventListener("click", () => this.color(color));
      return button;
    });
    swatch.append(...this.#swatches);
    swatch.addEventListener("keydown", (event) => this.#walk(event));
    Object.assign(size, { min: weakest, max: strongest, step });
    size.addEventListener("input", () => this.force(size.valueAsNumber));
    Object.assign(opacity, { min: 1 / tenths, max: 1, step: 1 / tenths });
    opacity.addEventListener("input", () => this.opacity(opacity.valueAsNumber));
    this.#show();
  }

  color(color) {
    this.#style.color = color;
    this.#changed();
  }

  force(force) {
    const steps = Math.round(force / step);
    this.#style.force = Math.min(strongest, Math.max(weakest, steps / Math.round(1 / step)));
    this.#changed();
  }

  opacity(opacity) {
    this.#style.opacity = Math.min(tenths, Math.max(1, Math.round(opacity * tenths))) / tenths;
    this.#changed();
  }

  // turn chooses the color that many places further in the swatch.
  turn(places) {
    const { length } = colors;
    this.color(colors[(this.#index + places + length) % length]);
  }

  // press makes lines wider by that many steps.
  press(steps) {
    this.force(this.#style.force + steps * step);
  }

  // fade makes them more opaque by that many steps.
  fade(steps) {
    this.opacity(this.#style.opacity + steps / tenths);
  }

  get #index() {
    return colors.indexOf(this.#style.color);
  }

  #walk(event) {
    const places = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (!places) return;
    event.preventDefault();
    event.stopPropagation();
    this.turn(places);
    this.#swatches[this.#index].focus();
  }

  #changed() {
    this.#show();
    this.#onChange();
  }

  #show() {
    for (const [index, button] of this.#swatches.entries()) {
      const chosen = index === this.#index;
      button.setAttribute("aria-checked", String(chosen));
      const isEntry = index === Math.max(this.#index, 0); // another color is not in it
      button.tabIndex = isEntry ? 0 : -1;
      button.autofocus = isEntry; // when the palette opens
    }
    const { force, opacity } = this.#style;
    this.#size.value = force;
    this.#size.ariaValueText = this.#width.textContent = widthWords(force);
    this.#opacity.value = opacity;
    this.#opacity.ariaValueText = this.#share.textContent = shareWords(opacity);
  }
}

// widthWords is how wide the lines of a force are, and shareWords how opaque.
export function widthWords(force) {
  const wide = lineWidth(force);
  return `${wide < 10 ? wide.toFixed(1) : Math.round(wide)} px`;
}

export function shareWords(opacity) {
  return `${Math.round(100 * opacity)} %`;
}
