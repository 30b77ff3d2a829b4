// What synced neighbours send. The Go half is internal/exchange/hear.go.
import { Hearing } from "./hearing.js";
import { Forwarded } from "./limit.js";

const maxInbox = 2 << 20; // bytes behind what is being inflated or verified: all that a neighbour may draw at once
const messageCost = 64; // bytes of a message beside what it says

// A Hearer takes what synced neighbours send, of each in the order in which it came though
// some of it takes a while to inflate or to verify. It is passive: exchange.js tells it
// what comes. onHeard() hears that all of a neighbour's is taken.
export class Hearer {
  #drawing;
  #log;
  #neighbours;
  #heartbeat;
  #answers;
  #puller;
  #receiver;
  #comparer;
  #frames;
  #wire;
  #clock;
  #on;
  #forwarded = new Forwarded();
  /** @type {WeakMap<ArrayBuffer, Promise<Frame | null | undefined>>} */
  #ahead = new WeakMap(); // frames that wait, and are being read

  constructor({ drawing, neighbours, heartbeat, answers, puller, receiver, comparer, frames, wire, clock, onPreview, onState, onHeard }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#heartbeat = heartbeat;
    this.#answers = answers;
    this.#puller = puller;
    this.#receiver = receiver;
    this.#comparer = comparer;
    this.#frames = frames;
    this.#wire = wire;
    this.#clock = clock;
    this.#on = { onPreview, onState, onHeard };
  }

  // hear takes a message.
  /** @param {Neighbour} n @param {string | ArrayBuffer} data @param {number} now */
  hear(n, data, now) {
    if (!n.busy) {
      this.#drawing.soon(this.#serve(n, data, now));
    } else if (n.waiting + sizeOf(data) > maxInbox) {
      this.#wire.reset(n.id);
    } else {
      n.inbox.push(data);
      n.waiting += sizeOf(data);
    }
  }

  async #serve(n, data, now) {
    n.busy = true;
    await this.#take(n, data, now);
    while (n.inbox.length > 0) {
      const next = n.inbox.shift();
      n.waiting -= sizeOf(next);
      await this.#take(n, next, this.#clock.now());
    }
    n.busy = false;
    this.#on.onHeard();
  }

  async #take(n, data, now) {
    if (typeof data === "string") {
      const hearing = new Hearing({
        n, now, forwarded: this.#forwarded,
        on: {
          run: (entries, head) => this.#receiver.run(n, entries, head, now),
          clear: (clear) => this.#receiver.clear(n, clear, now),
          preview: (op) => this.#neighbours.has(n.id) && this.#on.onPreview(n.id, op),
          said: (m) => this.#said(n, m, now),
        },
      });
      for (const line of data.split("\n")) await hearing.line(line);
    } else {
      await this.#frame(n, data, now);
    }
  }

  // #said takes what a neighbour says about itself.
  /** @param {Neighbour} n @param {Message} m @param {number} now */
  async #said(n, m, now) {
    switch (m.type) {
      case "have":
        await this.#have(n, m, now);
        break;
      case "want":
        this.#answers.wanted(n, m);
        break;
      case "ping":
        n.sum = m.sum;
        this.#heartbeat.answer(n, now);
        this.#on.onState();
        break;
      case "bye":
        n.leaves = true;
        this.#puller.forsake(n);
    }
  }

  // #have notes what a neighbour says it holds.
  /** @param {Neighbour} n @param {Have} m @param {number} now */
  async #have(n, m, now) {
    if (!n.claims(this.#log, m, now)) return;
    if (m.clear) await this.#receiver.clear(n, m.clear, now);
    n.sum = m.sum;
    if (m.more) return;
    n.known = true;
    n.holds = m.sum;
    if (this.#log.holds(n.site) < (n.have.get(n.site) ?? 0)) n.gap = true; // what it sent itself has come before that
    this.#puller.answered(n);
    this.#comparer.look(n, now);
    this.#on.onState();
    this.#puller.ask(now);
  }

  // #frame takes in a frame. Meanwhile the next one is read.
  async #frame(n, data, arrived) {
    if (!n.limits.admitsFrame(arrived)) return;
    const frame = await this.#read(data);
    if (n.inbox[0] instanceof ArrayBuffer) this.#ahead.set(n.inbox[0], this.#read(n.inbox[0]));
    if (frame === null) return; // of a later version
    const now = this.#clock.now();
    const before = this.#log.length;
    let worthless = frame === undefined;
    if (worthless && this.#neighbours.get(n.id) === n) this.#wire.reset(n.id);
    if (frame?.proof) await this.#receiver.proof(n, frame.proof, now);
    else if (frame) worthless = await this.#receiver.merge(n, frame.runs, new Uint8Array(data), now);
    n.limits.merged(this.#log.length - before);
    if (!worthless) this.#puller.came(n, this.#log.length !== before, now);
  }

  // #read gives what a frame says, or undefined if it is damaged.
  #read(data) {
    return this.#ahead.get(data) ?? this.#frames.read(new Uint8Array(data)).catch(() => undefined);
  }
}

// sizeOf is about how many bytes it takes to keep a message.
function sizeOf(data) {
  return messageCost + (typeof data === "string" ? 2 * data.length : data.byteLength);
}
