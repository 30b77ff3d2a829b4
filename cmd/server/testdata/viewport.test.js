// The window on the sheet.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { drawnIn } from "/static/extent.js";
import { Viewport } from "/static/viewport.js";
import { newLog } from "./log.js";

Object.assign(globalThis, { innerWidth: 1000, innerHeight: 800, devicePixelRatio: 1 });

const box = (left, top, right, bottom) => ({ left, top, right, bottom });
const near = (got, want, what = "") => ok(Math.abs(got - want) < 1e-6 * Math.max(1, Math.abs(want)), `${what}: got ${got}, want ${want}`);

test("what is under the pointer stays there, on every scale", () => {
  const viewport = new Viewport({ onMove() {} });
  const at = { x: 300, y: 200 };
  const { x, y } = viewport.place(at);
  for (const times of [1.3, 2, 0.25, 7, 0.1]) {
    viewport.zoom(times, at);
    const now = viewport.place(at);
    // The sheet lies on whole device pixels.
    ok(Math.abs(now.x - x) * viewport.scale <= 2.6 && Math.abs(now.y - y) * viewport.scale <= 2.6, `×${times}: ${now.x}, ${now.y}`);
  }
});

test("steps there and back lead to the actual size", () => {
  const viewport = new Viewport({ onMove() {} });
  for (const steps of [7, -12, 5]) for (let i = 0; i < Math.abs(steps); i++) viewport.zoom(1.25 ** Math.sign(steps));
  equal(viewport.scale, 1);
});

test("it ends where nobody can draw, and where there is no scale", () => {
  const viewport = new Viewport({ onMove() {} });
  viewport.pan(1e9, -1e9);
  deepEqual([viewport.x, viewport.y], [999000, -1000000]);
  viewport.zoom(1e9);
  equal(viewport.scale, 16);
  viewport.zoom(1e-9);
  equal(viewport.scale, 0.05);
  viewport.home();
  deepEqual([viewport.x, viewport.y, viewport.scale], [0, 0, 1]);
});

test("what is fitted is all in the window, no larger than it is", () => {
  const viewport = new Viewport({ onMove() {} });
  for (const all of [box(-4000, 100, 3000, 200), box(500, 500, 520, 510), box(0, -9000, 100, 2000)]) {
    viewport.fit(all);
    const { left, top, right, bottom } = viewport.seen;
    ok(left <= all.left && top <= all.top && right >= all.right && bottom >= all.bottom, JSON.stringify(viewport.seen));
    ok(viewport.scale <= 1);
  }
  near(viewport.scale, (800 - 84 - 152) / 11000, "as large as it can be");
  globalThis.innerWidth = 360;
  viewport.fit(box(0, 0, 10, 1024));
  near(viewport.scale, (800 - 84 - 204) / 1024, "above the tools of a small window");
  globalThis.innerWidth = 1000;
});

test("one dot at the end of the world does not hide the rest", () => {
  const log = newLog();
  for (const [x, y] of [[100, 100], [900_000, 900_000], [900_000, 100], [100, 900_000], [-900_000, 100], [100, -900_000]]) {
    log.draw({ type: "segment", from: { x, y }, to: { x: x + 50, y }, force: 1, color: "#ff0000" }, 0, 0);
  }
  const viewport = new Viewport({ onMove() {} });
  ok(!viewport.fits(box(100, 100, 900_050, 900_000)));
  deepEqual(drawnIn(log, viewport.far), box(98, 98, 152, 102));
});
