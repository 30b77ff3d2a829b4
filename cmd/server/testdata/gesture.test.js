// What a hand does with the tools and the sheet. The tests in a browser have real
// devices' events; these, what becomes of them.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { Gestures } from "/static/gesture.js";
import { Hand } from "/static/hand.js";
import { PencilStroke } from "/static/pencil.js";
import { RectStroke } from "/static/figure.js";
import { Viewport } from "/static/viewport.js";

Object.assign(globalThis, {
  document: { querySelector: () => null }, addEventListener() {}, innerWidth: 1280, innerHeight: 800, devicePixelRatio: 1,
});

// hand is a hand at a canvas, and what comes of it.
function hand(style = {}) {
  const canvas = Object.assign(new EventTarget(), { dataset: {}, setPointerCapture() {} });
  const viewport = new Viewport({ onMove() {} });
  const ops = [];
  const back = [];
  let tail = [];
  const set = { tool: "pencil", color: "#ff0000", force: 1, ...style };
  const gestures = new Gestures(canvas, {
    hand: new Hand(canvas, viewport),
    begin: (event) => new { pencil: PencilStroke, rect: RectStroke }[set.tool](event, {
      style: set, place: (at) => viewport.place(at), unit: 1 / viewport.scale, onTail: (list) => (tail = list),
      onOp: (op, stroke) => ops.push({ ...op, stroke }), onTakeBack: (stroke) => back.push(stroke), onPreview() {},
    }),
  });
  let time = 0;
  const does = (type, x, y, more = {}) => {
    const held = type !== "pointerup" && type !== "pointercancel";
    const button = type === "pointermove" ? -1 : 0;
    const event = {
      pointerId: 1, pointerType: "mouse", button, buttons: held ? 1 : 0, clientX: x, clientY: y,
      timeStamp: (time += 10), pressure: 0.5, width: 1, height: 1,
    };
    canvas.dispatchEvent(told(type, { ...event, ...more }));
  };
  const waits = (ms) => (time += ms);
  return { does, waits, ops, back, gestures, viewport, tail: () => tail };
}

// told is an event that says so.
function told(type, said) {
  const event = new Event(type, { cancelable: true });
  for (const [name, value] of Object.entries(said)) Object.defineProperty(event, name, { value });
  return event;
}

// routes are where strokes lead, without the points on the way straight to the next.
function routes(ops) {
  const ways = new Map();
  for (const { stroke, from, to } of ops) ways.set(stroke, [...ways.get(stroke) ?? [[from.x, from.y]], [to.x, to.y]]);
  return [...ways.values()].map((way) => way.filter(([x, y], i) => {
    const [a, c] = [way[i - 1], way[i + 1]];
    return !a || !c || Math.abs((x - a[0]) * (c[1] - y) - (y - a[1]) * (c[0] - x)) > 0.1;
  }));
}

const finger = (id, more = {}) => ({ pointerId: id, pointerType: "touch", width: 20, height: 20, ...more });
const pen = { pointerId: 9, pointerType: "pen" };
const shown = ({ x, y, scale }) => [x, y, scale];

test("a line leads where the hand does, all of it one stroke", () => {
  const { does, ops } = hand();
  does("pointerdown", 10, 10);
  does("pointermove", 20, 10);
  does("pointermove", 20.4, 10); // has hardly moved
  does("pointermove", 20, 30);
  does("pointerup", 20, 30);
  deepEqual(routes(ops), [[[10, 10], [20, 10], [20, 30]]]);
});

test("a tap leaves a dot, where the window is", () => {
  const { does, ops, viewport } = hand();
  viewport.pan(100, -50);
  does("pointerdown", 10, 10);
  does("pointerup", 10, 10);
  deepEqual(routes(ops), [[[109.75, -40], [110.25, -40]]]);
});

test("a hand that leaves the window at the end of the sheet draws to there", () => {
  for (const tool of ["pencil", "rect"]) {
    const { does, ops, viewport } = hand({ tool });
    viewport.pan(2e6, 0);
    does("pointerdown", 1200, 100);
    for (let x = 1220; x < 1500; x += 20) does("pointermove", x, 150);
    does("pointerup", 1500, 150);
    const xs = ops.flatMap((op) => (op.type === "rect" ? [op.origin.x + op.width] : [op.from.x, op.to.x]));
    equal(Math.max(...xs), 1e6, tool);
  }
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
    for (let x = 20; x <= 60; x += 10) does("pointermove", x, 10, { pointerType });
    does("pointercancel", 60, 10, { pointerType });
    ok(ops.length > 1);
    equal(back.length, count, `${pointerType}`);
  }
});

test("a pen that presses draws wider, within bounds", () => {
  const { does, ops } = hand({ force: 2.8 });
  does("pointerdown", 10, 10, { pointerType: "pen", pressure: 0.5 });
  does("pointermove", 30, 10, { pointerType: "pen", pressure: 1 });
  does("pointerup", 30, 10, { pointerType: "pen", pressure: 0 });
  const forces = ops.map(({ force }) => force);
  ok(forces[0] > 2.8 && forces.at(-1) === 4 && Math.max(...forces) === 4, `forces ${forces}`);
});

test("what is given up leaves nothing", () => {
  for (const tool of ["rect", "pencil"]) {
    const { does, ops, back, gestures, tail } = hand({ tool });
    does("pointerdown", 50, 60);
    for (let y = 70; y < 100; y += 10) does("pointermove", 10, y);
    const drawn = ops.length;
    gestures.giveUp();
    does("pointermove", 10, 120);
    does("pointerup", 10, 120);
    deepEqual([ops.length, back.length, tail()], [drawn, tool === "rect" ? 0 : 1, []], tool);
  }
});

test("the middle button, and the first one with the space bar, drag the sheet", () => {
  for (const isMiddle of [true, false]) {
    const { does, ops, gestures, viewport } = hand();
    gestures.hold(!isMiddle);
    does("pointerdown", 100, 100, isMiddle ? { button: 1, buttons: 4 } : {});
    does("pointermove", 130, 90, isMiddle ? { buttons: 4 } : {});
    gestures.hold(false); // which lets go of the key, and not of the sheet
    does("pointermove", 150, 80, isMiddle ? { buttons: 4 } : {});
    does("pointerup", 150, 80);
    does("pointermove", 300, 300, { buttons: 0 });
    deepEqual(shown(viewport), [-50, 20, 1]);
    equal(ops.length, 0);
  }
});

test("two fingers hold what is between them, and turn it larger", () => {
  const { does, ops, viewport, tail } = hand();
  does("pointerdown", 300, 300, finger(1));
  for (const x of [304, 307, 310]) does("pointermove", x, 300, finger(1));
  ok(tail().length > 0, "what the first one draws is seen");
  does("pointerdown", 410, 300, finger(2));
  deepEqual(tail(), [], "until the second one comes");
  does("pointermove", 260, 300, finger(1));
  does("pointermove", 460, 300, finger(2));
  deepEqual(shown(viewport), [180, 150, 2]); // 360,300 is where it was
  does("pointerup", 460, 300, finger(2));
  does("pointermove", 270, 310, finger(1));
  deepEqual(shown(viewport), [175, 145, 2]); // one of them goes on dragging
  does("pointerup", 270, 310, finger(1));
  equal(ops.length, 0, "nobody was told");
});

test("what a finger has drawn when a second one comes is taken back", () => {
  const { does, ops, back, viewport } = hand();
  does("pointerdown", 300, 300, finger(1));
  for (let x = 310; x <= 350; x += 10) does("pointermove", x, 300, finger(1));
  does("pointerdown", 450, 300, finger(2));
  ok(ops.length > 0 && back.length === 1);
  does("pointermove", 550, 300, finger(2));
  equal(viewport.scale, 2);
});

test("a finger that has drawn for a while goes on, whatever rests beside it", () => {
  const { does, waits, ops, back, viewport } = hand();
  does("pointerdown", 300, 300, finger(1));
  does("pointermove", 310, 300, finger(1));
  waits(500);
  does("pointerdown", 500, 500, finger(2));
  does("pointermove", 520, 500, finger(2));
  does("pointermove", 330, 300, finger(1));
  does("pointerup", 520, 500, finger(2));
  does("pointerup", 330, 300, finger(1));
  deepEqual(routes(ops), [[[300, 300], [330, 300]]]);
  equal(back.length, 0);
  deepEqual(shown(viewport), [0, 0, 1]);
});

test("a palm before, beside and between the strokes of a pen draws nothing", () => {
  const { does, waits, ops, back, viewport } = hand();
  does("pointerdown", 600, 500, finger(1)); // the first time, nobody knows of the pen
  for (let x = 610; x < 660; x += 10) does("pointermove", x, 500, finger(1));
  does("pointerdown", 200, 300, pen);
  equal(back.length, 1);
  const palm = ops.length;
  does("pointermove", 240, 300, pen);
  does("pointerdown", 640, 520, finger(2));
  does("pointermove", 620, 500, finger(1));
  does("pointerup", 240, 300, pen);
  does("pointerup", 620, 500, finger(1));
  does("pointerup", 640, 520, finger(2));
  for (let letter = 0; letter < 5; letter++) {
    waits(3000); // and now the hand comes first
    does("pointerdown", 600, 500, finger(3));
    for (let x = 605; x < 640; x += 5) does("pointermove", x, 520, finger(3));
    waits(1000);
    does("pointerdown", 660, 540, finger(4));
    does("pointerdown", 200, 300, pen);
    does("pointermove", 240, 300, pen);
    does("pointerup", 240, 300, pen);
    does("pointermove", 640, 540, finger(3));
    does("pointerup", 640, 540, finger(3));
    does("pointerup", 660, 540, finger(4));
    waits(200); // and is put down again, in two places
    does("pointerdown", 600, 500, finger(5));
    does("pointerdown", 640, 500, finger(6));
    does("pointermove", 680, 500, finger(6));
    does("pointerup", 600, 500, finger(5));
    does("pointerup", 680, 500, finger(6));
  }
  deepEqual(routes(ops.slice(palm)), Array.from({ length: 6 }, () => [[200, 300], [240, 300]]));
  deepEqual(shown(viewport), [0, 0, 1]);

  waits(2000);
  does("pointerdown", 300, 300, finger(5));
  does("pointerdown", 400, 300, finger(6));
  does("pointermove", 500, 300, finger(6));
  equal(viewport.scale, 2, "two fingers hold the sheet all the same");
  does("pointerup", 500, 300, finger(6));
  does("pointerup", 300, 300, finger(5));
  waits(61_000);
  viewport.home();
  does("pointerdown", 300, 300, finger(7));
  does("pointermove", 340, 300, finger(7));
  does("pointerup", 340, 300, finger(7));
  deepEqual(routes(ops).at(-1), [[300, 300], [340, 300]], "the pen has been put away");
});

test("what is larger than a finger is none", () => {
  const { does, ops } = hand();
  does("pointerdown", 300, 300, finger(1, { width: 130, height: 90 }));
  does("pointermove", 340, 300, finger(1, { width: 130, height: 90 }));
  does("pointerup", 340, 300, finger(1, { width: 130, height: 90 }));
  equal(ops.length, 0);
});
