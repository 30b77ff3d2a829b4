// What has happened since a drawing was looked at.
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { strokesSince } from "/static/meanwhile.js";
import { newLog } from "./log.js";

/** @returns {Segment} */
const segment = (x) => ({ type: "segment", from: { x, y: 0 }, to: { x: x + 1, y: 0 }, force: 1, color: "#ff0000" });

test("strokes that were begun since then are new, each once", async () => {
  const log = newLog();
  const k = log.draw(segment(1), 0, 1000)?.k ?? 0;
  const { era } = log;
  equal(strokesSince(log, era), 0);
  log.draw(segment(2), k, 2000);
  equal(strokesSince(log, era), 0, "one that goes on is not");
  const next = log.draw(segment(3), 0, 3000)?.k ?? 0;
  log.draw(segment(4), next, 4000);
  log.undo(next, 5000);
  log.draw(segment(5), 0, 6000);
  equal(strokesSince(log, era), 2);
  await log.sign();
  await log.clearAt(log.next(7000));
  log.draw(segment(6), 0, 8000);
  equal(strokesSince(log, era), 1, "what was cleared since is not there");
});
