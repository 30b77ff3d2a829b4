// Vouching: heads are verified, those of neighbours lazily, and one's own are signed.
// The Go half is canvas/vouch.go.
import { headText } from "./chain.js";

// A Voucher is part of a log: see log.js.
export class Voucher {
  #store;
  #picture;
  #signatures;
  #onChange;
  /** @type {Map<SiteLog, Promise<void>>} */
  #running = new Map();
  /** @type {string[]} */
  #failed = []; // sites whose heads did not verify, until verify tells
  /** @type {Omit<Mark, "sig">[]} */
  #unsigned = []; // one's own marks of which nobody has asked for a signature
  #asked = 0; // the number of the last one of which somebody has

  /** @param {LogParts} parts */
  constructor({ store, picture, signatures, onChange }) {
    this.#store = store;
    this.#picture = picture;
    this.#signatures = signatures;
    this.#onChange = onChange;
  }

  // verify verifies all heads that were taken lazily. Where one does not hold, the
  // entries after the last good head are taken back, and its site is among those that
  // it gives: its own peer, who alone can have sent it, has signed what it did not send.
  /** @returns {Promise<string[]>} */
  async verify() {
    await Promise.all([...this.#store.sites.values()].map((s) => this.vouch(s)));
    return this.#failed.splice(0);
  }

  // vouch verifies the pending heads of a site.
  /** @param {SiteLog | undefined} s */
  async vouch(s) {
    while (s && s.pending.length > 0 && this.#store.sites.get(s.site) === s) {
      const running = this.#running.get(s) ?? this.#look(s);
      this.#running.set(s, running);
      await running;
      this.#running.delete(s);
    }
  }

  /** @param {SiteLog} s */
  async #look(s) {
    const marks = [...s.pending];
    const held = await Promise.all(marks.map(({ n, chain, sig }) => this.#signatures.verify(s.key, headText(n, chain), sig)));
    if (this.#store.sites.get(s.site) !== s) return; // it is void, or over
    for (const [i, mark] of marks.entries()) {
      if (!held[i]) {
        this.#takeBack(s);
        return;
      }
      s.pending = s.pending.filter(({ n }) => n > mark.n);
      if (mark.n > s.vouched) this.accept(s, mark);
    }
  }

  // accept takes in a head that has been verified.
  /** @param {SiteLog} s @param {Mark} mark */
  accept(s, mark) {
    s.accept(mark);
    this.#store.touch(s);
  }

  // #takeBack forgets what came after the last good head.
  #takeBack(s) {
    this.#failed.push(s.site);
    s.pending = [];
    if (s.vouched === 0) {
      this.#store.remove(s);
    } else {
      this.#store.count(s, () => s.takeBack());
      this.#store.retire(s);
    }
    this.#onChange(this.#picture.lost());
  }

  // wrote takes note that our entry n was written; at a milestone we sign.
  /** @param {SiteLog} s @param {boolean} mile */
  wrote(s, mile) {
    if (mile) this.#unsigned.push({ n: s.have, chain: s.tip, mile });
  }

  // sign vouches for all that we have written, and gives the heads that do. What was not
  // signed counts for nobody else.
  /** @returns {Promise<Mark[]>} */
  async sign() {
    const own = this.#store.sites.get(this.#store.own);
    if (own && own.have > Math.max(this.#asked, this.#unsigned.at(-1)?.n ?? 0)) {
      this.#unsigned.push({ n: own.have, chain: own.tip, mile: false });
    }
    this.#asked = this.#unsigned.at(-1)?.n ?? this.#asked;
    const signing = this.#unsigned.splice(0).map(async (mark) => {
      const sig = await this.#signatures.sign(headText(mark.n, mark.chain));
      const signed = { ...mark, sig };
      const s = this.#store.sites.get(this.#store.own);
      if (s && mark.n >= s.dead && mark.n >= s.vouched) this.accept(s, signed); // or it was cleared meanwhile
      return signed;
    });
    return Promise.all(signing);
  }
}
