// Clears, and sites that are void: what they take away. The Go half is canvas/wipe.go.
import { clearText, siteOf } from "./chain.js";
import { maxTime } from "./entry.js";
import { holds, leastOf } from "./proof.js";
import { isLess } from "./store.js";
import { tolerance } from "./time.js";

const maxVoid = 1024; // void sites in a room

// A Wiper is part of a log: see log.js. Its verdicts are those of take.js.
export class Wiper {
  #store;
  #picture;
  #strokes;
  #signatures;
  #voucher;
  #onChange;

  /** @param {VouchedParts} parts */
  constructor({ store, picture, strokes, signatures, voucher, onChange }) {
    this.#store = store;
    this.#picture = picture;
    this.#strokes = strokes;
    this.#signatures = signatures;
    this.#voucher = voucher;
    this.#onChange = onChange;
  }

  // takeClear takes in a clear at the time now: where it is taken, it counts from now on,
  // and is passed on to everybody.
  /** @param {ClearMark} c @param {number} now @returns {Promise<Verdict>} */
  async takeClear(c, now) {
    if (!isLess(this.#store.clear, c)) return "known";
    if (c.t < 1 || c.t > maxTime || !(await this.#signatures.verify(c.key, clearText(c.t), c.sig))) return "bad";
    if (c.t > now + tolerance) return "early";
    return await this.wipe(c) ? "taken" : "known";
  }

  // wipe makes a clear the one that counts, unless a greater one does. What becomes a
  // witness is vouched for before.
  /** @param {ClearMark} c */
  async wipe(c) {
    const store = this.#store;
    const dies = (s) => s.from({ t: c.t + 1, site: "", n: 0 }) - 1;
    for (let s; (s = [...store.sites.values()].find((o) => o.pending.length > 0 && dies(o) > o.vouched)); ) await this.#voucher.vouch(s);
    if (!isLess(store.clear, c)) return false;
    store.wiped.keep({ since: store.clear.t, until: c.t, by: siteOf(c.key), sites: [...store.sites.values()].map((s) => s.until(dies(s))) });
    store.clear = c;
    store.clock = Math.max(store.clock, c.t);
    store.shrink();
    const before = store.live;
    for (const s of store.sites.values()) {
      store.count(s, () => s.drop(dies(s)));
      store.retire(s);
    }
    this.#strokes.forget();
    if (store.live < before) this.#onChange(this.#picture.lost());
    return true;
  }

  // takeProof takes in a proof: where it is taken, it is the first one about its site, and
  // is passed on to everybody. The site is void from now on: nothing of it is painted,
  // kept or taken.
  /** @param {Proof} proof @returns {Promise<Verdict>} */
  async takeProof(proof) {
    const store = this.#store;
    const { site } = proof.first;
    if (store.void.has(site)) return "known";
    if (site === store.own || !(await holds(proof, (...what) => this.#signatures.verify(...what)))) return "bad";
    if (store.void.has(site)) return "known";
    if (store.void.size >= maxVoid) return "early";
    store.void.set(site, leastOf(proof));
    store.wiped.forget(site);
    store.shrink();
    store.forget(site);
    const s = store.sites.get(site);
    if (!s) return "taken";
    store.remove(s);
    if (s.length > 0) this.#onChange(this.#picture.lost());
    return "taken";
  }
}
