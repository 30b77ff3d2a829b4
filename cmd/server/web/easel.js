// The easel: it holds the sheet in the window, and has all that moves it and shows
// where it is.
import { drawnIn } from "./extent.js";
import { Edges } from "./edges.js";
import { recall, remember } from "./memory.js";
import { Overview } from "./overview.js";
import { onDark } from "./paper.js";
import { Viewport } from "./viewport.js";

const step = 1.25; // times larger, with each press of a key or a button
const grid = 24; // pixels between two dots of the paper, on scale 1
const key = "drawmesh.paper";

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);

// An Easel shows on a view what of the sheet the window is at, on the paper that this
// person likes. reach() is the box around all that can be seen there, or null, and onMove()
// hears that it has moved.
export class Easel {
  viewport = new Viewport({ onMove: () => this.fill() });
  #view;
  #log;
  #reach;
  #edges;
  #overview;
  #onMove;
  #isDark = recall("localStorage", key) === "dark";

  constructor({ view, log, reach, onMove }) {
    this.#view = view;
    this.#log = log;
    this.#reach = reach;
    this.#onMove = onMove;
    const { viewport } = this;
    this.#edges = new Edges({ left: $("more-left"), right: $("more-right"), up: $("more-up"), down: $("more-down") }, viewport);
    this.#overview = new Overview({ frame: $("overview"), viewport, log, extent: () => view.extent });
    const does = { smaller: () => this.zoom(-1), actual: () => viewport.actual(), larger: () => this.zoom(1), fit: () => this.fit(), paper: () => this.#turn() };
    for (const [id, act] of Object.entries(does)) $(id).addEventListener("click", act);
  }

  // zoom makes what is seen larger, or smaller, by so many steps.
  zoom(steps) {
    this.viewport.zoom(step ** steps);
  }

  // fit shows all that is drawn, or all that is near, if something is too far away for
  // both to be seen.
  fit() {
    const { viewport } = this;
    const all = this.#reach();
    const box = !all || viewport.fits(all) ? all : drawnIn(this.#log, viewport.far);
    if (box) viewport.fit(box);
    else viewport.home();
  }

  // change takes in a change of the log.
  /** @param {Change} change */
  change(change) {
    this.#overview.change(change);
  }

  // show shows where there is more of the drawing.
  show() {
    this.#edges.show(this.#view.extent);
  }

  // camera is what the window shows of the sheet.
  /** @returns {Camera} */
  get camera() {
    const { x, y, scale } = this.viewport;
    return { x, y, scale, ratio: devicePixelRatio, width: innerWidth, height: innerHeight, ink: this.#isDark ? onDark : null };
  }

  // fill fills the window with the part of the sheet that it is at.
  fill() {
    const { camera } = this;
    const { x, y, scale, ink } = camera;
    this.#view.look(camera);
    const { dataset } = document.documentElement;
    const moved = `${x} ${y} ${scale}`;
    if (dataset.view && dataset.view !== moved) this.#overview.moved(ink);
    dataset.view = moved;
    dataset.paper = this.#isDark ? "dark" : "white";
    // Dots are never so close that they are a gray, nor so far apart that there are none.
    const apart = grid * scale * 2 ** -Math.round(Math.log2(scale));
    const { style } = document.body.getElementsByTagName("main")[0];
    style.backgroundPosition = `${-x * scale}px ${-y * scale}px`;
    style.backgroundSize = `${apart}px ${apart}px`;
    $("actual").textContent = `${Math.round(100 * scale)} %`;
    $("paper").setAttribute("aria-pressed", String(this.#isDark));
    this.show();
    this.#onMove();
  }

  // #turn takes the other paper.
  #turn() {
    this.#isDark = !this.#isDark;
    remember("localStorage", key, this.#isDark ? "dark" : "white");
    this.fill();
  }
}
