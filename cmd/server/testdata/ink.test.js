// Inks, against what a canvas makes of alpha.
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { inkOf } from "/static/ink.js";

test("what is one piece is translucent, all else as light on white", () => {
  const style = { color: "#ff0000", force: 1, opacity: 0.4 };
  for (const tool of ["line", "rect"]) equal(inkOf(tool, style).color, "#ff000066");
  for (const tool of ["pencil", "arrow", "ellipse", "text"]) equal(inkOf(tool, style).color, "#ff9999");
});

test("what is opaque is as it was, and a change shows while a stroke is drawn", () => {
  const style = { color: "#123456", force: 1, opacity: 1 };
  const inks = ["line", "pencil"].map((tool) => inkOf(tool, style));
  for (const ink of inks) equal(ink.color, "#123456");
  Object.assign(style, { color: "#000000", force: 2, opacity: 0.1 });
  equal(inks[0].color, "#0000001a");
  equal(inks[1].color, "#e6e6e6");
  for (const ink of inks) equal(ink.force, 2);
});
