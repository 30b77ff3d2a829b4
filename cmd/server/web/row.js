// Rows: entries of the log in integers, the form in which they are kept, hashed
// and sent. The Go half is canvas/row.go.
//
// An entry is { site, n, t, k, op, by }: where it is from, its number, its time in
// ticks (see time.js), its stroke, what it does; by is the plain peer from whom it was
// adopted, or "". Its op is one of wire.js that paints, { type: "undo" }, { type: "redo" },
// or { type: "other", name, payload } of a kind that is not known here: its event, and
// its further members as canonical JSON.
//
// A row is { kind, t, k, xy, pen, color, by, name, payload }: xy in hundredths of a
// pixel, a segment's two ends or a rectangle's corner, width and height; pen a force in
// thousandths or a line width in hundredths of a pixel; color 0xRRGGBBAA.
import { lineWidth, maxCoordinate, maxForce, maxLineWidth } from "./wire.js";

// The numbers are part of the frames and the chains.
export const kinds = { segment: 1, rect: 2, other: 3, undo: 4, redo: 5 };
const types = ["", ...Object.keys(kinds)];

export const perPixel = 100;
export const perForce = 1000;

// paints says whether a row can leave something on the canvas.
/** @param {Row} row */
export function paints(row) {
  return row.kind <= kinds.rect;
}

// isInBounds says whether what a row that paints draws is so.
/** @param {Row} row */
export function isInBounds({ kind, xy, pen }) {
  const most = kind === kinds.rect ? maxLineWidth * perPixel : maxForce * perForce;
  return pen >= 1 && pen <= most && xy.every((v) => Math.abs(v) <= maxCoordinate * perPixel);
}

// rowOf is the row of an entry that has been checked.
/** @param {Partial<Entry> & { op: Op }} entry @returns {Row} */
export function rowOf({ op, t = 0, k = 0, by = "" }) {
  /** @type {Row} */
  const row = { kind: kinds[op.type], t, k, xy: [0, 0, 0, 0], pen: 0, color: 0, by, name: "", payload: "" };
  if (op.type === "segment") {
    row.xy = [op.from.x, op.from.y, op.to.x, op.to.y].map(units);
    row.pen = Math.max(1, round(op.force, perForce));
    row.color = packed(op.color);
  } else if (op.type === "rect") {
    row.xy = [op.origin.x, op.origin.y, op.width, op.height].map(units);
    row.pen = Math.max(1, round(op.lineWidth, perPixel));
    row.color = packed(op.color);
  } else if (op.type === "other") {
    row.name = op.name;
    row.payload = op.payload;
  }
  return row;
}

// entryOf is the entry that a row is at (site, n).
/** @param {string} site @param {number} n @param {Row} row @returns {Entry} */
export function entryOf(site, n, row) {
  const { t, k, by } = row;
  return { site, n, t, k, op: opOf(row), by };
}

// opOf is the operation of a row.
/** @param {Row} row @returns {any} an Op */
export function opOf({ kind, xy, pen, color, name, payload }) {
  const [a, b, c, d] = xy.map((v) => v / perPixel);
  switch (kind) {
    case kinds.segment:
      return { type: "segment", from: { x: a, y: b }, to: { x: c, y: d }, force: pen / perForce, color: unpacked(color) };
    case kinds.rect:
      return { type: "rect", origin: { x: a, y: b }, width: c, height: d, lineWidth: pen / perPixel, color: unpacked(color) };
    case kinds.other:
      return { type: "other", name, payload };
  }
  return { type: types[kind] };
}

// rounded is an operation as the log keeps it.
/** @template {Op} T @param {T} op @returns {T} */
export function rounded(op) {
  return op.type in kinds ? opOf(rowOf({ op })) : op;
}

// bounds is the box of all pixels that a row which paints can touch, in CSS
// pixels.
/** @param {Row} row @returns {Box} */
export function bounds({ kind, xy: [a, b, c, d], pen }) {
  return boundsOf(kind, a, b, c, d, pen);
}

// boundsOf is bounds of what a row holds.
export function boundsOf(kind, a, b, c, d, pen) {
  const u = kind === kinds.rect ? a + c : c;
  const v = kind === kinds.rect ? b + d : d;
  const pad = padding(kind, pen);
  return {
    left: Math.min(a, u) / perPixel - pad, top: Math.min(b, v) / perPixel - pad,
    right: Math.max(a, u) / perPixel + pad, bottom: Math.max(b, v) / perPixel + pad,
  };
}

// padding is how far a line reaches around its middle, in CSS pixels: half its
// width, or a hairline's, the miter of a rectangle's corner being within, and
// one pixel for antialiasing.
export function padding(kind, pen) {
  const width = kind === kinds.rect ? pen / perPixel : lineWidth(pen / perForce);
  return Math.max(width, 1) / 2 + 1;
}

function units(v) {
  return round(v, perPixel);
}

// round is v in parts, half up.
function round(v, parts) {
  return Math.floor(v * parts + 0.5);
}

function packed(color) {
  return parseInt(color.slice(1).padEnd(8, "f"), 16);
}

// unpacked is a color as CSS has it.
export function unpacked(color) {
  const text = color.toString(16).padStart(8, "0");
  return "#" + (text.endsWith("ff") ? text.slice(0, 6) : text);
}
