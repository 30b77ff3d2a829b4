// Shapes, against what they are in geometry.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { arrow, ellipse, line, FigureStroke } from "/static/figure.js";

const hypot = (a, b) => Math.hypot(a.x - b.x, a.y - b.y);

// dragged gives the ends of the segments of a shape that is dragged, and how many strokes
// they are.
function dragged(outline, from, to, { shiftKey = false, unit = 1 } = {}) {
  const ops = [];
  const event = ({ x, y }) => ({ clientX: x, clientY: y, shiftKey });
  const stroke = new FigureStroke(event(from), {
    style: { color: "#ff0000", force: 1 }, place: ({ x, y }) => ({ x: x * unit, y: y * unit }), unit,
    onOp: (op, of) => ops.push({ ...op, of }), onTail() {},
  }, outline);
  stroke.move([event(to)]);
  equal(ops.length, 0, "nobody is told before it ends");
  stroke.end();
  return { ends: ops.map(({ from: a, to: b }) => [a.x, a.y, b.x, b.y]), strokes: new Set(ops.map(({ of }) => of)).size };
}

test("an ellipse is one, closed, and touches its box", () => {
  for (const [wide, high] of [[100, 40], [3, 900], [2000, 2000]]) {
    const [points] = ellipse({ x: 10, y: 20 }, { x: 10 + wide, y: 20 + high }, { unit: 1 });
    const [a, b] = [wide / 2, high / 2];
    for (let i = 1; i < points.length; i++) {
      for (const part of [0, 0.5]) {
        const x = points[i - 1].x + (points[i].x - points[i - 1].x) * part - 10 - a;
        const y = points[i - 1].y + (points[i].y - points[i - 1].y) * part - 20 - b;
        const radius = Math.hypot(x / a, y / b); // 1 on it
        ok(Math.abs(radius - 1) * Math.max(a, b) < 0.11 + 1e-9, `${wide}×${high}: ${radius}`);
      }
    }
    ok(hypot(points[0], points.at(-1)) < 1e-9);
    ok(points.length < 300);
  }
});

test("an arrow's head is at its end, as long on both sides, and no longer than the arrow", () => {
  for (const [length, width, unit] of [[200, 2, 1], [10, 2, 1], [300, 20, 1], [40, 2, 1 / 8]]) {
    const to = { x: length * 0.6, y: -length * 0.8 };
    const [shaft, [left, tip, right]] = arrow({ x: 0, y: 0 }, to, { unit, width });
    deepEqual(shaft, [{ x: 0, y: 0 }, to]);
    deepEqual(tip, to);
    const far = hypot(left, to);
    ok(Math.abs(far - hypot(right, to)) < 1e-9 && far <= 0.6 * length + 1e-9 && far >= Math.min(12 * unit, 0.6 * length) - 1e-9);
    ok(Math.abs(hypot(left, { x: 0, y: 0 }) - hypot(right, { x: 0, y: 0 })) < 1e-9);
  }
});

test("a shape is one stroke, on any scale", () => {
  const { ends, strokes } = dragged(arrow, { x: 10, y: 10 }, { x: 110, y: 10 }, { unit: 0.5 });
  equal(strokes, 1);
  deepEqual(ends[0], [5, 5, 55, 5]);
  equal(ends.length, 3);
});

test("with Shift, a line is straight and an ellipse a circle", () => {
  deepEqual(dragged(line, { x: 0, y: 0 }, { x: 100, y: 8 }, { shiftKey: true }).ends, [[0, 0, 100.32, 0]]);
  const { ends } = dragged(ellipse, { x: 0, y: 0 }, { x: -60, y: 100 }, { shiftKey: true });
  for (const [x, y] of ends) ok(Math.abs(Math.hypot(x + 50, y - 50) - 50) < 0.02, `${x},${y}`);
});

test("what is not dragged anywhere draws nothing", () => {
  for (const outline of [line, arrow, ellipse]) equal(dragged(outline, { x: 5, y: 5 }, { x: 5, y: 5 }).ends.length, 0);
});
