// The log: the vectors of canvas, which Go and a browser run as well, and what the
// page alone asks of it.
import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { changes, join, Log, nothing } from "/static/log.js";
import { beforeAll } from "/static/order.js";
import { vector } from "./log.js";

const folder = new URL("../../../canvas/testdata/vectors/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
ok(files.length > 10, `${files.length} vectors`);

// What a browser alone can tell: it reads colors, and knows where deflate ends.
const browsers = ["colors.json", "plain.json", "frames.json"];
for (const file of files.filter((name) => !browsers.includes(name))) {
  test(file, async () => {
    const want = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const got = await vector(want.deliver);
    deepEqual(got.results, want.deliver.map(({ result }) => result));
    check(got, want);
    equal(got.payloads.join(" "), got.payloads.length > 0 ? want.payload : "");
    check(await vector(want.frames.map((frame) => ({ frame }))), want);
  });
}

function check(got, { order, entries, have, dead, len, sum }) {
  deepEqual({ order: got.order, have: got.have, dead: got.dead, len: got.len, sum: got.sum }, { order, have, dead, len, sum });
  if (entries) deepEqual(got.entries, entries);
}

/** @returns {Segment} */
const segment = (x) => ({ type: "segment", from: { x, y: 1 }, to: { x: x + 9, y: 1 }, force: 1, color: "#ff0000" });
const painted = (log) => Array.from(log.paint(), ({ n }) => n);

test("strokes are undone the latest first, and redone until something is drawn", () => {
  const log = new Log("AAAAAAAAAAA");
  for (const [x, k] of [[1, 0], [2, 1], [3, 0]]) log.draw(segment(x), k);
  equal(log.undoable, 3);
  log.undo(3);
  equal(log.undoable, 1);
  log.undo(1);
  deepEqual([log.undoable, log.redoable, painted(log)], [0, 1, []]);
  log.redo(1);
  deepEqual([log.redoable, painted(log)], [3, [1, 2]]);
  log.draw(segment(4), 0);
  deepEqual([log.redoable, log.undoable], [0, 7]);
});

test("what was taken back is neither undone nor redone", () => {
  const log = new Log("AAAAAAAAAAA");
  log.draw(segment(1));
  log.draw(segment(2));
  log.takeBack(2);
  deepEqual([log.undoable, log.redoable, painted(log)], [1, 0, [1]]);
});

test("one's own entries are not forgotten, others' are", () => {
  const [ana, bo] = [new Log("AAAAAAAAAAA"), new Log("BBBBBBBBBBB")];
  const { entry } = ana.draw(segment(1));
  bo.add(/** @type {Entry} */ (entry));
  equal(ana.forget("AAAAAAAAAAA"), nothing);
  equal(bo.forget("AAAAAAAAAAA").kind, changes.everything);
  deepEqual([bo.length, bo.sum, bo.have.size], [0, "0000000000000000", 0]);
  equal(bo.add(/** @type {Entry} */ (entry)).result, "added");
});

test("two changes make one that does what either asks for", () => {
  const box = (left) => ({ left, top: 0, right: left + 1, bottom: 1 });
  const place = { t: 5, site: "AAAAAAAAAAA", n: 1 };
  const later = { kind: changes.region, from: { ...place, t: 7 }, boxes: [box(1)] };
  deepEqual(join(nothing, later), later);
  deepEqual(join(later, nothing), later);
  const both = join(later, { kind: changes.region, from: place, boxes: [box(2)] });
  deepEqual(both, { kind: changes.region, from: place, boxes: [box(1), box(2)] });
  const all = { kind: changes.everything, from: beforeAll, boxes: [] };
  equal(join(all, { kind: changes.appended, from: place, boxes: [] }), all);
  let many = later;
  for (let i = 0; i < 2000; i++) many = join(many, { kind: changes.region, from: place, boxes: [box(i)] });
  ok(many.boxes.length <= 512, `${many.boxes.length} boxes`);
  equal(Math.max(...many.boxes.map(({ right }) => right)), 2000);
});
