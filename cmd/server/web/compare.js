// Comparing: our newest heads are told to a neighbour that holds as much as we do, and
// yet another drawing: if a site has told us two stories, two heads do not fit, and
// whoever sees that has the proof. The Go half is internal/exchange/compare.go.
import { frameOf } from "./frame.js";

const compareTime = 2000; // ms until heads are told again; twice as long each time
const maxCompare = 64000; // ms, but no longer than that
const headsTogether = 128; // in a frame

// newDispute is what became of a neighbour that holds another drawing.
export function newDispute() {
  return {
    compared: -Infinity, // when it was told our heads last
    wait: 0, // ms until the next time
    told: false, // to people
  };
}

// A Comparer is passive: exchange.js tells it the time. onFault({ peer, ours, theirs })
// hears that no two heads tell why a drawing is another: the neighbour has a fault, or
// lies.
export class Comparer {
  #drawing;
  #log;
  #neighbours;
  #wire;
  #onFault;

  constructor({ drawing, neighbours, wire, onFault }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#wire = wire;
    this.#onFault = onFault;
  }

  // look compares, if that is due.
  /** @param {Neighbour} n @param {number} now */
  look(n, now) {
    if (n.holds === this.#log.digest) n.dispute = newDispute();
    const { dispute } = n;
    if (now - dispute.compared < dispute.wait || !n.differs(this.#log)) return;
    if (dispute.wait >= maxCompare / 4 && !dispute.told) {
      dispute.told = true;
      this.#onFault({ peer: n.id, ours: this.#log.digest, theirs: n.holds });
    }
    dispute.compared = now;
    dispute.wait = Math.min(Math.max(2 * dispute.wait, compareTime), maxCompare);
    this.#drawing.soon(this.#tell(n));
  }

  async #tell(n) {
    await this.#drawing.verify();
    const heads = this.#log.heads.map((head) => ({ ...head, key: null }));
    for (let i = 0; i < heads.length; i += headsTogether) {
      const frame = await frameOf(heads.slice(i, i + headsTogether));
      if (this.#neighbours.get(n.id) === n) this.#wire.send(n.id, frame);
    }
  }
}
