// From what a hand does to operations. The tests in a browser have real devices'
// events; these, what becomes of them.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { Gestures } from "/static/gesture.js";

Object.assign(globalThis, { document: { querySelector: () => null }, addEventListener() {} });

// hand is a hand at a canvas, and what comes of it.
function hand(style = {}, origin = { x: 0, y: 0 }) {
  const canvas = Object.assign(new EventTarget(), { setPointerCapture() {} });
  const ops = [];
  const back = [];
  const gestures = new Gestures(canvas, { tool: "pencil", color: "#ff0000", force: 1, ...style }, {
    origin, onOp: (op, stroke) => ops.push({ ...op, stroke }), onTakeBack: (stroke) => back.push(stroke), onPreview() {},
  });
  let time = 0;
  const does = (type, x, y, more = {}) => {
    const held = type !== "pointerup" && type !== "pointercancel";
    const button = type === "pointermove" ? -1 : 0;
    const event = { pointerId: 1, pointerType: "mouse", button, buttons: held ? 1 : 0, clientX: x, clientY: y, timeStamp: (time += 10), pressure: 0.5 };
    canvas.dispatchEvent(told(type, { ...event, ...more }));
  };
  return { does, ops, back, gestures };
}

// told is an event that says so.
function told(type, said) {
  const event = new Event(type);
  for (const [name, value] of Object.entries(said)) Object.defineProperty(event, name, { value });
  return event;
}

const points = (ops) => ops.map(({ from, to }) => [from.x, from.y, to.x, to.y]);

test("a line is a segment for each point, all of one stroke", () => {
  const { does, ops } = hand();
  does("pointerdown", 10, 10);
  does("pointermove", 20, 10);
  does("pointermove", 20.4, 10); // has hardly moved
  does("pointermove", 20, 30);
  does("pointerup", 20, 30);
  deepEqual(points(ops), [[10, 10, 20, 10], [20, 10, 20, 30]]);
  equal(new Set(ops.map(({ stroke }) => stroke)).size, 1);
});

test("a tap leaves a dot, where the window is", () => {
  const { does, ops } = hand({}, { x: 100, y: -50 });
  does("pointerdown", 10, 10);
  does("pointerup", 10, 10);
  deepEqual(points(ops), [[109.75, -40, 110.25, -40]]);
});

test("a rectangle has its corner at the upper left, and the pencil's width", () => {
  const { does, ops } = hand({ tool: "rect", force: 2 });
  does("pointerdown", 50, 60);
  does("pointermove", 10, 90);
  does("pointerup", 10, 90);
  const [{ stroke: _stroke, ...rect }] = ops;
  deepEqual(rect, { type: "rect", origin: { x: 10, y: 60 }, width: 40, height: 30, lineWidth: 32, color: "#ff0000" });
});

test("a touch that the system takes away was none, a pen's stroke was", () => {
  for (const [pointerType, count] of [["touch", 1], ["pen", 0]]) {
    const { does, ops, back } = hand();
    does("pointerdown", 10, 10, { pointerType });
    does("pointermove", 30, 10, { pointerType });
    does("pointercancel", 30, 10, { pointerType });
    equal(ops.length, 1);
    equal(back.length, count, `${pointerType}`);
  }
});

test("a pen that presses draws wider, within bounds", () => {
  const { does, ops } = hand({ force: 2.8 });
  does("pointerdown", 10, 10, { pointerType: "pen", pressure: 0.5 });
  does("pointermove", 30, 10, { pointerType: "pen", pressure: 1 });
  ok(ops[0].force === 4, `force ${ops[0].force}`);
});

test("a rectangle that is given up leaves nothing", () => {
  const { does, ops, gestures } = hand({ tool: "rect" });
  does("pointerdown", 50, 60);
  does("pointermove", 10, 90);
  gestures.giveUp();
  does("pointerup", 10, 90);
  equal(ops.length, 0);
});
