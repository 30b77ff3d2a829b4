// Inks: the color that a tool draws with, where what is below is to show through.
import { white } from "./paper.js";

// Where two pieces of a stroke meet, both are painted: of a translucent one, that is seen.
// What is one piece lets through what is below; other tools draw as light, but cover it.
const single = new Set(["line", "rect"]);

// inkOf is a style, { color, force, opacity }, as a tool draws with it, also when it changes.
/** @param {string} tool @param {{ color: string, force: number, opacity: number }} style */
export function inkOf(tool, style) {
  return {
    get force() {
      return style.force;
    },
    get color() {
      return (single.has(tool) ? translucent : lighter)(style.color, style.opacity);
    },
  };
}

// translucent is a color, #rrggbb, with an opacity from 0 to 1.
export function translucent(color, opacity) {
  return opacity < 1 ? color + digits(opacity * 255) : color;
}

// lighter is the color that it has then on white paper.
export function lighter(color, opacity) {
  const mixed = [1, 3, 5].map((i) => digits(parse(white, i) + (parse(color, i) - parse(white, i)) * opacity));
  return `#${mixed.join("")}`;
}

function parse(color, i) {
  return parseInt(color.slice(i, i + 2), 16);
}

function digits(v) {
  return Math.round(v).toString(16).padStart(2, "0");
}
