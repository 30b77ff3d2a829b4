// Somebody who draws, and whom tests hear.
import { encode64 } from "/static/base64.js";
import { Log } from "/static/log.js";
import { formatMessage } from "/static/message.js";
import { entryOf } from "/static/row.js";
import { Signatures } from "/static/signatures.js";

export class Author {
  log;
  capability;
  #told = 0; // entries

  constructor(signatures = new Signatures()) {
    this.log = new Log(signatures, () => {});
    this.capability = { v: 2, key: encode64(signatures.key) };
  }

  // runs are what it has written since the last time.
  async runs() {
    await this.log.sign();
    const runs = this.log.runs(this.log.site, this.#told + 1);
    this.#told = this.log.holds(this.log.site);
    return runs;
  }

  // live is the same as a text message.
  async live() {
    const from = this.#told;
    const heads = await this.log.sign();
    const [own] = this.log.live;
    const lines = [];
    for (let n = from + 1; n <= own.have; n++) {
      lines.push(formatMessage({ type: "entry", entry: { ...entryAt(own, n), site: "" } }));
      const head = heads.find((mark) => mark.n === n);
      if (head) lines.push(formatMessage({ type: "head", site: "", key: null, n, sig: head.sig }));
    }
    this.#told = own.have;
    return lines.join("\n");
  }
}

/** @param {SiteLog} s @param {number} n */
function entryAt(s, n) {
  return entryOf(s.site, n, s.row(n));
}
