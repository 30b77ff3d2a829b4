// What is drawn within a moment travels together, to those peers that read
// several messages in one, a line each. The Go half is internal/exchange/outbox.go.

const leastWindow = 16; // ms: nobody sees one frame of a screen
const windowPerLink = 6; // ms: where many are linked, each message is sent as often
const mostWindow = 75; // ms
const batchLength = 16 << 10; // characters that travel together at most

// An Outbox collects texts. The first after a while goes at once: send(text)
// sends one or several, parted by newlines; links() is how many we have.
export class Outbox {
  #texts = "";
  #sent = -Infinity;
  #timer = 0;
  #send;
  #links;

  constructor({ send, links }) {
    this.#send = send;
    this.#links = links;
  }

  put(text, now = performance.now()) {
    if (this.#texts.length + 1 + text.length > batchLength) this.flush();
    this.#texts += this.#texts ? "\n" + text : text;
    if (this.#timer) return;
    const window = Math.min(Math.max(leastWindow, this.#links() * windowPerLink), mostWindow);
    const wait = this.#sent + window - now;
    if (wait > 0) this.#timer = setTimeout(() => this.#ship(), wait);
    else this.#ship();
  }

  // flush sends what has been collected now.
  flush() {
    const texts = this.#texts;
    this.#texts = "";
    if (texts) this.#send(texts);
  }

  #ship() {
    this.#timer = 0;
    this.#sent = performance.now();
    this.flush();
  }
}
