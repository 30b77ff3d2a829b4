// The live entries of one site, what they stand on, and the heads that cover them.
// The Go half is canvas/sitelog.go, base.go and vouch.go.
import { equal, genesis, next } from "./chain.js";
import { Rows } from "./rows.js";

// A SiteLog holds the entries from dead + 1 to have, and of the last one that is dead
// all that an answer begins with to whoever knows nothing of the site: as times increase,
// it is the witness that all before it are dead too.
//
// A mark { n, chain, sig, mile } is a head, and whether it is at a milestone.
export class SiteLog extends Rows {
  key;
  before; // chain(dead − 1), of a witness
  /** @type {Row | null} */
  witness; // entry dead
  tip; // chain(have)
  vouched; // a head that was verified covers the entries so far
  /** @type {Mark[]} */
  heads; // those verified: milestones from dead on, and the newest
  /** @type {Mark[]} */
  pending = []; // those that were taken lazily
  changed = 0; // the store's version since which vouched is what it is

  // base is what its entries stand on: see base and open.
  /** @param {string} site @param {Base} base */
  constructor(site, { key, dead, before, witness, tip, heads }) {
    super(site, dead);
    this.key = key;
    this.before = before;
    this.witness = witness;
    this.tip = tip;
    this.heads = heads;
    this.vouched = dead;
  }

  // base is all that is known of a site of which nothing lives.
  /** @returns {Base} */
  get base() {
    const { key, dead, before, witness, tip, heads } = this;
    return { key, dead, before, witness, tip, heads: heads.slice(-1) };
  }

  // counts says whether something lives that a verified head covers.
  get counts() {
    return this.vouched > this.dead;
  }

  // newest is the newest head that has been verified.
  get newest() {
    return /** @type {Mark} */ (this.heads.at(-1));
  }

  // push appends the row have + 1, after which the chain is tip.
  /** @param {Row} row @param {Uint8Array} tip */
  push(row, tip) {
    this.append(row);
    this.tip = tip;
  }

  // bury makes the row n the witness: it is dead, as are all before it. The chain before it
  // is before, and after it tip.
  /** @param {number} n @param {Row} row @param {Uint8Array} before @param {Uint8Array} tip */
  bury(n, row, before, tip) {
    this.before = before;
    this.witness = row;
    this.heads = [];
    this.tip = tip;
    this.dead = this.have = n;
  }

  // rowAt is the row n: a live one, or the witness.
  /** @param {number} n @returns {Row} */
  rowAt(n) {
    return n === this.dead && this.witness ? this.witness : this.row(n);
  }

  // chainAt is chain(n), for n from dead − 1 to have; otherwise null. It hashes the
  // entries since the last mark.
  /** @param {number} n @returns {Uint8Array | null} */
  chainAt(n) {
    if (n > this.have || n < this.dead - 1 || n < 0) return null;
    if (n === this.have) return this.tip;
    if (n === this.dead - 1) return this.before;
    const mark = this.pending.findLast((m) => m.n <= n) ?? this.heads.findLast((m) => m.n <= n);
    const [at, chain] = mark && mark.n >= this.dead ? [mark.n, mark.chain] : [this.dead, this.#root];
    return at === n ? chain : next(chain, n - at, (i) => this.rowAt(at + 1 + i));
  }

  // #root is chain(dead).
  get #root() {
    return this.witness ? next(/** @type {Uint8Array} */ (this.before), 1, () => /** @type {Row} */ (this.witness)) : genesis(this.key);
  }

  // run is the run from n on, which is at least dead, up to the next head.
  /** @param {number} n @returns {Run} */
  run(n) {
    const mark = /** @type {Mark} */ (this.heads.find((m) => m.n >= n));
    const rows = Array.from({ length: mark.n - n + 1 }, (_, i) => this.rowAt(n + i));
    return { site: this.site, key: this.key, first: n, before: /** @type {Uint8Array} */ (this.chainAt(n - 1)), sig: mark.sig, rows };
  }

  // follows says whether a run goes on where the entries end, of which some live.
  /** @param {Run} run */
  follows({ first, before, rows }) {
    return this.have > this.dead && first === this.have + 1 && equal(before, this.tip) &&
      rows.length > 0 && rows[0].t > this.time(this.have);
  }

  // accept takes in a head that has been verified.
  /** @param {Mark} mark */
  accept(mark) {
    if (this.heads.length > 0 && !this.newest.mile) this.heads.pop(); // only the newest need be none
    this.heads.push(mark);
    this.vouched = mark.n;
  }

  // drop forgets the live rows up to n, which a verified head covers, and of which the
  // last becomes the witness.
  /** @param {number} n */
  drop(n) {
    if (n <= this.dead) return;
    this.before = this.chainAt(n - 1);
    this.witness = this.row(n);
    this.forget(n);
    this.vouched = Math.max(this.vouched, n);
    this.heads = this.heads.filter((mark) => mark.n >= n);
  }

  // takeBack forgets the live rows that no verified head covers.
  takeBack() {
    this.truncate(this.vouched);
    this.tip = this.newest.chain;
  }
}
