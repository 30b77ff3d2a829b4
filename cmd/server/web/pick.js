// The eyedropper: it takes the color of what is drawn at a place of the sheet.
import { Area } from "./area.js";
import { beforeAll } from "./order.js";
import { kinds, perForce, perPixel, unpacked } from "./row.js";
import { lineWidth } from "./wire.js";

const around = 2; // pixels of the sheet, of the area that is looked at

// A PickStroke is a press with the eyedropper; see gesture.js. onPick(place) hears where
// it ended.
export class PickStroke {
  isEmpty = true; // it draws nothing
  #place;
  #onPick;
  #at;

  constructor(event, { place, onPick }) {
    this.#place = place;
    this.#onPick = onPick;
    this.move([event]);
  }

  move(events) {
    const { clientX: x, clientY: y } = events[events.length - 1];
    this.#at = { x, y };
  }

  end() {
    this.#onPick(this.#place(this.#at));
  }

  takeBack() {}
}

// colorAt is the color, #rrggbb, of what a log shows at a place, on top, or null.
/** @param {any} log @param {Point} place */
export function colorAt(log, { x, y }) {
  const area = new Area(2 * around, 2 * around, 1, { x: x - around, y: y - around });
  area.add({ left: x, top: y, right: x, bottom: y });
  let color = null;
  for (const { of, n } of log.paint(beforeAll, area)) {
    const row = of.row(n);
    if (touches(row, x * perPixel, y * perPixel)) color = unpacked(row.color).slice(0, 7);
  }
  return color;
}

// touches says whether what a row paints is at x, y, in hundredths of a pixel.
function touches({ kind, xy: [a, b, c, d], pen }, x, y) {
  if (kind === kinds.segment) return distance(x, y, a, b, c, d) <= (lineWidth(pen / perForce) * perPixel) / 2;
  const sides = [[a, b, a + c, b], [a + c, b, a + c, b + d], [a + c, b + d, a, b + d], [a, b + d, a, b]];
  return sides.some((side) => distance(x, y, ...side) <= pen / 2);
}

// distance is how far x, y is from the line between a, b and c, d.
function distance(x, y, a, b, c, d) {
  const [u, v] = [c - a, d - b];
  const part = Math.min(1, Math.max(0, ((x - a) * u + (y - b) * v) / (u * u + v * v || 1)));
  return Math.hypot(x - a - part * u, y - b - part * v);
}
