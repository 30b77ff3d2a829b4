// The extent: how far a drawing reaches, which may be beyond a window.

// union is the box around two, of which either may be null.
/** @param {Box | null} a @param {Box | null} b @returns {any} a Box, or null if both are */
export function union(a, b) {
  if (!a || !b) return a ?? b;
  return {
    left: Math.min(a.left, b.left), top: Math.min(a.top, b.top),
    right: Math.max(a.right, b.right), bottom: Math.max(a.bottom, b.bottom),
  };
}

// drawnIn is the box around what a log shows that is within a box as a whole, or null.
/** @param {any} log @param {Box} within @returns {Box | null} */
export function drawnIn(log, { left, top, right, bottom }) {
  let box = null;
  for (const { of, n } of log.paint()) {
    const b = of.bounds(n);
    if (b.left >= left && b.top >= top && b.right <= right && b.bottom <= bottom) box = union(box, b);
  }
  return box;
}

// An Extent follows a log's changes, and the picture as a view paints what is new.
export class Extent {
  /** @type {Box | null} */
  #box = null;
  #isLoose = false; // something at its edge may have been taken away

  // grow takes note that something shows within a box.
  /** @param {Box} box */
  grow(box) {
    const now = this.#box;
    const isWithin = now && box.left >= now.left && box.top >= now.top && box.right <= now.right && box.bottom <= now.bottom;
    if (!isWithin) this.#box = union(now, box);
  }

  // change takes note that something has come or gone within boxes.
  /** @param {Box[]} boxes */
  change(boxes) {
    for (const box of boxes) {
      const now = this.#box;
      this.#isLoose ||= !now || box.left <= now.left || box.top <= now.top || box.right >= now.right || box.bottom >= now.bottom;
      this.#box = union(now, box);
    }
  }

  forget() {
    this.#box = null;
    this.#isLoose = false;
  }

  // of is the box around all that a log shows, in CSS pixels, or null.
  of(log) {
    if (this.#isLoose) {
      this.forget();
      for (const { of, n } of log.paint()) this.grow(of.bounds(n));
    }
    return this.#box;
  }
}
