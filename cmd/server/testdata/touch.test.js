// What is touched on a way over the sheet.
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { touched } from "/static/touch.js";
import { newLog } from "./log.js";

test("a way touches what comes within its reach of it, crosses it or is beside it", () => {
  const log = newLog();
  /** @type {(op: any) => any} */
  const draw = (op) => log.draw({ color: "#000000", ...op }, 0, 0);
  draw({ type: "segment", from: { x: 100, y: 100 }, to: { x: 300, y: 100 }, force: 1 }); // 2 pixels wide
  draw({ type: "segment", from: { x: 200, y: 200 }, to: { x: 200, y: 200 }, force: 1 });
  draw({ type: "rect", origin: { x: 400, y: 400 }, width: -100, height: -50, lineWidth: 4 });
  /** @type {(a: [number, number], b: [number, number], reach: number) => number[]} */
  const found = ([x, y], [u, v], reach) => touched(log, { x, y }, { x: u, y: v }, reach).map(({ row }) => row.k);
  deepEqual(found([200, 0], [200, 150], 0), [1], "crosses it");
  deepEqual(found([200, 0], [200, 95], 3.9), [], "ends before");
  deepEqual(found([200, 0], [200, 95], 4.1), [1], "ends just before");
  deepEqual(found([50, 108], [350, 108], 7.1), [1], "along it");
  deepEqual(found([305, 90], [305, 110], 3.9), [], "past its end");
  deepEqual(found([305, 90], [305, 110], 4.1), [1]);
  deepEqual(found([200, 50], [200, 250], 1), [1, 2], "a dot too");
  deepEqual(found([310, 360], [390, 390], 7), [], "within a rectangle is nothing");
  deepEqual(found([310, 360], [390, 390], 8.1), [3]);
  deepEqual(found([350, 0], [350, 350], 0), [3]);
  deepEqual(found([200, 200], [200, 200], 0), [2], "no way at all");
  log.undo(1, 0);
  deepEqual(found([200, 50], [200, 250], 1), [2], "what is undone is not there");
});
