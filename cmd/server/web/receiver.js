// A Receiver takes what neighbours send into the log. The Go half is
// internal/exchange/receiver.go.
import { changes } from "./change.js";
import { formatClear } from "./entry.js";
import { proofFrame, readFrame } from "./frame.js";
import { parseMessage } from "./message.js";
import { lastOf } from "./run.js";
import { isLess } from "./store.js";

export class Receiver {
  #drawing;
  #log;
  #neighbours;
  #authors;
  #sponsor;
  #wire;
  #on;

  constructor({ drawing, neighbours, authors, sponsor, wire, onPreview, onFault, onTaken }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#authors = authors;
    this.#sponsor = sponsor;
    this.#wire = wire;
    this.#on = { onPreview, onFault, onTaken };
  }

  // run takes in what a text message said of a site: entries, and the head that covers
  // them. Of a neighbour's own it looks at the signature later.
  /** @param {Neighbour} n @param {Entry[]} entries @param {HeadMessage} head @param {number} now */
  async run(n, entries, head, now) {
    const { site } = head;
    const own = site === n.site;
    const lazily = own && this.#authors.of(site) === n.id; // and nobody else says that it is theirs
    if (!this.#admitsSite(n, site, now)) return;
    const have = this.#log.holds(site);
    const { verdict, proof, change } = await this.#log.takeLive(entries, own ? { ...head, key: n.key } : head, this.#drawing.ticks(now), lazily);
    switch (verdict) {
      case "taken":
        this.#drawing.lazily();
        n.lazily ||= lazily;
        for (const entry of entries) if (entry.n > have) this.#taken({ ...entry, site });
        this.#outdates(change);
        break;
      case "gap":
        if (site !== n.site) n.limits.wasted();
        n.gap ||= !n.limits.hurried(now);
        n.claims(this.#log, { have: new Map([[site, head.n]]) }, now);
        break;
      case "early":
        n.claims(this.#log, { have: new Map([[site, head.n]]) }, now);
        break;
      case "bad":
        this.#reset(n);
        break;
      case "forked":
        await this.#convict(null, proof);
    }
  }

  // #taken does what follows from an entry that is in the log now.
  #taken(entry) {
    const { site, op } = entry;
    if (entry.by) this.#sponsor.adopted(entry);
    if (op.type !== "rect") return;
    for (const n of this.#neighbours.values()) if (n.site === site) this.#on.onPreview(n.id, null);
  }

  // #outdates notes a change that plain peers cannot make themselves.
  #outdates(change) {
    if (change && change.kind > changes.appended) this.#sponsor.outdated();
  }

  // #admitsSite says whether a neighbour may bring what a site draws: of sites that we
  // have never heard of, not too many.
  #admitsSite(n, site, now) {
    return site === n.site || this.#log.key(site) !== null || n.limits.admitsSite(now);
  }

  // merge takes in the runs of a frame, whose bytes come with them, and says whether
  // somebody has tampered with it: then the link is made anew.
  /** @param {Neighbour} n @param {Run[]} runs @param {Uint8Array} bytes @param {number} now */
  async merge(n, runs, bytes, now) {
    const { change, taken, proofs, bad } = await this.#log.merge(runs, this.#drawing.ticks(now), () => n.limits.admitsSite(now));
    this.#sponsor.merged();
    this.#outdates(change);
    if (taken.length === runs.length) this.#on.onTaken(bytes, runs);
    for (const proof of proofs) await this.#convict(null, proof);
    if (bad > 0) this.#reset(n);
    return bad > 0;
  }

  // clear takes in a clear, and passes it on if it counts. One too many is asked for
  // later, as what is lost.
  /** @param {Neighbour} n @param {ClearMark} clear @param {number} now */
  async clear(n, clear, now) {
    if (isLess(this.#log.lastClear, clear) && !n.limits.admitsClear(now)) {
      n.claims(this.#log, { clear }, now);
      return;
    }
    const verdict = await this.#log.takeClear(clear, this.#drawing.ticks(now));
    if (verdict === "early") n.claims(this.#log, { clear }, now);
    if (verdict !== "taken") return;
    this.#sponsor.wiped();
    if (this.#log.length > 0) this.#sponsor.outdated(); // plain peers wiped that too
    for (const other of this.#neighbours.values()) if (other.site && other !== n) this.#wire.send(other.id, formatClear(clear));
  }

  // proof takes in a proof. To look at one takes a while.
  /** @param {Neighbour} n @param {Proof} proof @param {number} now */
  async proof(n, proof, now) {
    if (!this.#log.proof(proof.first.site) && n.limits.admitsSite(now)) await this.#convict(n, proof);
  }

  // #convict makes void the site that a proof is about, and tells everybody but who told
  // us.
  async #convict(from, proof) {
    const { site } = proof.first;
    const had = this.#log.length;
    if (await this.#log.takeProof(proof) !== "taken") return;
    this.#sponsor.outdated();
    const peer = this.#authors.of(site);
    if (peer || this.#log.length < had) this.#on.onFault({ peer, lied: true, site }); // else nobody has seen anything of it
    const frame = await proofFrame(proof);
    for (const n of this.#neighbours.values()) if (n.site && n !== from) this.#wire.send(n.id, frame);
  }

  // recall takes in what an earlier page has kept: see shelving.js. What is damaged, or was
  // never admitted, is left out. It gives what of the log the pieces have, and nothing of
  // what has come otherwise meanwhile.
  /** @param {(string | Uint8Array)[]} pieces @returns {Promise<{ sites: Vector, cleared: number, void: string[] }>} */
  async recall(pieces) {
    const kept = { sites: new Map(), cleared: 0, void: /** @type {string[]} */ ([]) };
    for (const piece of pieces) {
      if (typeof piece === "string") {
        const m = parseMessage(piece);
        if (m?.type !== "clear") continue;
        await this.#log.takeClear(m.clear, Infinity);
        kept.cleared = Math.max(kept.cleared, m.clear.t);
        continue;
      }
      const frame = await readFrame(piece).catch(() => null);
      if (frame?.proof) {
        await this.#log.takeProof(frame.proof);
        kept.void.push(frame.proof.first.site);
      } else if (frame) {
        await this.#log.merge(frame.runs, Infinity);
        for (const run of frame.runs) if (this.#log.holds(run.site) >= lastOf(run)) kept.sites.set(run.site, lastOf(run));
      }
    }
    this.#sponsor.merged();
    this.#sponsor.outdated();
    return kept;
  }

  // look verifies what was taken in lazily, when that is due. Who sent what its own author
  // did not sign is linked anew.
  /** @param {number} now */
  look(now) {
    if (this.#drawing.isDue(now)) this.#drawing.soon(this.#drawing.verify());
    for (const site of this.#drawing.forged) {
      this.#sponsor.outdated();
      for (const n of this.#neighbours.values()) {
        if (n.site !== site || !n.lazily) continue;
        n.lazily = false;
        this.#reset(n);
      }
    }
    this.#drawing.forged.clear();
  }

  // #reset makes the link anew to who has sent what nobody signed.
  #reset(n) {
    this.#on.onFault({ peer: n.id, forged: true });
    if (this.#neighbours.get(n.id) === n) this.#wire.reset(n.id);
  }
}
