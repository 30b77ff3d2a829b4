// Makes the page's modules run in node: "/static/" leads to them, and a canvas that
// reads colors, which is all that they need of a browser to be loaded.
import { register } from "node:module";

const hook = `export function resolve(specifier, context, next) {
  return next(specifier.replace(/^\\/static\\//, ${JSON.stringify(new URL("../web/", import.meta.url).href)}), context);
}`;
register(`data:text/javascript,${encodeURIComponent(hook)}`);

// A Canvas reads hexadecimal colors and black. What a browser makes of others is
// for the tests in one.
class Canvas {
  getContext() {
    let color = "#000000";
    return {
      get fillStyle() {
        return color;
      },
      set fillStyle(value) {
        const [, short, long] = /^#(?:([0-9a-f]{3})|([0-9a-f]{6}))$/.exec(value === "black" ? "#000" : value) ?? [];
        if (short) color = `#${short.replace(/./g, "$&$&")}`;
        if (long) color = `#${long}`;
      },
    };
  }
}
Object.assign(globalThis, { OffscreenCanvas: Canvas });
