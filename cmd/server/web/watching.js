// Watching: a page that was opened with ?view shows the drawing and does not draw. That is
// politeness, not security: the link without it is one that draws.

import { words } from "./words.js";

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);

const drawing = ["sure", "palette"]; // sheets that are of no use to whoever watches

// watches says whether this page only does that.
export const watches = new URLSearchParams(location.search).has("view");

// showWatching has the page be one that watches: without tools, with a way to draw.
export function showWatching() {
  document.documentElement.dataset.watches = "";
  $("draw-too").href = location.pathname;
  $("overlay").setAttribute("aria-label", words.canvasWatched);
}

// looking is what keys do where nobody draws: what would draw, refuse does.
export function looking(does, refuse) {
  const refused = Object.fromEntries(["choose", "turn", "press", "fade", "undo", "redo"].map((name) => [name, refuse]));
  return { ...does, ...refused, toggle: (id) => (drawing.includes(id) ? refuse() : does.toggle(id)) };
}
