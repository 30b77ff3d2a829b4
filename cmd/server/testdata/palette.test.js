// What colors are called.
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { colorName, colors } from "/static/palette.js";

test("each color of the swatch has a name of its own", () => {
  equal(new Set(colors.map(colorName)).size, colors.length);
  equal(colors.some((color) => colorName(color).includes("nearly")), false);
});

for (const [color, name] of [
  ["#000000", "black"], ["#ffffff", "white"], ["#ff0000", "red"], ["#990000", "dark red"],
  ["#fe0102", "nearly red"], ["#030303", "nearly black"], ["#fffffe", "nearly white"], ["#fff500", "nearly yellow"],
  ["#123456", "nearly very dark blue"], ["#00e000", "nearly green"], ["#8b4513", "nearly very dark orange"],
]) test(`${color} is ${name}`, () => equal(colorName(color), name));
