// Pulling: what we lack, we ask of one neighbour at a time. The Go half is
// internal/exchange/pull.go.
import { formatMessage, splitWant } from "./message.js";

const graceTime = 400; // ms for what a neighbour has and we lack to come by itself
const pullTime = 2000; // ms without progress, until another neighbour is asked

// For some time after the first pull the same neighbour is asked for whatever is
// missing, though it may have to be asked again: then one is enough for who comes
// late.
const stickyTime = 10000; // ms
const stickyTries = 5;

// A Puller is passive: exchange.js tells it the time and what comes.
export class Puller {
  #drawing;
  #log;
  #neighbours;
  #teller;
  #wire;
  /** @type {Neighbour | null} */
  #from = null; // the neighbour that was asked last
  #progress = 0; // when something came last
  #over = false; // it has said that we hold all that it does
  #gave = false; // it had something
  #vain = 0; // times in sequence that it had nothing, before
  #first = 0; // when the first of all pulls began

  constructor({ drawing, neighbours, teller, wire }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#teller = teller;
    this.#wire = wire;
  }

  // ask pulls what we lack from one neighbour that has it. What is merely on its
  // way gets a moment to arrive.
  ask(now) {
    let source = this.#source(now);
    const asked = this.#from;
    if (asked && !this.#over) {
      if ((!source && this.#complete) || now - this.#progress < pullTime) return;
      asked.gap = false;
      asked.shelve(now); // others go first
      this.#from = null;
      source = this.#source(now);
    }
    if (!source) return;
    this.#first ||= now;
    let vain = 0;
    if (this.#from && now - this.#first < stickyTime && this.#vain < stickyTries) {
      if (!this.#gave) {
        if (now - this.#progress < graceTime / 2) return; // it may be on its way there
        vain = this.#vain + 1;
      }
      source = this.#from;
    }
    this.#from = source;
    this.#progress = now;
    this.#over = this.#gave = false;
    this.#vain = vain;
    this.#drawing.soon(this.#want(source));
  }

  // #source is who has longest had what we lack, if it is time to ask for that.
  /** @returns {Neighbour | null} */
  #source(now) {
    let source = null;
    for (const n of this.#neighbours.values()) {
      if (n.site) n.unshelve(now);
      if (!n.site || n.leaves || !n.lacks(this.#log)) {
        n.gap = false;
        continue;
      }
      const hurry = n.gap || (n.known && this.#drawing.isFresh);
      if ((hurry || now - n.claimed >= graceTime) && !(source?.claimed <= n.claimed)) source = n;
    }
    return source;
  }

  get #complete() {
    return [...this.#neighbours.values()].every((n) => !n.site || n.leaves || (n.known && !n.owes(this.#log)));
  }

  // #want asks a neighbour for what we lack.
  async #want(n) {
    await this.#drawing.verify();
    if (this.#neighbours.get(n.id) !== n) return;
    const { sites, clear, void: voids } = this.#log.haveSince(0);
    for (const m of splitWant({ type: "want", have: sites, clear: clear.t, void: voids })) this.#wire.send(n.id, formatMessage(m));
  }

  // came takes note of a frame that a neighbour sent, with something new or not.
  came(n, news, now) {
    if (news) n.served();
    if (n !== this.#from) return;
    this.#progress = now;
    this.#gave ||= news;
  }

  // answered ends the pull if a neighbour has just said to hold no more than we
  // do, and confirms that: it may wait for us.
  answered(n) {
    if (n !== this.#from || this.#over || n.lacks(this.#log)) return;
    this.#over = true;
    this.#teller.confirm(n);
  }

  // forsake asks a neighbour for nothing more.
  forsake(n) {
    if (n === this.#from) this.#from = null;
  }
}
