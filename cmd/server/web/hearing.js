// A text message of a synced neighbour, a line after the other. The Go half is
// internal/exchange/hear.go.
import { draws, forwards } from "./limit.js";
import { parseMessage } from "./message.js";

// A Hearing is of one message. on.run, on.clear, on.preview and on.said do what follows.
export class Hearing {
  #n;
  #now;
  #forwarded;
  #on;
  /** @type {Entry[]} */
  #entries = []; // that wait for their head
  #refused = false; // some of the run were too many or broken, so all of it is

  constructor({ n, now, forwarded, on }) {
    this.#n = n;
    this.#now = now;
    this.#forwarded = forwarded;
    this.#on = on;
  }

  // line takes in a line.
  /** @param {string} text */
  async line(text) {
    const counted = draws(text) ? { forwarded: forwards(text) } : null; // how it is taken into account
    if (counted && !this.#admits(counted.forwarded)) return;
    const m = parseMessage(text);
    switch (m?.type) {
      case undefined:
        this.#refuse(); // no head fits what is left
        break;
      case "unknown":
        break;
      case "entry":
        this.#entry(m.entry, counted);
        break;
      case "head":
        await this.#head(m);
        break;
      case "plain":
        if (m.op.type === "preview" && (counted?.forwarded === false || this.#n.limits.admits(this.#now))) this.#on.preview(m.op);
        break;
      case "clear":
        await this.#on.clear(m.clear);
        break;
      default:
        await this.#on.said(m);
    }
  }

  #refuse() {
    this.#refused = true;
    this.#entries = [];
  }

  // #admits takes one operation into account, and says whether it may come.
  #admits(forwarded) {
    if (this.#refused || !this.#n.limits.admits(this.#now, forwarded)) this.#refuse();
    return !this.#refused;
  }

  // #entry keeps an entry until its head comes.
  #entry(entry, counted) {
    const site = entry.site || this.#n.site;
    const forwarded = site !== this.#n.site;
    if (counted?.forwarded !== forwarded && !this.#admits(forwarded)) return;
    if (this.#entries.length > 0 && this.#entries[0].site !== site) this.#refuse();
    else this.#entries.push({ ...entry, site });
  }

  // #head has the entries taken in that it covers.
  /** @param {HeadMessage} head */
  async #head(head) {
    const [entries, refused] = [this.#entries, this.#refused];
    this.#entries = [];
    this.#refused = false;
    const site = head.site || this.#n.site;
    if (refused || entries.length === 0 || entries[0].site !== site) return; // as if they had not come
    if (site !== this.#n.site && !this.#forwarded.admits(site, this.#now, entries.length)) return;
    await this.#on.run(entries, { ...head, site });
  }
}
