// Snapshots: pictures of a whole drawing, to be kept.
import { Brush } from "./brush.js";
import { offscreen } from "./checkpoint.js";
import { union } from "./extent.js";

const reach = 8192; // CSS pixels around the window; what is beyond is cut
const maxSide = 16384; // device pixels that any browser's canvas has
const maxPixels = 16 << 20; // likewise, of an area

// snapshot paints what a log shows on a background: the window, which is
// { width, height, ratio } (see View.resize), and what of the extent is beyond.
// It gives { blob, scale, isCut }, with a scale below 1 where it had to be made
// smaller.
export async function snapshot(log, extent, { width, height, ratio }, background) {
  const box = union({ left: 0, top: 0, right: width, bottom: height }, extent);
  const left = Math.floor(Math.max(box.left, -reach));
  const top = Math.floor(Math.max(box.top, -reach));
  const wide = Math.ceil(Math.min(box.right, width + reach)) - left;
  const high = Math.ceil(Math.min(box.bottom, height + reach)) - top;
  const fits = Math.min(maxSide / wide, maxSide / high, Math.sqrt(maxPixels / (wide * high)));
  const scale = Math.min(1, fits / ratio);

  const brush = new Brush(offscreen(0, 0));
  const { context } = brush;
  brush.resize(Math.floor(wide * ratio * scale), Math.floor(high * ratio * scale), ratio * scale, { x: left, y: top });
  context.fillStyle = background;
  context.fillRect(left, top, wide + 1, high + 1);
  for (const c of log.paint()) c.of.trace(c.n, brush);
  return {
    blob: await context.canvas.convertToBlob({ type: "image/png" }),
    scale,
    isCut: box.left < left || box.top < top || box.right > left + wide || box.bottom > top + high,
  };
}

// savedWords says what a snapshot that was saved has, and what it lacks.
export function savedWords({ scale, isCut }) {
  const smaller = scale < 1 ? `, at ${Math.floor(100 * scale)} % of its size: in full it would be too large` : "";
  const without = isCut ? `, without what lies more than ${reach} pixels beyond the window` : "";
  return `Picture saved${without}${smaller}`;
}
