// Answers give neighbours what they asked for, as frames, a little at a time. The Go
// half is internal/exchange/answer.go.
import { formatClear } from "./entry.js";
import { proofFrame } from "./frame.js";
import { maxSites, maxVoid } from "./holdings.js";
import { nextFrame } from "./lacking.js";

const answerBytes = 64 << 10; // of an answer may wait, so that live drawing is not delayed

export class Answers {
  #drawing;
  #log;
  #neighbours;
  #teller;
  #wire;

  constructor({ drawing, neighbours, teller, wire }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#teller = teller;
    this.#wire = wire;
  }

  // wanted notes what a neighbour asks for. The latest question is the one that is
  // answered.
  /** @param {Neighbour} n @param {Want} m */
  wanted(n, m) {
    /** @type {NonNullable<Neighbour["want"]>} */
    const want = n.want ?? { have: new Map(), clear: 0, void: [] };
    for (const [site, count] of m.have) want.have.set(site, Math.max(count, want.have.get(site) ?? 0));
    want.clear = m.clear;
    want.void.push(...m.void);
    const crowded = want.have.size > maxSites || want.void.length > maxVoid;
    n.want = m.more && !crowded ? want : null;
    if (m.more) return;
    if (!crowded) this.#begin(n, want);
  }

  #begin(n, { have, clear, void: voids }) {
    const { lastClear } = this.#log;
    if (lastClear.t > clear) this.#wire.send(n.id, formatClear(lastClear));
    const missing = this.#log.haveSince(0).void.filter((site) => !voids.includes(site));
    n.answer = { have, proofs: missing.map((site) => this.#log.proof(site)) };
  }

  // pump sends a neighbour as much of its answer as may be under way.
  /** @param {Neighbour} n */
  pump(n) {
    if (n.answer && !n.answering) this.#drawing.soon(this.#pump(n));
  }

  async #pump(n) {
    n.answering = true;
    while (n.answer && this.#wire.queued(n.id) < answerBytes) {
      const { answer } = n;
      const frame = await this.#next(answer);
      if (this.#neighbours.get(n.id) !== n) return;
      if (n.answer !== answer) continue; // it has asked for something else
      if (!frame) {
        n.answer = null;
        this.#teller.tell(n); // which says that this was all
      } else if (!this.#wire.send(n.id, frame)) {
        n.answer = null;
      }
    }
    n.answering = false;
  }

  // #next is the next frame of an answer, null if that is all.
  async #next({ have, proofs }) {
    const proof = proofs.shift();
    if (proof) return proofFrame(proof);
    await this.#drawing.verify();
    return nextFrame(this.#log, have);
  }
}
