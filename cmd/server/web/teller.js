// A Teller says what we hold to whoever may not know. The Go half is
// internal/exchange/teller.go.
import { formatMessage, splitHave } from "./message.js";

// Between two words on what we hold: where many are linked, everybody has as many to
// read. In ms.
const leastTell = 750;
const tellPerLink = 60;
const mostTell = 2000;

export class Teller {
  #drawing;
  #log;
  #neighbours;
  #outbox;
  #wire;
  #last = -Infinity; // when announce did it

  constructor({ drawing, neighbours, outbox, wire }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#outbox = outbox;
    this.#wire = wire;
  }

  // #since is what has changed of what we hold, or all of it, in as many messages as it
  // takes.
  #since(version) {
    const { whole, sites, clear, void: voids, digest } = this.#log.haveSince(version);
    const said = { all: whole, have: sites, clear: whole && clear.t > 0 ? clear : null, void: voids, sum: digest };
    return splitHave({ type: "have", ...said }).map(formatMessage);
  }

  // tell says what we hold, after all that is on its way, and once we know that it is
  // signed.
  /** @param {Neighbour} n */
  tell(n) {
    if (!n.telling) this.#drawing.soon(this.#tell(n));
  }

  async #tell(n) {
    n.telling = true;
    await this.#settled();
    n.telling = false;
    if (this.#neighbours.get(n.id) !== n) return;
    const messages = this.#since(n.told);
    n.told = this.#log.version;
    for (const text of messages) this.#wire.send(n.id, text);
  }

  async #settled() {
    await Promise.all([this.#outbox.flush(), this.#drawing.verify()]);
  }

  // confirm is tell, unless that has been said.
  confirm(n) {
    if (n.told !== this.#log.version) this.tell(n);
  }

  // remind tells a neighbour that has to pull what it was not sent.
  remind(n) {
    if (this.#outbox.behind(n) && !n.answer) this.confirm(n);
  }

  // announce tells everybody, once in a while. Who is being answered is told in the end.
  // Those who were told the same before are told the same now, together with what is
  // drawn.
  announce(now) {
    const pause = Math.min(Math.max(leastTell, this.#neighbours.size * tellPerLink), mostTell);
    if (now - this.#last < pause) return;
    this.#last = now;
    this.#drawing.soon(this.#announce());
  }

  async #announce() {
    await this.#settled();
    const before = this.#usual;
    if (before) for (const text of this.#since(before)) this.#outbox.gather(text);
    for (const n of this.#synced) {
      if (before) n.told = this.#log.version;
      else if (n.told !== this.#log.version && !n.answer && !this.#outbox.stuck(n)) this.tell(n);
    }
  }

  get #synced() {
    return [...this.#neighbours.values()].filter(({ site }) => site);
  }

  // #usual is the version that all neighbours were told last, or 0 if they were not told
  // the same or cannot all be told what has changed since.
  get #usual() {
    const [first] = this.#synced;
    const all = this.#synced.every((n) => n.told === first.told && n.told !== this.#log.version &&
      !n.telling && !n.answer && !this.#outbox.stuck(n) && !this.#outbox.behind(n));
    return first && all ? first.told : 0;
  }
}
