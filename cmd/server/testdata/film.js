// What the test of the film does to it: it goes to moments of a drawing, in any order.
import { Brush } from "/static/brush.js";
import { Film } from "/static/film.js";
import { Log } from "/static/log.js";
import { Signatures } from "/static/signatures.js";
import { Timeline } from "/static/timeline.js";

const width = 320;
const height = 200;

// A small generator of numbers below 1 (mulberry32).
function numbers(seed) {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

// drawn is a timeline of so many events, in which much is undone, redone and cleared.
async function drawn(random, count) {
  const log = new Log(new Signatures(), () => {});
  // They are small, so that what is below shows.
  const op = () => {
    const from = { x: random() * 2 * width, y: random() * 2 * height };
    const to = { x: from.x + 40 * random() - 20, y: from.y + 40 * random() - 20 };
    return /** @type {Segment} */ ({ type: "segment", from, to, force: 0.9 + 0.3 * random(), color: random() < 0.5 ? "#33669980" : "#cc3300" });
  };
  let k = 0;
  const strokes = [];
  for (let i = 0; i < count; i++) {
    const kind = random();
    if (kind < 0.95) {
      const entry = log.draw(op(), random() < 0.8 ? k : 0, i * 16);
      k = /** @type {Entry} */ (entry).k;
      strokes.push(k);
    } else if (kind < 0.975) {
      log.undo(strokes[Math.floor(random() * strokes.length)], i * 16);
    } else {
      log.redo(strokes[Math.floor(random() * strokes.length)], i * 16);
    }
    if (i % Math.floor(count / 2.5) === 1000) {
      await log.sign();
      await log.clearAt(log.next(i * 16));
      strokes.length = k = 0;
      strokes.push(/** @type {Entry} */ (log.draw(op(), 0, i * 16)).k);
    }
  }
  const timeline = new Timeline([...log.wiped.eras, log.era]);
  for (const _ of timeline.make());
  return timeline;
}

// worst goes to so many positions with cameras and inks, and gives how many pixels were
// ever others than if all had been painted for that alone.
export async function worst(seed, count, moments) {
  const random = numbers(seed);
  const timeline = await drawn(random, count);
  const canvas = document.body.appendChild(document.createElement("canvas"));
  const film = new Film(canvas, timeline);
  let camera = { x: 0, y: 0, scale: 1, ratio: 1, width, height, ink: null };
  const tints = [null, (i, color) => (i % 2 ? color : 0x11223344)];
  let tint = tints[0];
  film.look(camera);
  let position = 0;
  let wrong = 0;
  for (let i = 0; i < moments; i++) {
    position = random() < 0.5 ? Math.floor(random() * (timeline.length + 1)) : Math.min(timeline.length, position + Math.floor(20 * random()));
    if (random() < 0.1) film.look(camera = { ...camera, x: 100 * random(), scale: 1 + random() });
    if (random() < 0.1) film.tint(tint = tints[Math.floor(2 * random())]);
    if (i === 10) await new Promise((resolve) => setTimeout(resolve, 800)); // for it to make its checkpoints
    canvas.dataset.position = "";
    film.show(position === Number(canvas.dataset.last) ? (position = (position + 1) % timeline.length) : position);
    canvas.dataset.last = String(position);
    while (canvas.dataset.position !== String(position)) await new Promise(requestAnimationFrame);
    wrong += different(canvas, painted(timeline, position, camera, tint));
  }
  film.close();
  return { wrong, length: timeline.length };
}

// painted is a canvas on which all that shows at a position is painted, in order.
function painted(timeline, position, camera, tint) {
  const brush = new Brush(new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true }));
  brush.aim(camera);
  for (const i of timeline.shown(timeline.start(position), position, position)) {
    timeline.trace(i, tint ? { trace: (kind, x, y, u, v, pen, color) => brush.trace(kind, x, y, u, v, pen, tint(i, color)) } : brush);
  }
  return brush.context.canvas;
}

function different(a, b) {
  const [p, q] = [a, b].map((canvas) => new Uint32Array(canvas.getContext("2d").getImageData(0, 0, width, height).data.buffer));
  return p.reduce((count, v, i) => count + (v === q[i] ? 0 : 1), 0);
}
