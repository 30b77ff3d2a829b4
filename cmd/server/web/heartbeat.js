// A Heartbeat shows neighbours that we live, and finds out whether they do. The Go
// half is internal/exchange/heartbeat.go, which takes acknowledgments for a sign of
// life. A page is not told of them, and so is pinged by everybody; who takes them
// for one need not be pinged.
import { formatMessage } from "./message.js";

const pingTime = 5000; // ms between pings, or a fifth more
const silentTime = 15000; // ms without any sign of life: the link is dead

export class Heartbeat {
  #drawing;
  #neighbours;
  #outbox;
  #wire;
  #random; // gives a number below 1
  #ticked = -Infinity; // when wake was called last

  constructor({ drawing, neighbours, outbox, wire, random }) {
    this.#drawing = drawing;
    this.#neighbours = neighbours;
    this.#outbox = outbox;
    this.#wire = wire;
    this.#random = random;
  }

  // met begins to watch a neighbour.
  met(n) {
    n.pause = this.#idle();
  }

  // wake notes the time. If it was us who did nothing for a while, the machine
  // slept, say, nobody else has been silent.
  wake(now) {
    if (now - this.#ticked > silentTime / 2) for (const n of this.#neighbours.values()) n.heard = now;
    this.#ticked = now;
  }

  // look gives up the link to a synced neighbour that has died, and pings one that
  // has to be.
  look(n, now) {
    if (n.unsteady) return;
    if (now - n.heard >= silentTime && !n.leaves) {
      n.heard = now;
      this.#wire.reset(n.id);
    }
    if (!n.acks && now - n.pinged >= n.pause && !this.#outbox.stuck(n)) this.#ping(n, now);
  }

  // answer answers a neighbour's ping, if it knows that we live by pings alone.
  answer(n, now) {
    if (!n.acks && now - n.pinged >= pingTime / 2) this.#ping(n, now);
  }

  // #ping shows a neighbour that we are alive, and the sum of our drawing.
  #ping(n, now) {
    n.pinged = now;
    n.pause = this.#idle();
    this.#wire.send(n.id, formatMessage({ type: "ping", sum: this.#drawing.log.digest }));
  }

  // #idle is the time until the next ping, which differs from the neighbour's, or
  // both would send one at once.
  #idle() {
    return pingTime * (1 + this.#random() / 5);
  }
}
