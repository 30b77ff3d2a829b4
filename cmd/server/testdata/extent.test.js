// How far a drawing reaches, and what a change touches.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { Area } from "/static/area.js";
import { Extent, union } from "/static/extent.js";
import { bounds, rowOf } from "/static/row.js";
import { newLog } from "./log.js";

/** @returns {Segment} */
const segment = (x, y) => ({ type: "segment", from: { x, y }, to: { x: x + 10, y }, force: 1, color: "#ff0000" });
const box = (left, top, right, bottom) => ({ left, top, right, bottom });

test("a box is around what a line can touch", () => {
  deepEqual(bounds(rowOf({ op: segment(5, 7) })), box(3, 5, 17, 9)); // half of 2 pixels, and one more
  deepEqual(union(null, null), null);
  deepEqual(union(box(0, 0, 1, 1), null), box(0, 0, 1, 1));
  deepEqual(union(box(0, 5, 1, 6), box(-3, 0, 0, 1)), box(-3, 0, 1, 6));
});

test("the extent shrinks when what reached furthest is taken away", () => {
  const extent = new Extent();
  const log = newLog(undefined, ({ boxes }) => extent.change(boxes));
  for (const at of [5, 500]) extent.grow(bounds(rowOf(/** @type {Entry} */ (log.draw(segment(at, at), 0, 0)))));
  deepEqual(extent.of(log), box(3, 3, 512, 502));
  log.undo(2, 0);
  deepEqual(extent.of(log), box(3, 3, 17, 7));
  extent.forget();
  equal(extent.of(log), null);
});

test("an area has the cells that boxes touch, and no others", () => {
  const area = new Area(640, 400, 1);
  area.add(box(70, 10, 200, 20));
  ok(area.touches(64, 0, 65, 1) && area.touches(250, 60, 255, 63));
  ok(!area.touches(0, 0, 63, 399) && !area.touches(64, 64, 639, 399) && !area.touches(256, 0, 639, 63));
  deepEqual(area.rectangles, [{ x: 64, y: 0, width: 192, height: 64 }]);
  equal(area.share, 3 / 70);
  const other = new Area(640, 400, 1);
  other.add(box(0, 0, 10, 10));
  ok(!area.overlaps(other));
  other.join(area);
  ok(area.overlaps(other) && other.share === 4 / 70);
});
