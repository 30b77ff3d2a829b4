// What showed once and does not now.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { missing } from "/static/missing.js";
import { rowOf } from "/static/row.js";

/** @returns {Row} */
const line = (x, color = "#ff0000", y = 0) => rowOf({ op: { type: "segment", from: { x, y }, to: { x: x + 5, y }, force: 1, color } });
const cover = (x, y = 0) => line(x, "#ffffff", y);

/** @param {Row[]} then @param {Row[]} now */
function lost(then, now) {
  const work = missing(then, now);
  for (;;) {
    const { done, value } = work.next();
    if (done) return /** @type {Row[]} */ (value).map((row) => then.indexOf(row));
  }
}

const [a, b, c] = [line(0), line(100), line(200)];
for (const { name, then, now, want } of [
  { name: "nothing", then: [a, b], now: [a, b], want: [] },
  { name: "what was taken away, in its order", then: [a, b, c], now: [b], want: [0, 2] },
  { name: "all", then: [a, b], now: [], want: [0, 1] },
  { name: "what came since stays out of it", then: [a], now: [a, b, c], want: [] },
  { name: "what somebody has drawn again is there", then: [a, b], now: [line(0)], want: [1] },
  { name: "what was there twice is so again", then: [a, line(0)], now: [line(0)], want: [1] },
  { name: "what is painted over", then: [a, b], now: [a, b, cover(2)], want: [0] },
  { name: "what is painted over at its edge", then: [a, b], now: [a, b, cover(2, 1.5)], want: [0] },
  { name: "what is near it is not", then: [a, b], now: [a, b, cover(2, 4)], want: [] },
  { name: "what came after the paint is not", then: [a, b], now: [b, cover(2), line(0)], want: [] },
  { name: "what had been painted over then", then: [a, cover(2)], now: [a, cover(2)], want: [] },
  { name: "with that, if it is painted over again", then: [a, cover(2), b], now: [a, cover(2), b, cover(0)], want: [0, 1] },
  { name: "with that, if it is gone", then: [a, cover(2), b], now: [cover(2), b], want: [0, 1] },
  { name: "in another color it is no paint", then: [a], now: [a, line(2, "#fffffe")], want: [] },
]) {
  test(name, () => deepEqual(lost(then, now), want));
}

test("a rectangle is touched where its lines are", () => {
  const rect = rowOf({ op: { type: "rect", origin: { x: 0, y: 0 }, width: 300, height: 300, lineWidth: 2, color: "#0000ff" } });
  deepEqual(lost([rect], [rect, cover(100, 150)]), []);
  deepEqual(lost([rect], [rect, cover(298, 150)]), [0]);
});

test("a flood of paint ends in time", () => {
  const long = (i) => rowOf({ op: { type: "segment", from: { x: -900000, y: i % 1000 }, to: { x: 900000, y: i % 1000 }, force: 1, color: "#ffffff" } });
  const then = Array.from({ length: 10000 }, (_, i) => line(i % 1000, "#ff0000", 2000));
  const begun = performance.now();
  const found = lost(then, [...then, ...Array.from({ length: 10000 }, (_, i) => long(i))]);
  equal(found.length, 0);
  ok(performance.now() - begun < 20000, `${performance.now() - begun} ms`);
});
