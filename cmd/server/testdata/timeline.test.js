// The timeline: what it shows at each moment is what a log shows that has come to it.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { perMilli } from "/static/time.js";
import { Timeline } from "/static/timeline.js";
import { Author } from "./author.js";
import { newLog } from "./log.js";

/** @returns {Segment} */
const segment = (x) => ({ type: "segment", from: { x, y: 0 }, to: { x: x + 1, y: 0 }, force: 1, color: "#ff0000" });

// made is the timeline of a log, with all that it has wiped.
function made(log) {
  const timeline = new Timeline([...log.wiped.eras, log.era]);
  for (const _ of timeline.make());
  return timeline;
}

const xs = (timeline, position) => Array.from(timeline.shown(timeline.start(position), position, position), (i) => timeline.row(i).xy[0] / 100);
const painted = (log) => Array.from(log.paint(), ({ of, n }) => of.row(n).xy[0] / 100);

// A small generator of numbers below 1 (mulberry32).
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test("each position shows what the log painted then", async () => {
  for (let seed = 1; seed <= 40; seed++) {
    const random = numbers(seed);
    const log = newLog();
    const then = [painted(log)];
    let k = 0;
    for (let i = 0; i < 60; i++) {
      const kind = random();
      const now = i * 100 * perMilli;
      if (kind < 0.1) {
        const before = painted(log).length;
        log.adopt("plain", segment(i % 4), now); // of what is the same, one is painted
        if (painted(log).length === before) continue;
      } else if (kind < 0.6) k = log.draw(segment(i), random() < 0.5 ? k : 0, now)?.k ?? 0;
      else if (kind < 0.75) {
        if (log.undoable === 0) continue;
        log.undo(log.undoable, now);
      } else if (kind < 0.9) {
        if (log.redoable === 0) continue;
        log.redo(log.redoable, now);
      } else {
        await log.sign();
        const before = log.length;
        await log.clearAt(log.next(now));
        k = 0;
        if (before === 0) continue; // nothing has happened
      }
      then.push(painted(log));
    }
    const timeline = made(log);
    equal(timeline.length, then.length - 1, `seed ${seed}`);
    for (const position of Array.from(then.keys()).sort(() => random() - 0.5)) deepEqual(xs(timeline, position), then[position], `seed ${seed}, position ${position}`);
  }
});

test("what others drew comes in between, and is hidden by whoever drew it", async () => {
  const [ana, bo] = [new Author(), new Author()];
  const log = newLog();
  const draw = (author, x, at) => author.log.draw(segment(x), 0, at * perMilli);
  draw(ana, 1, 1000);
  draw(bo, 2, 2000);
  draw(ana, 3, 3000);
  bo.log.undo(bo.log.undoable, 4000 * perMilli);
  for (const author of [bo, ana]) await log.merge(await author.runs(), 1e9);
  const timeline = made(log);
  deepEqual([0, 1, 2, 3, 4].map((position) => xs(timeline, position)), [[], [1], [1, 2], [1, 2, 3], [1, 3]]);
  deepEqual([1, 2, 3, 4].map((position) => timeline.last(position)?.site === bo.log.site), [false, true, false, true]);
  deepEqual([...timeline.turned(3, 4)], [1]);
  deepEqual([...timeline.turned(0, 2)], []);
});

test("what was hidden and shown again in between has not turned", () => {
  const log = newLog();
  const k = log.draw(segment(1), 0, 1)?.k ?? 0;
  for (const change of ["undo", "redo", "undo"]) log[change](k, 1);
  const timeline = made(log);
  deepEqual([2, 3, 4].map((to) => [...timeline.turned(1, to)]), [[0], [], [0]]);
});

test("it keeps the rhythm, and passes over pauses", () => {
  const log = newLog();
  let k = 0;
  for (const at of [5000, 5040, 5080, 65080, 65100]) k = log.draw(segment(at), at < 65000 ? k : 0, at * perMilli)?.k ?? 0;
  const timeline = made(log);
  deepEqual([0, 1, 2, 3, 4, 5].map((position) => timeline.at(position)), [0, 300, 340, 380, 1380, 1400]);
  equal(timeline.duration, 1400);
  deepEqual([0, 299, 300, 345, 1379, 1400, 9999].map((at) => timeline.position(at)), [0, 0, 1, 2, 3, 5, 5]);
  deepEqual([0, 1, 3, 4, 5].map((position) => timeline.next(position)), [3, 3, 4, 5, 5]);
  deepEqual([5, 4, 3, 2, 0].map((position) => timeline.previous(position)), [4, 3, 0, 0, 0]);
});

test("a step in a long stroke is a second", () => {
  const log = newLog();
  let k = 0;
  for (let i = 0; i < 100; i++) k = log.draw(segment(i), k, i * 100 * perMilli + 1)?.k ?? 0;
  const timeline = made(log);
  deepEqual([timeline.next(20), timeline.previous(50), timeline.next(95)], [30, 40, 100]);
});

test("it says since when it knows, and who did what when", async () => {
  const log = newLog();
  await log.clearAt(log.next(1000));
  log.draw(segment(1), 0, 2000);
  await log.sign();
  await log.clearAt(log.next(3000));
  const timeline = made(log);
  equal(timeline.since, 1000);
  equal(timeline.last(0), null);
  deepEqual(timeline.last(1), { t: 2000, site: log.site, by: "", isClear: false });
  deepEqual(timeline.last(2), { t: 3000, site: log.site, by: "", isClear: true });
});

test("nothing is the history of nothing", () => {
  const timeline = made(newLog());
  deepEqual([timeline.length, timeline.duration, timeline.position(5), timeline.next(0), timeline.previous(0)], [0, 0, 0, 0, 0]);
});
