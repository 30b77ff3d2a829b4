// Elsewhere: whether somebody else has the drawing too, as far as they have said.

// What was drawn that recently may have arrived without having been acknowledged.
const underwayTime = 2000; // ms at least, and at most twice as long

// An Elsewhere is passive: exchange.js tells it the time.
export class Elsewhere {
  #log;
  #neighbours;
  #due = [new Map(), new Map()]; // what the log had then: older by at least underwayTime first
  #turned = -Infinity;

  constructor({ drawing, neighbours }) {
    this.#log = drawing.log;
    this.#neighbours = neighbours;
  }

  tick(now) {
    if (now - this.#turned < underwayTime) return;
    this.#turned = now;
    this.#due = [this.#due[1], this.#log.haveSince(0).sites];
  }

  // lacks says whether there is a drawing that would be gone with this page. Plain
  // neighbours show it to their people, but do not give it to anybody.
  get lacks() {
    if (this.#log.paint().next().done) return false;
    const { sites } = this.#log.haveSince(0);
    const due = [...this.#due[0]].filter(([site]) => sites.has(site)); // that have not been cleared since
    return ![...this.#neighbours.values()].some((n) => n.known && due.every(([site, count]) => (n.have.get(site) ?? 0) >= count));
  }
}
