// A Teller says what we hold to whoever may not know. The Go half is
// internal/exchange/teller.go.
import { formatMessage, split } from "./message.js";

const tellTime = 750; // ms between two words on what we hold

export class Teller {
  #drawing;
  #neighbours;
  #outbox;
  #wire;
  #last = -Infinity; // when announce did it

  constructor({ drawing, neighbours, outbox, wire }) {
    this.#drawing = drawing;
    this.#neighbours = neighbours;
    this.#outbox = outbox;
    this.#wire = wire;
  }

  // #holds is what we hold, in as many messages as it takes.
  get #holds() {
    const { have, dead, sum } = this.#drawing.log;
    return split({ type: "have", have, dead, sum }).map(formatMessage);
  }

  // tell says what we hold, after all that is on its way.
  tell(n) {
    this.#outbox.flush();
    n.told = this.#drawing.version;
    for (const text of this.#holds) this.#wire.send(n.id, text);
  }

  // confirm is tell, unless that has been said.
  confirm(n) {
    if (n.told !== this.#drawing.version) this.tell(n);
  }

  // remind tells a neighbour that has to pull what it was not sent.
  remind(n) {
    if (this.#outbox.behind(n) && !n.answer && !this.#outbox.stuck(n)) this.confirm(n);
  }

  // announce tells everybody, once in a while. Who is being answered is told in
  // the end.
  announce(now) {
    if (now - this.#last < tellTime) return;
    this.#last = now;
    let lines = false;
    for (const n of this.#neighbours.values()) {
      if (!n.site || n.told === this.#drawing.version || n.answer || this.#outbox.stuck(n)) continue;
      if (n.lines && !this.#outbox.behind(n)) {
        lines = true;
        n.told = this.#drawing.version;
      } else {
        this.tell(n);
      }
    }
    if (lines) for (const text of this.#holds) this.#outbox.gather(text);
  }
}
