// The font: which letters it has, and that they are where they belong.
import { deepEqual, equal, notDeepEqual, ok } from "node:assert/strict";
import { test } from "node:test";
import { write } from "/static/font.js";

const at = { x: 0, y: 0 };
const lines = (text) => write(text, at, 12, 0.01).lines;
const box = lines("漢");
const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const letters = [..."ÄÖÜäöüßÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸàâæçéèêëîïôœùûüÿÁÍÑÓÚáíñóú¿¡€£«»„“”’–—…°§·×÷±µ"];

test("every letter has a shape of its own", () => {
  const seen = new Map();
  for (const c of new Set([...ascii.slice(1), ...letters])) {
    const shape = JSON.stringify(lines(c));
    notDeepEqual(lines(c), box, c);
    ok(!seen.has(shape), `${c} looks like ${seen.get(shape)}`);
    seen.set(shape, c);
  }
});

test("letters stand on the line, between the tails and the accents", () => {
  for (const c of [...ascii, ...letters]) {
    const { lines: drawn, width } = write(c, at, 12, 0.01);
    ok(width > 0, c);
    for (const { x, y } of drawn.flat()) ok(x >= -3 && x <= width + 1 && y >= -13 && y <= 11.5, `${c}: ${x},${y}`);
  }
  const [[first], right] = [lines("H"), Math.max(...lines("H").flat().map(({ x }) => x))];
  deepEqual(first, [{ x: 0, y: 6 }, { x: 0, y: -6 }], "its middle is at the place");
  equal(right, 9);
});

test("an accent is above its letter, however the letter is written", () => {
  deepEqual(lines("e\u0301"), lines("é"));
  const top = (list) => Math.min(...list.flat().map(({ y }) => y));
  ok(top(lines("é")) < top(lines("e")) && top(lines("É")) < top(lines("E")));
  equal(lines("ï").length, lines("i").length + 1, "two dots and not three");
  ok(Math.max(...lines("ç").flat().map(({ y }) => y)) > 6);
});

test("whoever has no shape is a box, and what cannot be seen is none", () => {
  equal(lines("🙂").length, 1);
  deepEqual(lines("🙂"), box);
  deepEqual(lines(" \u200b\u202e\ufe0f\t\u0000"), []);
  deepEqual(lines("\u0301"), []);
});

test("a text is as wide as its letters, and as large as it is to be", () => {
  equal(write("abc", at, 12, 0.01).width, ["a", "b", "c"].reduce((sum, c) => sum + write(c, at, 12, 0.01).width, 0));
  equal(write("abc", at, 24, 0.01).width, 2 * write("abc", at, 12, 0.01).width);
  equal(write("", at, 12, 0.01).width, 0);
  ok(lines("x".repeat(120)).length === 240);
});

test("curves are as exact as they are to be", () => {
  const fine = write("O", at, 12, 0.0001).lines[0];
  for (const off of [1, 0.1, 0.01]) {
    const coarse = write("O", at, 12, off).lines[0];
    for (const { x, y } of fine) {
      const far = Math.min(...coarse.slice(1).map((p, i) => distance({ x, y }, coarse[i], p)));
      ok(far <= off + 1e-9, `${far} of ${off}`);
    }
  }
});

function distance(p, a, b) {
  const [u, v] = [b.x - a.x, b.y - a.y];
  const part = Math.min(1, Math.max(0, ((p.x - a.x) * u + (p.y - a.y) * v) / (u * u + v * v || 1)));
  return Math.hypot(p.x - a.x - part * u, p.y - a.y - part * v);
}
