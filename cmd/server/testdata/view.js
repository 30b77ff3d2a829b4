// What the tests of the view do to it: a log whose entries come out of order.
import { View } from "/static/view.js";
import { Log } from "/static/log.js";
import { Signatures } from "/static/signatures.js";
import { Author } from "./author.js";

const width = 640;
const height = 400;

function canvas() {
  return document.body.appendChild(document.createElement("canvas"));
}

// painted waits until whatever is due is painted.
async function painted(view) {
  while (view.behind) await new Promise((resolve) => setTimeout(resolve, 10));
}

function pixels(picture) {
  return picture.getContext("2d").getImageData(0, 0, width, height).data;
}

// A small generator of numbers below 1 (mulberry32).
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// worst paints a log, of which entries come out of order and are undone, as it
// grows; and then all at once. It gives by how much any value of any pixel
// differs at most, and how many do.
export async function worst(seed, rounds, undoes) {
  const random = numbers(seed);
  const log = new Log(new Signatures(), (change) => view.change(change));
  const picture = canvas();
  const view = new View(picture, canvas(), log);
  view.resize(width, height, 1);
  const others = [new Author(), new Author()];
  /** @returns {Segment} */
  const op = () => ({
    type: "segment", from: { x: random() * width, y: random() * height }, to: { x: random() * width, y: random() * height },
    force: 0.8 + random(), color: `#${Math.floor(random() * 2 ** 24).toString(16).padStart(6, "0")}`,
  });
  for (let i = 0; i < rounds; i++) {
    for (const other of others) { // which know nothing of one another
      const now = Math.floor(1e6 * random()); // their clocks are bad
      other.log.draw(op(), 0, now);
      if (undoes && random() < 0.1) other.log.undo(other.log.undoable, now);
      if (undoes && random() < 0.1 && other.log.redoable) other.log.redo(other.log.redoable, now);
      await log.merge(await other.runs(), 1e6);
    }
    if (random() < 6 / rounds) await painted(view);
  }
  await painted(view);
  const grown = pixels(picture);
  view.resize(width, height, 1);
  await painted(view);
  const whole = pixels(picture);
  let most = 0;
  let count = 0;
  for (let i = 0; i < whole.length; i++) {
    const off = Math.abs(grown[i] - whole[i]);
    most = Math.max(most, off);
    if (off > 0) count++;
  }
  return { most, count };
}
