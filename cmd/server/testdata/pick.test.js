// What the eyedropper finds.
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { colorAt } from "/static/pick.js";
import { newLog } from "./log.js";

test("a color is that of the uppermost line at the place, on its whole width", () => {
  const log = newLog();
  /** @type {(y: number, force: number, color: string) => any} */
  const line = (y, force, color) => log.draw({ type: "segment", from: { x: 100, y }, to: { x: 300, y }, force, color }, 0, 0);
  line(100, 1.8, "#336699"); // 21 pixels wide
  line(105, 1, "#ff000080");
  log.draw({ type: "rect", origin: { x: 400, y: 300 }, width: -100, height: 50, lineWidth: 6, color: "#00ff00" }, 0, 0);
  /** @type {[x: number, y: number, want: string | null][]} */
  const places = [
    [200, 95, "#336699"], [200, 110, "#336699"], [200, 112, null], [91, 100, "#336699"], [88, 100, null],
    [200, 105, "#ff0000"], [200, 106.5, "#336699"],
    [300, 320, "#00ff00"], [302.5, 348, "#00ff00"], [350, 325, null], [404, 325, null],
  ];
  for (const [x, y, want] of places) {
    equal(colorAt(log, { x, y }), want, `at ${x}, ${y}`);
  }
  log.undo(log.undoable, 0);
  equal(colorAt(log, { x: 300, y: 320 }), null, "what is undone has none");
});
