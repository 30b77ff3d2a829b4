// What the tests of the view do to it: a log whose entries come out of order.
import { View } from "/static/view.js";
import { Log } from "/static/log.js";
import { Signatures } from "/static/signatures.js";
import { Author } from "./author.js";

const width = 640;
const height = 400;
const camera = { x: 0, y: 0, scale: 1, ratio: 1, width, height, ink: null };

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
  view.look(camera);
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
  view.look({ ...camera, x: 100 });
  await painted(view);
  view.look(camera);
  await painted(view);
  return difference(grown, pixels(picture));
}

// difference is by how much any value of two pictures differs at most, and how many do.
function difference(a, b) {
  let most = 0;
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    const off = Math.abs(a[i] - b[i]);
    most = Math.max(most, off);
    if (off > 0) count++;
  }
  return { most, count };
}

// zoomed looks at a log on another scale while somebody draws and undoes, and compares
// the picture with one that was painted for that from the beginning; and with the one of
// before, stretched.
export async function zoomed(seed) {
  const random = numbers(seed);
  const other = new Author();
  const log = new Log(new Signatures(), (change) => view.change(change));
  const [picture, second] = [canvas(), canvas()];
  const view = new View(picture, canvas(), log);
  view.look(camera);
  await painted(view);
  const draw = () => {
    const at = () => ({ x: random() * 2 * width - width / 2, y: random() * 2 * height - height / 2 });
    other.log.draw({ type: "segment", from: at(), to: at(), force: 0.8 + random(), color: "#33669980" }, 0, 0);
  };
  const hear = async () => log.merge(await other.runs(), 1e6);
  for (let i = 0; i < 6000; i++) draw();
  await hear();
  await painted(view);
  const before = document.createElement("canvas").getContext("2d");
  Object.assign(before.canvas, { width, height });
  const near = { ...camera, x: 100, y: 50, scale: 2.5 };
  before.setTransform(near.scale, 0, 0, near.scale, -near.x * near.scale, -near.y * near.scale);
  before.drawImage(picture, 0, 0);
  view.look(near);
  let turns = 0;
  for (; view.behind; turns++) {
    draw();
    other.log.undo(other.log.undoable, 0);
    await hear();
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  for (let i = 0; i < 10; i++) draw();
  await hear();
  await painted(view);
  const fresh = new View(second, canvas(), log);
  fresh.look(near);
  await painted(fresh);
  const { count: blurred } = difference(pixels(picture), before.getImageData(0, 0, width, height).data);
  return { ...difference(pixels(picture), pixels(second)), blurred, turns };
}
