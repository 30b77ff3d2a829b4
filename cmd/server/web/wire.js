// The wire form of what is drawn: one JSON object a message of the data
// channel, in both plain dialects. The Go half is canvas/wire.go.
//
// An operation is one of
//
//   { type: "segment", from: {x, y}, to: {x, y}, force, color }
//   { type: "rect" | "preview", origin: {x, y}, width, height, lineWidth, color }
//   { type: "clear" }
//
// with lengths in CSS pixels and a color that parseColor gave.
import { parseColor } from "./color.js";

export const maxMessage = 64 << 10; // bytes
export const maxCoordinate = 1e6; // CSS pixels
export const maxLineWidth = 512; // CSS pixels
const defaultLineWidth = 2; // CSS pixels, of a rectangle that says none
export const maxForce = 4; // 2·4⁴ is maxLineWidth

// parse decodes a message. Whatever is not a well-formed operation with every
// number in bounds gives null: the sender may be anybody.
/** @param {string} text @returns {PlainOp | null} */
export function parse(text) {
  const message = jsonObject(text);
  return message && parseObject(message);
}

// jsonObject is the object that a text is, or null.
/** @param {string} text @returns {any} */
export function jsonObject(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

// isKnown says whether an object claims to be an operation.
/** @param {any} message */
export function isKnown({ event, lastPoint }) {
  return event === undefined ? lastPoint !== undefined : ["draw", "drawRect", "clear"].includes(event);
}

// parseObject is parse of an object.
/** @param {any} message @returns {PlainOp | null} */
export function parseObject(message) {
  switch (message.event) {
    case undefined:
      return older(parseSegment(message));
    case "draw":
      return parseSegment(message);
    case "drawRect":
      return parseRect(message);
    case "clear":
      return { type: "clear" };
  }
  return null;
}

// older marks what came in the older dialect, which knows nothing but segments:
// a page that speaks it throws at anything else.
/** @param {Segment | null} segment */
function older(segment) {
  return segment && { ...segment, older: true };
}

/** @returns {Segment | null} */
function parseSegment(message) {
  const from = point(message.lastPoint);
  const to = point(message);
  const force = Math.abs(number(message.force ?? 1));
  const color = parseColor(message.color);
  if (!from || !to || !color || !(force <= maxForce)) return null;
  return { type: "segment", from, to, force: force || 1, color };
}

/** @returns {Rect | Preview | null} */
function parseRect(message) {
  const origin = point(message.origin);
  const width = coordinate(message.width);
  const height = coordinate(message.height);
  const wide = number(message.lineWidth ?? defaultLineWidth);
  const color = parseColor(message.color);
  if (!origin || width === null || height === null || !color) return null;
  if (!(wide > 0 && wide <= maxLineWidth)) return null;
  return { type: message.commit === true ? "rect" : "preview", origin, width, height, lineWidth: wide, color };
}

// number reads a JSON number or, as a canvas does, a string that spells one.
// Anything else is NaN, which is never in bounds.
function number(value) {
  if (typeof value === "number") return value;
  if (typeof value === "string" && decimal.test(value)) return Number(value);
  return NaN;
}

const decimal = /^[ \t\n\r\f]*[+-]?(\d+|\d*\.\d+)(e[+-]?\d+)?[ \t\n\r\f]*$/i;

function coordinate(value) {
  const n = number(value);
  return Math.abs(n) <= maxCoordinate ? n : null;
}

function point(value) {
  const x = coordinate(value?.x);
  const y = coordinate(value?.y);
  return x === null || y === null ? null : { x, y };
}

// lineWidth is how wide a segment of that force is, in CSS pixels.
export function lineWidth(force) {
  return force ** 4 * 2;
}

// format encodes an operation, for peers of every kind.
/** @param {Op} op */
export function format(op) {
  switch (op.type) {
    case "segment":
      return JSON.stringify({
        event: "draw", lastPoint: op.from, x: op.to.x, y: op.to.y, force: op.force, color: op.color,
      });
    case "rect":
      return JSON.stringify({ event: "drawRect", commit: true, ...rectangle(op), lineWidth: op.lineWidth });
    case "preview":
      return JSON.stringify({
        event: "drawRect", ...rectangle(op), lineWidth: op.lineWidth === defaultLineWidth ? undefined : op.lineWidth,
      });
    case "clear":
      return JSON.stringify({ event: "clear" });
  }
  throw new TypeError(`no operation: ${op.type}`);
}

function rectangle({ origin, color, width, height }) {
  return { origin, color, width, height };
}
