// Colors on the dark paper. The measure of what can be seen is WCAG 2's contrast.
import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { colors } from "/static/palette.js";
import { dark, onDark, white } from "/static/paper.js";

function luminance(color) {
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16) / 255).map((v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a, b) {
  const [dim, bright] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (bright + 0.05) / (dim + 0.05);
}

test("what is white is paper, so that what was painted over stays so", () => {
  equal(onDark(white), dark);
});

test("what can be seen on white can be seen on the dark paper", () => {
  for (const color of colors) {
    const [before, now] = [contrast(color, white), contrast(onDark(color), dark)];
    ok(now >= Math.min(3, 0.8 * before), `${color} is ${onDark(color)}: contrast ${now.toFixed(2)}, on white ${before.toFixed(2)}`);
  }
});

test("vivid colors stay what they are", () => {
  for (const color of ["#ff0000", "#ff9900", "#ffff00", "#00ff00", "#4a86e8", "#ff00ff"]) equal(onDark(color), color);
});

test("what shows through does so as much", () => {
  equal(onDark("#00000080"), onDark("#000000") + "80");
});
