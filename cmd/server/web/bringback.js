// Bringing back what showed once, as strokes of whoever wants that.
import { drawAgain } from "./again.js";
import { missing } from "./missing.js";
import { opOf } from "./row.js";
import { inSlices } from "./slices.js";
import { Timeline } from "./timeline.js";
import { words } from "./words.js";

const backTime = 10000; // ms in which that can be taken away again
const slice = 100; // strokes at a time

// gone is what a timeline shows at a position and a log does not, in its order. What was
// one stroke is one.
/** @param {Timeline} timeline @param {number} position @param {Log} log */
export async function gone(timeline, position, log) {
  const then = await inSlices(shown(timeline, position));
  const present = new Timeline([log.era]);
  await inSlices(present.make());
  const now = await inSlices(shown(present, present.length));
  const rows = await inSlices(missing([...then.keys()], [...now.keys()]));
  const strokes = new Map(rows.map((row) => [then.get(row), {}]));
  return rows.map((row) => ({ op: /** @type {PlainOp} */ (opOf(row)), stroke: /** @type {object} */ (strokes.get(then.get(row))) }));
}

// shown is what a timeline shows at a position, each row with the name of its stroke.
/** @param {Timeline} timeline @param {number} position @returns {Generator<void, Map<Row, string>>} */
function* shown(timeline, position) {
  const found = new Map();
  for (const i of timeline.shown(timeline.start(position), position, position)) {
    if (found.size % slice === 0) yield;
    found.set(timeline.row(i), timeline.stroke(i));
  }
  return found;
}

// bringBack draws that, and says so; and takes it away again where that was not meant.
/** @param {{ op: PlainOp, stroke: object }[]} list */
export async function bringBack(list, exchange, notice) {
  if (list.length === 0) {
    notice.say(words.allThere);
    return;
  }
  const lack = await drawAgain(exchange, list);
  const own = [...new Set(list.map(({ stroke }) => exchange.number(stroke)))].filter((k) => k > 0);
  notice.say(lack || words.broughtBack(own.length), lack ? "trouble" : "news", backTime, { words: words.undo, act: () => takeAway(own, exchange) });
}

// takeAway hides one's own strokes of those numbers.
async function takeAway(own, exchange) {
  for (let i = 0; i < own.length; i += slice) {
    for (const k of own.slice(i, i + slice)) exchange.hide(k);
    await new Promise((resolve) => setTimeout(resolve));
  }
}
