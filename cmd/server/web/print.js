// Printing: on paper is the drawing, all of it, and nothing else.
import { Brush } from "./brush.js";
import { frameOf } from "./snapshot.js";

const longest = 3500; // device pixels of the longer side: 300 in an inch of A4
const mostTimes = 4; // as large as it is on the screen: beyond that, lines are no sharper

// installPrinting paints on a canvas, which styles show on paper alone, what a log has when
// somebody prints. extent() is the box around all of that, or null.
export function installPrinting({ canvas, log, extent, viewport }) {
  const brush = new Brush(canvas.getContext("2d"));
  addEventListener("beforeprint", () => {
    const { left: x, top: y, right, bottom } = frameOf(extent(), viewport.seen).box;
    const [width, height] = [right - x, bottom - y];
    brush.aim({ x, y, scale: 1, ratio: Math.min(mostTimes, longest / Math.max(width, height)), width, height, ink: null });
    for (const c of log.paint()) c.of.trace(c.n, brush);
    canvas.dataset.wide = String(width > height);
  });
  addEventListener("afterprint", () => brush.aim({ x: 0, y: 0, scale: 1, ratio: 1, width: 0, height: 0, ink: null })); // it may be large
}
