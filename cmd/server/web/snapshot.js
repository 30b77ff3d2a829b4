// Snapshots: files of a drawing, to be kept.
import { Brush } from "./brush.js";
import { offscreen } from "./checkpoint.js";
import { union } from "./extent.js";
import { svgOf } from "./svg.js";
import { words } from "./words.js";

const margin = 20; // pixels around what is drawn
const reach = 8192; // pixels around what is seen; what is drawn beyond is cut
const maxSide = 16384; // device pixels that any browser's canvas has
const maxPixels = 16 << 20; // likewise, of an area

// frameOf is the box that a picture of all that is drawn has, of whole pixels; where
// nothing is, it is what is seen. isCut says that some of the drawing is beyond.
/** @param {Box | null} extent @param {Box} seen @returns {{ box: Box, isCut: boolean }} */
export function frameOf(extent, seen) {
  const { left, top, right, bottom } = extent ?? seen;
  const box = {
    left: Math.floor(Math.max(left - margin, seen.left - reach)), top: Math.floor(Math.max(top - margin, seen.top - reach)),
    right: Math.ceil(Math.min(right + margin, seen.right + reach)), bottom: Math.ceil(Math.min(bottom + margin, seen.bottom + reach)),
  };
  const whole = union(box, extent);
  // Where all is further away than that, what is seen is cut out.
  if (box.right <= box.left || box.bottom <= box.top) return { box: seen, isCut: true };
  return { box, isCut: whole.left < box.left || whole.top < box.top || whole.right > box.right || whole.bottom > box.bottom };
}

// picture is what a log shows in a box of the sheet, so many times as large, as PNG or
// SVG, on a background if there is one. It gives { blob, scale }, with a scale below 1
// where it had to be made smaller.
/**
 * @param {any} log @param {Box} box
 * @param {{ type: string, times: number, background: string | null }} options type is "png" or "svg"
 */
export async function picture(log, box, { type, times, background }) {
  if (type === "svg") return { blob: new Blob([svgOf(log, box, { times, background })], { type: "image/svg+xml" }), scale: 1 };
  const [wide, high] = [box.right - box.left, box.bottom - box.top];
  const scale = Math.min(1, maxSide / wide / times, maxSide / high / times, Math.sqrt(maxPixels / (wide * high)) / times);
  const brush = new Brush(offscreen(0, 0));
  const { context } = brush;
  // Of a side that a scale leaves no whole pixels, the part of one is left out.
  const ratio = times * scale;
  const [width, height] = [wide, high].map((v) => (scale < 1 ? Math.floor(v * ratio) : Math.round(v * ratio)) / ratio);
  brush.aim({ x: box.left, y: box.top, scale: 1, ratio, width, height, ink: null });
  if (background) {
    context.fillStyle = background;
    context.fillRect(box.left, box.top, wide + 1, high + 1);
  }
  for (const c of log.paint()) c.of.trace(c.n, brush);
  return { blob: await context.canvas.convertToBlob({ type: "image/png" }), scale };
}

// savedWords says what a picture that was saved has, and what it lacks.
export function savedWords({ scale, isCut }) {
  const smaller = scale < 1 ? words.savedSmaller(Math.floor(100 * scale)) : "";
  const without = isCut ? words.savedCut(reach) : "";
  return words.saved + without + smaller;
}
