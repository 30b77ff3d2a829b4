// Whether what is drawn is where a hand is.
import { Area } from "./area.js";
import { beforeAll } from "./order.js";
import { kinds, perForce, perPixel } from "./row.js";
import { lineWidth } from "./wire.js";

// touched gives what of a log shows within so many pixels of the sheet of the way from a
// to b, in paint order.
/** @param {any} log @param {Point} a @param {Point} b @param {number} reach @returns {{ site: string, row: Row }[]} */
export function touched(log, a, b, reach) {
  const box = {
    left: Math.min(a.x, b.x) - reach, top: Math.min(a.y, b.y) - reach,
    right: Math.max(a.x, b.x) + reach, bottom: Math.max(a.y, b.y) + reach,
  };
  const area = new Area(box.right - box.left + 1, box.bottom - box.top + 1, 1, { x: box.left, y: box.top });
  area.add(box);
  const way = [a.x, a.y, b.x, b.y].map((v) => v * perPixel);
  const found = [];
  for (const { of, site, n } of log.paint(beforeAll, area)) {
    const row = of.row(n);
    if (isNear(row, way, reach * perPixel)) found.push({ site, row });
  }
  return found;
}

// isNear says whether what a row paints is so near to a way, in hundredths of a pixel.
/** @param {Row} row @param {number[]} way @param {number} reach */
export function isNear({ kind, xy: [a, b, c, d], pen }, way, reach) {
  if (kind === kinds.segment) return distance(way, [a, b, c, d]) <= reach + (lineWidth(pen / perForce) * perPixel) / 2;
  const sides = [[a, b, a + c, b], [a + c, b, a + c, b + d], [a + c, b + d, a, b + d], [a, b + d, a, b]];
  return sides.some((side) => distance(way, side) <= reach + pen / 2);
}

// distance is how far two lines are apart.
function distance(one, other) {
  const [a, b, c, d] = one;
  const [e, f, g, h] = other;
  const side = (x, y, [p, q, r, s]) => Math.sign((r - p) * (y - q) - (s - q) * (x - p));
  if (side(a, b, other) * side(c, d, other) < 0 && side(e, f, one) * side(g, h, one) < 0) return 0;
  return Math.min(from(a, b, other), from(c, d, other), from(e, f, one), from(g, h, one));
}

// from is how far x, y is from the line between a, b and c, d.
function from(x, y, [a, b, c, d]) {
  const [u, v] = [c - a, d - b];
  const part = Math.min(1, Math.max(0, ((x - a) * u + (y - b) * v) / (u * u + v * v || 1)));
  return Math.hypot(x - a - part * u, y - b - part * v);
}
