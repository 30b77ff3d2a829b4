// What a device tells of a stroke, event by event, and how hard the hand pressed by
// then.
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { Pressure } from "/static/pressure.js";

/** @type {[name: string, events: any[], want: number[]][]} */
const tests = [
  ["mouse", [{ pointerType: "mouse", pressure: 0.5 }, { pointerType: "mouse", pressure: 0 }], [1, 1]],
  ["trackpad of Safari", [{ pointerType: "mouse", pressure: 0.5, webkitForce: 1.75 }, { pointerType: "mouse", pressure: 0, webkitForce: 0 }], [1.75, 1.75]],
  ["mouse of Safari, which does not press", [{ pointerType: "mouse", pressure: 0.5, webkitForce: 0 }], [1]],
  ["pen that is lifted", [{ pointerType: "pen", pressure: 0.125 }, { pointerType: "pen", pressure: 0 }], [0.625, 0.625]],
  ["pen that says nothing at first", [{ pointerType: "pen", pressure: 0 }, { pointerType: "pen", pressure: 0.25 }], [1, 0.75]],
  ["pen that presses harder and harder", [{ pointerType: "pen", pressure: 0.5 }, { pointerType: "pen", pressure: 1 }], [1, 1.5]],
  ["pen without pressure", [{ pointerType: "pen", pressure: 0 }, { pointerType: "pen", pressure: 0 }], [1, 1]],
  ["pen that always says half", [{ pointerType: "pen", pressure: 0.5 }, { pointerType: "pen", pressure: 0 }], [1, 1]],
  ["finger that cannot press", [{ pointerType: "touch", pressure: 0.5 }, { pointerType: "touch", pressure: 0 }], [1, 1]],
  ["finger on a screen that says all or nothing", [{ pointerType: "touch", pressure: 1 }, { pointerType: "touch", pressure: 0 }], [1, 1]],
  ["finger that presses as hard as it can", [{ pointerType: "touch", pressure: 0.75 }, { pointerType: "touch", pressure: 1 }, { pointerType: "touch", pressure: 0 }], [1.25, 1.5, 1.5]],
];

for (const [name, events, want] of tests) {
  test(name, () => {
    const pressure = new Pressure();
    deepEqual(events.map((event) => {
      pressure.feel(event);
      return pressure.force;
    }), want);
  });
}
