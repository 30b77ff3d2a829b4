// The toolbox: which tool draws, with which color and how wide, and what shows it.
import { eraserForce } from "./eraser.js";
import { lighter } from "./ink.js";
import { recall, remember } from "./memory.js";
import { colorName, Palette, shareWords, widthWords } from "./palette.js";
import { Recent } from "./recent.js";
import { lineWidth } from "./wire.js";
import { words } from "./words.js";

// Everybody begins with another color, so that it shows who drew what.
const vivid = ["#9900ff", "#4a86e8", "#cc0000", "#e69138", "#38761d", "#45818e", "#a64d79", "#0000ff"];

const settledTime = 300; // ms that a color stays until it is spoken

const pointing = new Set(["pick", "text"]); // tools that have no width

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);

// A Toolbox holds the style, { tool, color, force, opacity }, which the tools and the palette
// change. viewport says how large things are, and speak(text) tells screen readers.
export class Toolbox {
  style;
  #viewport;
  #speak;
  #settling;
  #palette;
  #recent;
  #before = "pencil"; // the tool before the eyedropper
  #isOver = false; // a mouse is over the canvas

  constructor({ canvas, viewport, speak }) {
    const any = vivid[Math.floor(Math.random() * vivid.length)];
    this.style = { tool: "pencil", color: any, force: 1.2, opacity: 1, ...recallStyle() };
    this.#viewport = viewport;
    this.#speak = speak;
    this.#palette = new Palette({
      swatch: $("swatch"), size: $("size"), width: $("width"), opacity: $("opacity"), share: $("opaque"), style: this.style, onChange: () => this.show(),
    });
    this.#recent = new Recent($("recent"), (color) => this.#palette.color(color));
    $("custom").addEventListener("input", () => {
      this.#palette.color($("custom").value);
      this.#tell();
    });
    $("pick").addEventListener("click", () => this.choose("pick"));
    for (const button of $("tools").querySelectorAll("[data-tool]")) {
      button.addEventListener("click", () => this.choose(button.dataset.tool));
    }
    for (const type of ["pointermove", "pointerdown", "pointerleave"]) {
      canvas.addEventListener(type, (event) => this.#follow(event));
    }
    this.show();
  }

  choose(tool) {
    if (tool === "pick" && this.style.tool !== "pick") this.#before = this.style.tool;
    this.style.tool = tool;
    this.show();
  }

  // pick takes a color, and the tool before the eyedropper.
  pick(color) {
    this.style.tool = this.#before;
    this.#palette.color(color);
  }

  // used takes note that the color is drawn with.
  used() {
    this.#recent.add(this.style.color);
  }

  // turn chooses the color that many places further in the swatch, and press makes lines
  // wider by that many steps.
  turn(places) {
    this.#palette.turn(places);
    this.#tell();
  }

  press(steps) {
    this.#palette.press(steps);
  }

  // fade makes what is drawn more opaque by that many steps.
  fade(steps) {
    this.#palette.fade(steps);
  }

  // #tell speaks the color once it stays: nothing that has the focus says which it is.
  #tell() {
    clearTimeout(this.#settling);
    this.#settling = setTimeout(() => this.#speak(colorName(this.style.color)), settledTime);
  }

  // show shows the style.
  show() {
    const { tool, color, force, opacity } = this.style;
    remember("sessionStorage", "drawmesh.style", JSON.stringify(this.style));
    for (const button of $("tools").querySelectorAll("[data-tool]")) {
      button.setAttribute("aria-pressed", String(button.dataset.tool === tool));
    }
    $("overlay").dataset.does = tool;
    $("custom").value = color;
    const wide = lineWidth(force);
    const dot = $("dot").style;
    dot.backgroundColor = lighter(color, opacity);
    dot.width = dot.height = `${Math.min(30, 15 + wide / 3)}px`;
    const tip = $("tip").style;
    const around = tool === "eraser" ? lineWidth(eraserForce(force)) : wide;
    tip.width = tip.height = `${Math.max(4, around * this.#viewport.scale)}px`;
    tip.visibility = this.#isOver && !pointing.has(tool) ? "visible" : "hidden";
    $("through").hidden = opacity === 1;
    $("style").setAttribute("aria-label", words.styleNow(colorName(color), widthWords(force), shareWords(opacity)));
  }

  // #follow draws a ring as wide as the tool where the mouse is, unless it only points.
  #follow(event) {
    this.#isOver = event.type !== "pointerleave" && event.pointerType === "mouse";
    const tip = $("tip").style;
    tip.visibility = this.#isOver && !pointing.has(this.style.tool) ? "visible" : "hidden";
    tip.transform = `translate(${event.clientX}px, ${event.clientY}px) translate(-50%, -50%)`;
  }
}

function recallStyle() {
  try {
    return JSON.parse(recall("sessionStorage", "drawmesh.style") ?? "null");
  } catch {
    return null; // it is of another version
  }
}
