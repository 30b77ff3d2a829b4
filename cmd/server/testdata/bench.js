// What the benchmarks of the page measure in it.
import { View } from "/static/view.js";
import { readFrame } from "/static/frame.js";
import { Exchange } from "/static/exchange.js";
import { Signatures } from "/static/signatures.js";
import { Author } from "./author.js";

const width = 1280;
const height = 800;
const count = 10; // people who draw
const segments = 100_000; // that are there
const camera = { x: 0, y: 0, scale: 1, ratio: 1, width, height, ink: null };

// A small generator of numbers below 1 (mulberry32).
let seed = 1;
function random() {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}

const tenth = (v) => Math.round(v * 10) / 10;

// A Hand draws strokes of 60 segments, as a person would.
class Hand {
  author = new Author();
  #at;
  #angle = 6 * random();
  #color;
  #k = 0;
  #left = 0;

  segment(time = clock()) {
    if (this.#left-- === 0) {
      this.#left = 60;
      this.#k = 0;
      this.#at = { x: tenth(random() * width), y: tenth(random() * height) };
      this.#color = `#${Math.floor(random() * 2 ** 24).toString(16).padStart(6, "0")}`;
    }
    this.#angle += random() - 0.5;
    const to = { x: tenth(this.#at.x + 5 * Math.cos(this.#angle)), y: tenth(this.#at.y + 5 * Math.sin(this.#angle)) };
    this.line(to, this.#color, this.#at, time);
  }

  // line draws on from where the hand is, or from a place.
  line(to, color, from = this.#at, time = clock()) {
    const entry = this.author.log.draw({ type: "segment", from, to, force: 1.2, color }, this.#k, time);
    this.#k = entry.k;
    this.#at = to;
  }

  // lift ends a stroke.
  lift() {
    this.#k = 0;
    this.#left = 0;
  }
}

let world;

function canvas() {
  return document.body.appendChild(Object.assign(document.createElement("canvas"), { width, height }));
}

// prepare makes a room in which ten people have drawn, each a small stroke and a
// long one first.
export async function prepare() {
  const hands = Array.from({ length: count }, () => new Hand());
  const exchange = new Exchange({
    wire: { send: () => true, queued: () => 0, reset() {} },
    onChange: (change) => view.change(change),
    onPreview() {}, onState() {}, onProvisional() {}, onFault() {},
  });
  const view = new View(canvas(), canvas(), exchange.log);
  view.look(camera);
  for (const { author } of hands) exchange.opened(author.log.site, author.capability);
  world = { hands, exchange, view, picture: document.querySelector("canvas") };
  for (const [i, hand] of hands.entries()) {
    for (let step = 0; step < 60; step++) hand.line({ x: 20 + step, y: 20 + 70 * i }, "#336699", { x: 19 + step, y: 20 + 70 * i });
    hand.lift();
    const y = (step) => 10 + 13 * step - 5 * i;
    for (let step = 0; step < 60; step++) hand.line({ x: 21 * (step + 1), y: y(step + 1) }, "#993366", { x: 21 * step, y: y(step) });
    hand.lift();
  }
  for (let i = 120; i < segments / count; i++) for (const hand of hands) hand.segment();
  for (const { author } of hands) await exchange.log.merge(await author.runs(), clock());
  while (view.behind) await new Promise(requestAnimationFrame);
  return exchange.log.length;
}

// clock is the time, in ticks.
const clock = () => Math.floor((performance.timeOrigin + performance.now()) * 16);

const windowTime = 50; // ms in which each hand draws three segments, which go in one message

// rehearse prepares what people say who draw 60 segments a second each for so many ms. What
// they say is on its way, with each of them longer than with the one before.
export async function rehearse(duration) {
  const begin = clock();
  const list = [];
  for (let at = 0; at < duration; at += windowTime) {
    for (const [i, hand] of world.hands.entries()) {
      for (let j = 0; j < 3; j++) hand.segment(begin + Math.floor(16 * (at + (j * windowTime) / 3)));
      const { author } = hand;
      list.push({ due: at + windowTime + 5 * i, site: author.log.site, text: await author.live() });
    }
  }
  world.messages = list.sort((one, other) => one.due - other.due);
  return list.length;
}

// frames gives the time from each frame to the next, and that of each task over 50, in ms,
// while what was rehearsed is heard, or while nobody draws.
export function frames(duration, live) {
  const times = [];
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map((entry) => entry.duration)));
  observer.observe({ type: "longtask" });
  const begin = performance.now();
  let next = 0; // message
  const hear = (until = performance.now() - begin) => {
    const { messages, exchange } = world;
    for (; messages[next]?.due <= until; next++) exchange.heard(messages[next].site, messages[next].text);
  };
  const timer = live && setInterval(() => hear(), 4);
  return new Promise((resolve) => {
    const end = () => {
      clearInterval(timer);
      observer.disconnect();
      if (live) hear(Infinity); // what comes next follows it
      resolve({ frames: times.slice(1).map((t, i) => t - times[i]), tasks });
    };
    const frame = (now) => {
      times.push(now);
      if (now - begin < duration) requestAnimationFrame(frame);
      else end();
    };
    requestAnimationFrame(frame);
  });
}

// strokes prepares that so many messages of a segment each are drawn, or heard: drawn
// and heard do that, and give how many entries there are. Without WebCrypto, the page signs by itself.
export async function strokes(messages, hasCrypto) {
  const signatures = () => new Signatures(hasCrypto ? {} : { subtle: /** @type {any} */ (null) });
  let time = 0; // ms
  const exchange = new Exchange({
    wire: { send: () => true, queued: () => 0, reset() {} },
    signatures: signatures(),
    clock: { epoch: performance.timeOrigin, now: () => time, setTimeout: (call) => setTimeout(call, 0) },
    onChange() {}, onPreview() {}, onState() {}, onProvisional() {}, onFault() {},
  });
  const authors = Array.from({ length: count }, () => new Author(signatures()));
  for (const { log, capability } of authors) exchange.opened(log.site, capability);
  const texts = [];
  /** @returns {Segment} */
  const at = (i) => ({ type: "segment", from: { x: i % 977, y: i % 701 }, to: { x: i % 977 + 5, y: i % 701 + 3 }, force: 1.2, color: "#336699" });
  for (let i = 0; i < messages; i++) {
    const author = authors[i % count];
    author.log.draw(at(i), 1, clock());
    texts.push({ site: author.log.site, text: await author.live() });
  }
  const all = async (act) => {
    for (let i = 0; i < messages; i++) {
      time += 100;
      act(i);
      if (i % 10 === 0) exchange.tick();
      if (i % 100 === 99) while (exchange.isBusy) await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return exchange.log.length;
  };
  const stroke = {};
  world = { drawn: () => all((i) => exchange.draw(at(i), stroke)), heard: () => all((i) => exchange.heard(texts[i].site, texts[i].text)) };
  return exchange.log.length;
}

export const drawn = () => world.drawn();
export const heard = () => world.heard();

// undo gives how many ms it takes until the picture is painted after somebody
// has undone a stroke, and redone it.
export async function undo(k) {
  const times = [];
  for (const { author } of world.hands) {
    for (const what of ["undo", "redo"]) {
      author.log[what](k, clock());
      const text = await author.live();
      times.push(await painting(async () => {
        world.exchange.heard(author.log.site, text);
        while (world.exchange.isBusy) await null; // its signature is looked at later
      }));
    }
  }
  return times;
}

// painting gives how many ms it takes to do something and to paint it, in frames
// that follow each other at once.
async function painting(act) {
  const request = window.requestAnimationFrame;
  const due = [];
  window.requestAnimationFrame = (f) => due.push(f);
  const begin = performance.now();
  await act();
  while (due.length > 0) due.shift()();
  flush(world.picture.getContext("2d"));
  const took = performance.now() - begin;
  window.requestAnimationFrame = request;
  return took;
}

// flush makes sure that what was painted is.
function flush(context) {
  context.getImageData(0, 0, 1, 1);
}

// repaint gives how many ms it takes to paint all again, and to paint the same
// with nothing but the calls that a canvas needs.
export async function repaint() {
  const { view, exchange } = world;
  const whole = await painting(() => view.look({ ...camera, y: 1 }));
  const context = canvas().getContext("2d", { willReadFrequently: true });
  const rows = Array.from(exchange.log.paint(), ({ of, n }) => of.row(n)).map(({ xy, color }) => ({ xy, color: `#${color.toString(16).padStart(8, "0")}` }));
  const begin = performance.now();
  context.lineWidth = 1.2 ** 4 * 2;
  context.lineCap = "round";
  for (const { xy, color } of rows) {
    context.strokeStyle = color;
    context.beginPath();
    context.moveTo(xy[0] / 100, xy[1] / 100);
    context.lineTo(xy[2] / 100, xy[3] / 100);
    context.stroke();
  }
  flush(context);
  return { whole, bare: performance.now() - begin };
}

// bare gives how many ms it takes to read frames and to paint what they hold,
// with nothing but the calls that a canvas needs.
export async function bare(texts) {
  const list = texts.map((text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
  const context = canvas().getContext("2d", { willReadFrequently: true });
  const begin = performance.now();
  context.lineWidth = 1.2 ** 4 * 2;
  context.lineCap = "round";
  for (const frame of list) {
    for (const { rows } of (await readFrame(frame)).runs) {
      for (const { xy, color } of rows) {
        context.strokeStyle = `#${color.toString(16).padStart(8, "0")}`;
        context.beginPath();
        context.moveTo(xy[0] / 100, xy[1] / 100);
        context.lineTo(xy[2] / 100, xy[3] / 100);
        context.stroke();
      }
    }
  }
  flush(context);
  return performance.now() - begin;
}
