// A Receiver takes what neighbours send into the log. The Go half is
// internal/exchange/receiver.go.
import { changes } from "./log.js";
import { Pending } from "./pending.js";

export class Receiver {
  #drawing;
  #neighbours;
  #sponsor;
  #onPreview;
  #pending = new Pending();

  constructor({ drawing, neighbours, sponsor, onPreview }) {
    this.#drawing = drawing;
    this.#neighbours = neighbours;
    this.#sponsor = sponsor;
    this.#onPreview = onPreview;
  }

  // pending is how many bytes are kept of what a neighbour sent too early.
  pending(id) {
    return this.#pending.bytes(id);
  }

  // add takes in an entry, or keeps it until it can be.
  /** @param {Neighbour} n @param {Entry} entry @param {number} now */
  add(n, entry, now) {
    const { log } = this.#drawing;
    const { result, change } = log.add(entry);
    if (result === "added") {
      this.#taken(entry, change, now);
      this.release(entry.site, now);
    } else if (result === "gap") {
      n.gap ||= !n.limits.hurried(now);
      if (!n.claims(log, new Map([[entry.site, entry.n - 1]]), new Map(), now)) return;
      this.#pending.add(n.id, entry, (id) => !this.#neighbours.has(id));
    }
  }

  // #taken does what follows from an entry that is in the log now.
  #taken(entry, change, now) {
    const { site, op } = entry;
    if (op.type === "clear") this.#sponsor.cleared(now);
    if (entry.by) this.#sponsor.adopted(entry);
    if (op.type === "rect") {
      for (const n of this.#neighbours.values()) if (n.site === site) this.#onPreview(n.id, null);
    }
    this.#drawing.changed(change);
    // Plain peers have heard a clear, but some of the drawing may have outlived it.
    const outdates = change.kind > changes.appended && (op.type !== "clear" || this.#drawing.log.length > 1);
    if (outdates) this.#sponsor.redraw(now);
  }

  // release takes in what was kept of a site, as far as it goes.
  release(site, now) {
    this.#pending.release(site, (entry) => {
      const { result, change } = this.#drawing.log.add(entry);
      if (result === "added") this.#taken(entry, change, now);
      return result !== "gap";
    });
  }

  // merge takes in a frame, and gives how many entries there are more in the log,
  // or null where the frame is worth nothing.
  /** @param {Frame} frame @param {number} now */
  merge(frame, now) {
    const { log } = this.#drawing;
    const before = log.length;
    const merged = log.merge(frame);
    if (!merged) return null;
    const { results, change } = merged;
    if (results.length > 0 && !results.includes("refused") && change.kind === 0) return null;
    if (frame.runs.some(({ rows }) => rows.some(({ cut }) => cut))) this.#sponsor.cleared(now);
    this.#drawing.changed(change);
    this.#sponsor.merged();
    if (change.kind > changes.appended) this.#sponsor.redraw(now);
    for (const site of this.#pending.sites) this.release(site, now);
    return log.length - before;
  }
}
