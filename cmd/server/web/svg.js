// A drawing as an SVG (W3C, Scalable Vector Graphics 2). The Go half is
// canvas/raster/svg.go. Coordinates are in hundredths of a pixel, as in the log.
import { kinds, perForce, perPixel } from "./row.js";
import { lineWidth } from "./wire.js";

// svgOf is what of a log is in a box of the sheet, on a background if there is one,
// and so many times as large. A run of segments of one stroke, color and width is one
// path; segments of a translucent one are by themselves, for they show through one
// another.
/** @param {any} log @param {Box} box @param {{ times: number, background: string | null }} options */
export function svgOf(log, { left, top, right, bottom }, { times, background }) {
  const [wide, high] = [right - left, bottom - top];
  const view = [left, top, wide, high].map((v) => v * perPixel).join(" ");
  const lines = [`<svg xmlns="http://www.w3.org/2000/svg" width="${wide * times}" height="${high * times}" viewBox="${view}" fill="none" stroke-linecap="round" stroke-linejoin="round">`];
  if (background) lines.push(`<rect x="${left * perPixel}" y="${top * perPixel}" width="${wide * perPixel}" height="${high * perPixel}" fill="${background}"/>`);
  const run = new Run(lines);
  for (const { of, site, n } of log.paint()) {
    const row = of.row(n);
    if (row.kind === kinds.segment) run.add(site, row);
    else {
      run.end();
      lines.push(rectangle(row));
    }
  }
  run.end();
  lines.push("</svg>", "");
  return lines.join("\n");
}

// A Run collects the segments that go into one path.
class Run {
  #lines;
  /** @type {any} */
  #last = null; // the row before, and its site
  #path = "";

  constructor(lines) {
    this.#lines = lines;
  }

  add(site, row) {
    const [x, y, u, v] = row.xy;
    if (x === u && y === v) return; // a canvas paints none
    if (!this.#continues(site, row)) {
      this.end();
      this.#path = `M${x} ${y}`;
    }
    this.#path += `L${u} ${v}`;
    this.#last = { ...row, site };
  }

  #continues(site, { k, xy: [x, y], pen, color }) {
    const last = this.#last;
    return last !== null && last.site === site && last.k === k && last.pen === pen && last.color === color &&
      last.xy[2] === x && last.xy[3] === y && (color & 0xff) === 0xff;
  }

  end() {
    if (this.#last) this.#lines.push(`<path d="${this.#path}"${stroke(this.#last.color, lineWidth(this.#last.pen / perForce) * perPixel)}/>`);
    this.#last = null;
  }
}

// rectangle is a rectangle, or the line without caps that a canvas makes of one
// without a width or a height.
function rectangle({ xy: [x, y, u, v], pen, color }) {
  const look = stroke(color, pen);
  if (u === 0 || v === 0) return `<path d="M${x} ${y}l${u} ${v}" stroke-linecap="butt"${look}/>`;
  return `<rect x="${Math.min(x, x + u)}" y="${Math.min(y, y + v)}" width="${Math.abs(u)}" height="${Math.abs(v)}" stroke-linejoin="miter"${look}/>`;
}

function stroke(color, width) {
  const text = color.toString(16).padStart(8, "0");
  const alpha = color & 0xff;
  const opacity = alpha < 255 ? ` stroke-opacity="${(alpha / 255).toFixed(4)}"` : "";
  return ` stroke="#${text.slice(0, 6)}"${opacity} stroke-width="${Number(width.toFixed(2))}"`;
}
