// Makes the page's modules run in node: "/static/" leads to them, and a canvas that
// reads colors, which is all that they need of a browser to be loaded.
import { register } from "node:module";

const hook = `export function resolve(specifier, context, next) {
  return next(specifier.replace(/^\\/static\\//, ${JSON.stringify(new URL("../web/", import.meta.url).href)}), context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// A Canvas reads hexadecimal colors. What a browser makes of others is
// for the tests in one.
class Canvas {
  getContext() {
    let color = "#000000";
    return {
      get fillStyle() {
        return color;
      },
      set fillStyle(value) {
        const [, digits] = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/.exec(value) ?? [];
        if (!digits) return;
        const long = digits.length < 6 ? digits.replace(/./g, "$&$&") : digits;
        const [r, g, b, alpha = 255] = (long.match(/../g) ?? []).map((part) => parseInt(part, 16));
        color = alpha === 255 ? `#${long.slice(0, 6)}` : `rgba(${r}, ${g}, ${b}, ${alpha / 255})`;
      },
    };
  }
}
Object.assign(globalThis, { OffscreenCanvas: Canvas });
