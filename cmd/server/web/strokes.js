// One's own strokes, to be undone and redone. The Go half is canvas/stroke.go.

// Strokes follow what one's own site writes.
export class Strokes {
  #site;
  /** @type {{ k: number, last: number }[]} */
  #list = []; // numbers of first and last entry

  // site gives the own SiteLog, if there is one.
  /** @param {() => SiteLog | undefined} site */
  constructor(site) {
    this.#site = site;
  }

  // extend takes note of the entry n, which is part of the stroke k.
  extend(k, n) {
    const stroke = this.#list.findLast((s) => s.k <= k);
    if (stroke && stroke.k === k) stroke.last = n;
    else this.#list.push({ k, last: n });
  }

  // forget takes note that some have died.
  forget() {
    const dead = this.#site()?.dead ?? 0;
    this.#list = this.#list.filter(({ last }) => last > dead);
  }

  // drop leaves a stroke out: it is neither undone nor redone any more.
  drop(k) {
    this.#list = this.#list.filter((stroke) => stroke.k !== k);
  }

  #toggleOf({ k }) {
    return this.#site()?.toggles.get(k);
  }

  // undoable is the number of the latest stroke that shows, or 0.
  get undoable() {
    const shows = (stroke) => {
      const toggle = this.#toggleOf(stroke);
      return !toggle?.undo || stroke.last > toggle.n;
    };
    return this.#list.findLast(shows)?.k ?? 0;
  }

  // redoable is the number of the stroke that was undone last, or 0 if there is none or
  // something was drawn since.
  get redoable() {
    let k = 0;
    let n = 0;
    for (const stroke of this.#list) {
      const toggle = this.#toggleOf(stroke);
      if (toggle?.undo && toggle.n > n) [k, n] = [stroke.k, toggle.n];
    }
    return this.#list.some(({ last }) => last > n) ? 0 : k;
  }
}
