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

// worst paints a log, of which entries that reach so far come out of order and are undone,
// as it grows; and now and then all at once. It gives by how much any value of any pixel
// differs at most, how many do, and how often something was copied while it grew.
export async function worst(seed, rounds, undoes, reach) {
  const random = numbers(seed);
  const log = new Log(new Signatures(), (change) => view.change(change));
  const picture = canvas();
  const view = new View(picture, canvas(), log);
  view.look(camera);
  const others = Array.from({ length: 5 }, () => new Author());
  /** @returns {Segment} */
  const op = () => {
    const from = { x: random() * Math.min(width, 20 * reach), y: random() * Math.min(height, 20 * reach) };
    const to = { x: from.x + (random() - 0.5) * reach, y: from.y + (random() - 0.5) * reach };
    return { type: "segment", from, to, force: 0.8 + random(), color: `#${Math.floor(random() * 2 ** 24).toString(16).padStart(6, "0")}c0` };
  };
  const off = { most: 0, count: 0 };
  let copied = 0;
  const anew = async () => {
    await painted(view);
    copied += copies();
    const grown = pixels(picture);
    view.look({ ...camera, x: 100 });
    await painted(view);
    view.look(camera);
    await painted(view);
    const { most, count } = difference(grown, pixels(picture));
    off.most = Math.max(off.most, most);
    off.count += count;
    copies = counted();
  };
  let copies = counted();
  for (let i = 0; i < rounds; i++) {
    for (const [j, other] of others.entries()) { // which know nothing of one another
      const now = Math.floor(1e3 * (i + 10 * j + 10 * random())); // their clocks are bad
      const { k } = other.log.draw(op(), 0, now);
      if (undoes && random() < 0.1) other.log.undo(1 + Math.floor(random() * k), now);
      if (undoes && random() < 0.1 && other.log.redoable) other.log.redo(other.log.redoable, now);
      await log.merge(await other.runs(), 1e9);
    }
    if (random() < 6 / rounds) await painted(view);
    if (random() < 2 / rounds) await anew();
  }
  await anew();
  copies();
  return { ...off, copied };
}

// counted counts how often one canvas is painted on another, and gives it when it is to end.
function counted() {
  let count = 0;
  const kinds = [CanvasRenderingContext2D, OffscreenCanvasRenderingContext2D].map(({ prototype }) => prototype);
  const real = kinds.map(({ drawImage }) => drawImage);
  for (const [i, kind] of kinds.entries()) {
    kind.drawImage = function (...args) {
      count++;
      return real[i].apply(this, args);
    };
  }
  return () => {
    for (const [i, kind] of kinds.entries()) kind.drawImage = real[i];
    return count;
  };
}

// A Late is a picture on which somebody draws at places of the paint order.
class Late {
  log = new Log(new Signatures(), (change) => this.view.change(change));
  picture = canvas();
  view = new View(this.picture, canvas(), this.log);

  // draw draws a short stroke from a place of the sheet, as somebody new, who it gives.
  async draw(t, x, y) {
    const author = new Author();
    author.log.draw({ type: "segment", from: { x, y }, to: { x: x + 20, y: y + 9 }, force: 1.3, color: `#${(t % 90) + 10}60${(y % 90) + 10}c0` }, 0, t);
    await this.hear(author);
    return author;
  }

  async hear(author) {
    await this.log.merge(await author.runs(), 1e6);
    await painted(this.view);
  }

  async look(x) {
    this.view.look({ ...camera, x });
    await painted(this.view);
  }
}

// What comes late, or is undone or shown again, in a certain order.
const plays = {
  async "an earlier one below one that was late"(late) {
    await late.draw(9, 40, 40);
    await late.draw(8, 45, 40);
  },
  async "below what is shown again"(late) {
    const author = await late.draw(9, 40, 40);
    author.log.undo(1, 9);
    await late.hear(author);
    await late.look(10);
    await late.look(0);
    author.log.redo(1, 9);
    await late.hear(author);
    await late.draw(8, 45, 40);
  },
  async "beside what is undone, with a copy from between"(late) {
    const many = new Author();
    for (let i = 0; i < 1100; i++) {
      many.log.draw({ type: "segment", from: { x: 300, y: 300 }, to: { x: 330, y: i / 3 }, force: 1, color: "#336699" }, 0, 2000 + i);
      if (i % 100 === 99) await late.hear(many);
    }
    const author = await late.draw(9000, 38, 40); // in what is painted again with the other, and in none of its cells
    await late.draw(9, 4, 40);
    author.log.undo(1, 9001);
    await late.hear(author);
  },
};

// inserted gives, of each play, how many values differ from those of the picture that is
// painted all at once.
export async function inserted() {
  const off = {};
  for (const [name, play] of Object.entries(plays)) {
    const late = new Late();
    await late.look(0);
    await late.draw(1000, 500, 300);
    await play(late);
    const grown = pixels(late.picture);
    await late.look(10);
    await late.look(0);
    off[name] = difference(grown, pixels(late.picture)).count;
  }
  return off;
}

// copiesOnTop gives how often something is copied while a row of strokes comes from the
// last one to the first, each beside the others.
export async function copiesOnTop() {
  const late = new Late();
  await late.look(0);
  const copies = counted();
  for (let i = 9; i >= 0; i--) await late.draw(i + 1, 10 + 64 * i, 100);
  return copies();
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
