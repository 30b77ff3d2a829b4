// Answers give neighbours the entries that they asked for, as frames, a little
// at a time. The Go half is internal/exchange/answer.go.
import { nextFrame } from "./frame.js";
import { crowded, raise } from "./vector.js";

const answerBytes = 64 << 10; // of an answer may wait, so that live drawing is not delayed

export class Answers {
  #log;
  #neighbours;
  #teller;
  #wire;

  constructor({ drawing, neighbours, teller, wire }) {
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#teller = teller;
    this.#wire = wire;
  }

  // wanted notes what a neighbour asks for. The latest question is the one that
  // is answered.
  /** @param {Neighbour} n @param {Want} m */
  wanted(n, m) {
    n.want ??= { have: new Map(), dead: new Map() };
    raise(n.want.have, m.have);
    raise(n.want.dead, m.dead);
    if (m.more && !crowded(n.want)) return;
    n.answer = crowded(n.want) ? null : n.want;
    n.want = null;
  }

  // pump sends a neighbour as much of its answer as may be under way.
  /** @param {Neighbour} n */
  async pump(n) {
    if (n.answering) return;
    n.answering = true;
    while (n.answer && this.#wire.queued(n.id) < answerBytes) {
      const want = n.answer;
      const frame = await nextFrame(this.#log, want.have, want.dead);
      if (this.#neighbours.get(n.id) !== n) return;
      if (n.answer !== want) continue; // it has asked for something else
      if (!frame) {
        n.answer = null;
        this.#teller.tell(n); // which says that this was all
      } else if (!this.#wire.send(n.id, frame)) {
        n.answer = null;
      }
    }
    n.answering = false;
  }
}
