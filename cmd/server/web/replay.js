// A replay is what a plain peer is shown of the drawing. The Go half is
// internal/exchange/replay.go.
import { opOf } from "./row.js";

const replayOps = 1 << 17; // that a plain peer is shown at most, the latest; no fewer again, for it clears before

// replayOf is what a log paints, but for what a plain peer drew itself, unless it is
// shown all that again.
/** @returns {Segment[]} */
export function replayOf(log, id, again) {
  let ops = [];
  for (const place of log.paint()) {
    const row = place.of.row(place.n);
    if (!again && row.by === id) continue;
    ops.push(...segments(opOf(row)));
    if (ops.length > 2 * replayOps) ops = ops.slice(-replayOps); // it need not become much longer than it will be
  }
  return ops.slice(-replayOps);
}

// segments is an operation for pages that may know nothing else. A rectangle has
// four sides; what has no pixels has none.
/** @param {Op} op @returns {Segment[]} */
export function segments(op) {
  if (op.type === "segment") return [op];
  if (op.type !== "rect") return [];
  const { origin: a, width, height, lineWidth, color } = op;
  const b = { x: a.x + width, y: a.y };
  const c = { x: a.x + width, y: a.y + height };
  const d = { x: a.x, y: a.y + height };
  const force = (lineWidth / 2) ** 0.25;
  /** @returns {Segment} */
  const side = (from, to) => ({ type: "segment", from, to, force, color });
  return [side(a, b), side(b, c), side(c, d), side(d, a)];
}
