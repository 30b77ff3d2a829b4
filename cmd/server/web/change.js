// Changes: how the picture of a log differs from before. The Go half is
// canvas/change.go.
import { beforeAll, compare } from "./order.js";

// A change says how the picture differs from before: what has to be done, from
// which place in the paint order on, and for a region in which boxes, each
// { left, top, right, bottom } in CSS pixels. The box of a row that is new says of which
// site's log it is, and its number n.
/** @type {Change} */
export const nothing = { kind: 0, from: beforeAll, boxes: [] };
const appended = 1; // paint on top what comes after all that was painted before
const region = 2; // the same, and paint the boxes again, at least from from on
const everything = 3; // paint all again
export const changes = { appended, region, everything };
const maxBoxes = 512; // of one change

// join is the change that one and then another make.
/** @param {Change} c @param {Change} d @returns {Change} */
export function join(c, d) {
  if (c.kind === 0 || d.kind === 0) return c.kind === 0 ? d : c;
  if (c.kind >= d.kind && d.boxes.length === 0 && compare(c.from, d.from) <= 0) return c;
  return {
    kind: Math.max(c.kind, d.kind),
    from: compare(c.from, d.from) < 0 ? c.from : d.from,
    boxes: fewer(c.boxes.concat(d.boxes)),
  };
}

// fewer joins each two boxes that follow one another, and thus lie side by side
// most often, where there are many.
function fewer(boxes) {
  if (boxes.length <= maxBoxes) return boxes;
  const joined = [];
  for (let i = 0; i < boxes.length; i += 2) joined.push(around(boxes[i], boxes[i + 1] ?? boxes[i]));
  return joined;
}

function around(a, b) {
  return {
    left: Math.min(a.left, b.left), top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom),
  };
}
