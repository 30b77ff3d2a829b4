// Plays the exchange's vectors, in internal/exchange/testdata/vectors, whose
// README.md says what a step means. The Go half is internal/exchange/vectors_test.go.
import { Exchange, tickTime } from "/static/exchange.js";
import { readFrame } from "/static/frame.js";
import { Signatures } from "/static/signatures.js";
import { parse } from "/static/wire.js";

const start = 1e6; // ms: a multiple of tickTime
const few = 5; // entries in sequence that a vector says one by one

// A Stage is an exchange, the time that passes for it, and what it says.
class Stage {
  #now = start;
  #timers = [];
  #sent = new Map(); // by peer
  #faults = [];
  #resets = []; // links that are made anew
  #queued = new Map(); // bytes, by peer
  #strokes = new Map(); // by their number in the vector
  #names; // of authors, by site
  #exchange;

  constructor({ authors, start: since }) {
    this.#names = new Map(Object.entries(authors).map(([name, { site }]) => [site, name]));
    this.#exchange = new Exchange({
      signatures: new Signatures({ seed: unhex(authors.us.seed) }), random: () => 0,
      clock: {
        epoch: since - start,
        now: () => this.#now,
        setTimeout: (call, delay) => this.#timers.push({ call, at: this.#now + delay }),
      },
      wire: {
        send: (id, data) => this.#send(id, data),
        queued: (id) => this.#queued.get(id) ?? 0,
        reset: (id) => this.#resets.push(id),
      },
      onChange() {}, onPreview() {}, onProvisional() {}, onState() {},
      onFault: (fault) => this.#faults.push("lied" in fault ? { peer: fault.peer, lied: this.#name(fault.site) } : fault),
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
    for (const { expected, ...step } of vector.steps) {
      await this.#pass(start + step.at);
      const first = step.first ?? 1;
      for (let n = first; n <= (step.last ?? first); n++) {
        await this.#do(step, n);
        await this.#settled();
      }
      steps.push(expected ? { ...step, expected: await this.#outcome() } : step);
    }
    const { length, digest } = this.#exchange.log;
    const { sites, clear, void: voids } = this.#exchange.log.haveSince(0);
    return {
      ...vector, steps, have: Object.fromEntries([...sites].map(([site, n]) => [this.#name(site), n])),
      clear: clear.t, void: voids.map((site) => this.#name(site)), len: length, sum: digest,
    };
  }

  #name(site) {
    return this.#names.get(site) ?? site;
  }

  // #outcome is all that has come of it since the last time.
  async #outcome() {
    const { length, digest } = this.#exchange.log;
    const outcome = {};
    if (this.#sent.size > 0) {
      outcome.sent = {};
      for (const [id, list] of this.#sent) outcome.sent[id] = await this.#summary(list);
    }
    if (this.#resets.length > 0) outcome.resets = this.#resets;
    if (this.#faults.length > 0) outcome.faults = this.#faults;
    this.#sent = new Map();
    this.#resets = [];
    this.#faults = [];
    return { ...outcome, len: length, sum: digest };
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
    else if (step.text) exchange.heard(step.hear, step.text);
    else if (step.frame) exchange.heard(step.hear, unhex(step.frame).buffer);
    else if (step.draw) this.#draw(number(step.draw), step.stroke);
    else if (step.undo) exchange.undo();
    else if (step.redo) exchange.redo();
  }

  #draw(text, number) {
    const stroke = number ? (this.#strokes.get(number) ?? {}) : {};
    if (number) this.#strokes.set(number, stroke);
    if (!this.#exchange.draw(/** @type {PlainOp} */ (parse(text)), stroke)) throw new Error("the room is full");
  }

  // #summary is what was sent, with frames that follow one another and entries that are
  // many in short.
  async #summary(list) {
    const short = [];
    const read = [];
    for (const m of list) read.push(m instanceof Uint8Array ? await this.#frame(m) : m);
    for (let i = 0; i < read.length; ) {
      const runs = prefix(read.slice(i), Array.isArray);
      const many = entries(read.slice(i));
      if (runs > 0) {
        short.push({ frames: joined(read.slice(i, i + runs).flat()) });
      } else if (many.count > few) {
        short.push(many.first === undefined ? { operations: many.count } : { entries: `${many.first}-${many.last}` });
      } else {
        short.push(read[i]);
      }
      i += runs || (many.count > few ? many.count : 1);
    }
    return short;
  }

  // #frame is what a frame is about: its runs, or whom a proof is against.
  async #frame(data) {
    const { runs, proof } = /** @type {Frame} */ (await readFrame(data));
    const named = (runs ?? [proof.first, proof.second]).map(({ site, first, rows }) => ({ author: this.#name(site), first, last: first + rows.length - 1 }));
    return runs ? named : { proof: named.map(spanOf) };
  }
}

const unhex = (text) => Uint8Array.from(text.match(/../g), (digits) => parseInt(digits, 16));

function prefix(list, is) {
  const end = list.findIndex((m) => !is(m));
  return end < 0 ? list.length : end;
}

// entries is how many in the beginning are own entries whose numbers follow one another,
// and the heads among them; or operations without a number.
function entries(list) {
  /** @type {{ count: number, first?: number, last?: number }} */
  const found = { count: 0 };
  for (const [i, { event, lastPoint, o, n }] of list.entries()) {
    const isHead = i > 0 && event === "head" && n === found.last;
    const follows = i === 0 || (n === undefined ? found.last === undefined : found.last !== undefined && n === found.last + 1);
    if (!isHead && !(lastPoint !== undefined && o === undefined && follows)) break;
    if (i === 0) found.first = n;
    found.last = n;
    found.count++;
  }
  return found;
}

// spanOf is such as "ana 3-5", or "ana head 5" of a run without entries.
const spanOf = ({ author, first, last }) => (last < first ? `${author} head ${last}` : `${author} ${first}-${last}`);

// joined are runs by author, as far as they follow one another.
function joined(runs) {
  const list = [];
  runs.sort((a, b) => (a.author === b.author ? a.first - b.first : a.author < b.author ? -1 : 1));
  for (const run of runs) {
    const before = list.at(-1);
    if (before?.author === run.author && run.first === before.last + 1) before.last = run.last;
    else list.push({ ...run });
  }
  return list.map(spanOf);
}

// play plays a vector, and gives it as this page would write it.
export function play(vector) {
  return new Stage(vector).play(vector);
}
