// Drawing again what is there no more, as strokes of one's own.
import { words } from "./words.js";

const slice = 500; // operations at a time

// drawAgain draws operations in their order, those with the same stroke, any object, as one.
// It gives what has kept it from drawing all of them, in words, or "".
/** @param {any} exchange @param {{ op: PlainOp, stroke: object }[]} list */
export async function drawAgain(exchange, list) {
  const begun = exchange.log.next(0);
  for (let i = 0; i < list.length; i += slice) {
    if (exchange.log.lastClear.t >= begun) return words.notAllBackCleared;
    if (!list.slice(i, i + slice).every(({ op, stroke }) => exchange.draw(op, stroke))) return words.notAllBack;
    await new Promise((resolve) => setTimeout(resolve));
  }
  return "";
}
