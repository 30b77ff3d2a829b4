// Plays the exchange's vectors, in internal/exchange/testdata/vectors, whose
// README.md says what a step means. The Go half is internal/exchange/vectors_test.go.
import { Exchange, tickTime } from "/static/exchange.js";
import { nextFrame, readFrame } from "/static/frame.js";
import { Log } from "/static/log.js";
import { parseMessage } from "/static/message.js";
import { parse } from "/static/wire.js";

const start = 1e6; // ms: a multiple of tickTime
const few = 5; // entries in sequence that a vector says one by one

// A Stage is an exchange, the time that passes for it, and what it says.
class Stage {
  #now = start;
  #timers = [];
  #sent = new Map(); // by peer
  #faults = [];
  #queued = new Map(); // bytes, by peer
  #strokes = new Map(); // by their number in the vector
  #exchange;

  constructor(site) {
    this.#exchange = new Exchange({
      site, random: () => 0,
      clock: {
        now: () => this.#now,
        setTimeout: (call, delay) => this.#timers.push({ call, at: this.#now + delay }),
      },
      wire: {
        send: (id, data) => this.#send(id, data),
        queued: (id) => this.#queued.get(id) ?? 0,
        reset: (id) => this.#note(id, "reset"),
      },
      onChange() {}, onPreview() {}, onProvisional() {}, onState() {},
      onFault: (fault) => this.#faults.push(fault),
    });
  }

  #note(id, what) {
    this.#sent.set(id, [...(this.#sent.get(id) ?? []), what]);
    return true;
  }

  // #send notes a message. Those that went together come apart.
  #send(id, data) {
    if (typeof data !== "string") return this.#note(id, data.slice());
    for (const line of data.split("\n")) this.#note(id, JSON.parse(line));
    return true;
  }

  // play does what a vector says, and gives it with what comes of it.
  async play(vector) {
    const steps = [];
    for (const { sent: _sent, faults: _faults, ...step } of vector.steps) {
      await this.#pass(start + step.at);
      const first = step.first ?? 1;
      for (let n = first; n <= (step.last ?? first); n++) {
        await this.#do(step, n);
        await this.#settled();
      }
      steps.push(step.expected ? { ...step, ...(await this.#taken()) } : step);
    }
    const { have, dead, length, sum } = this.#exchange.log;
    const rest = await this.#taken();
    return { ...vector, steps, have: Object.fromEntries(have), dead: Object.fromEntries(dead), len: length, sum, ...rest };
  }

  // #taken is what was sent, and went wrong, since the last time.
  async #taken() {
    const taken = {};
    if (this.#sent.size > 0) {
      taken.sent = {};
      for (const [id, list] of this.#sent) taken.sent[id] = await summary(list);
    }
    if (this.#faults.length > 0) taken.faults = this.#faults;
    this.#sent = new Map();
    this.#faults = [];
    return taken;
  }

  // #pass lets time pass until then, with a tick five times a second.
  async #pass(then) {
    for (;;) {
      const tick = (Math.floor(this.#now / tickTime) + 1) * tickTime;
      this.#timers.sort((a, b) => a.at - b.at);
      const next = Math.min(this.#timers[0]?.at ?? Infinity, tick);
      if (next > then) {
        this.#now = then;
        return;
      }
      this.#now = next;
      if (this.#timers[0]?.at === next) this.#timers.shift().call();
      else this.#exchange.tick();
      await this.#settled();
    }
  }

  // #settled waits until frames have been made and read, which takes real time.
  async #settled() {
    while (this.#exchange.isBusy) await new Promise((resolve) => setTimeout(resolve, 0));
  }

  // #do does one step, as number n of several.
  async #do(step, n) {
    const exchange = this.#exchange;
    const number = (text) => text.replaceAll("$N", String(n));
    if (step.open) {
      exchange.opened(step.open, step.says);
      exchange.tick();
    } else if (step.close) exchange.closed(step.close);
    else if (step.wavers) exchange.wavers(step.wavers, true);
    else if (step.steady) exchange.wavers(step.steady, false);
    else if (step.queue) this.#queued.set(step.queue, step.bytes ?? 0);
    else if (step.text) exchange.heard(step.hear, number(step.text));
    else if (step.hex) exchange.heard(step.hear, Uint8Array.from(step.hex.match(/../g), (b) => parseInt(b, 16)).buffer);
    else if (step.frame) for (const f of await framesOf(step.frame)) exchange.heard(step.hear, f.slice().buffer);
    else if (step.draw) this.#draw(number(step.draw), step.stroke);
    else if (step.undo) exchange.undo();
    else if (step.redo) exchange.redo();
  }

  #draw(text, number) {
    const stroke = number ? (this.#strokes.get(number) ?? {}) : {};
    if (number) this.#strokes.set(number, stroke);
    if (!this.#exchange.draw(/** @type {PlainOp} */ (parse(text)), stroke)) throw new Error("the room is full");
  }
}

// framesOf are frames of entries, each as a message with its site.
async function framesOf(messages) {
  const log = new Log("");
  for (const text of messages) {
    const { result } = log.add(/** @type {EntryMessage} */ (parseMessage(text)).entry);
    if (result !== "added") throw new Error(`${result}: ${text}`);
  }
  const frames = [];
  for (let f, have = new Map(), dead = new Map(); (f = await nextFrame(log, have, dead)); ) frames.push(f);
  return frames;
}

// summary is what was sent, with frames that follow one another and entries that
// are many in short.
async function summary(list) {
  const short = [];
  while (list.length > 0) {
    const frames = prefix(list, (m) => m instanceof Uint8Array);
    const many = entries(list);
    if (frames > 0) {
      const runs = await Promise.all(list.slice(0, frames).map(runsOf));
      short.push({ frames: joined(runs.flat()) });
    } else if (many > few) {
      const { n } = list[0];
      short.push(n === undefined ? { operations: many } : { entries: `${n}-${list[many - 1].n}` });
    } else {
      short.push(list[0]);
    }
    list = list.slice(frames || (many > few ? many : 1));
  }
  return short;
}

function prefix(list, is) {
  const end = list.findIndex((m) => !is(m));
  return end < 0 ? list.length : end;
}

// entries is how many in the beginning are own entries whose numbers follow one
// another, or operations without a number.
function entries(list) {
  let last = null;
  return prefix(list, ({ lastPoint, o, n }) => {
    const follows = last === null || (n === undefined ? last === undefined : n === last + 1);
    last = n;
    return lastPoint !== undefined && o === undefined && follows;
  });
}

async function runsOf(frame) {
  const { gone, runs } = /** @type {Frame} */ (await readFrame(frame));
  return [
    ...gone.map(([site, n]) => ({ site: `dead ${site}`, first: 1, last: n })),
    ...runs.map(({ site, first, rows }) => ({ site, first, last: first + rows.length - 1 })),
  ];
}

// joined are runs by site, as far as they follow one another.
function joined(runs) {
  const list = [];
  runs.sort((a, b) => (a.site === b.site ? a.first - b.first : a.site < b.site ? -1 : 1));
  for (const run of runs) {
    const before = list.at(-1);
    if (before?.site === run.site && run.first === before.last + 1) before.last = run.last;
    else list.push(run);
  }
  return list.map(({ site, first, last }) => `${site} ${first}-${last}`);
}

// play plays a vector, and gives it as this page would write it.
export function play(vector) {
  return new Stage(vector.site).play(vector);
}
