// Recent colors: those that somebody has drawn with, the latest first.
import { recall, remember } from "./memory.js";
import { colorName } from "./palette.js";
import { words } from "./words.js";

const most = 8;
const key = "drawmesh.colors";

// Recent shows them in an element as buttons, of which onChoose(color) hears.
export class Recent {
  #element;
  #onChoose;
  #colors = (recall("localStorage", key) ?? "").split(" ").filter((color) => /^#[0-9a-f]{6}$/.test(color)).slice(0, most);

  constructor(element, onChoose) {
    this.#element = element;
    this.#onChoose = onChoose;
    this.#show();
  }

  // add takes note that a color is drawn with.
  add(color) {
    if (this.#colors[0] === color) return;
    this.#colors = [color, ...this.#colors.filter((other) => other !== color)].slice(0, most);
    remember("localStorage", key, this.#colors.join(" "));
    this.#show();
  }

  #show() {
    this.#element.replaceChildren(...this.#colors.map((color) => {
      const button = document.createElement("button");
      button.type = "button";
      button.title = colorName(color);
      button.setAttribute("aria-label", words.recentColor(colorName(color)));
      button.dataset.color = color;
      button.style.backgroundColor = color;
      button.addEventListener("click", () => this.#onChoose(color));
      return button;
    }));
  }
}
