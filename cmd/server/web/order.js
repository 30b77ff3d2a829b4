// The paint order: by time, then site, then number. The Go half is
// canvas/order.go.
import { compare64 } from "./base64.js";

// beforeAll is a place before everything.
/** @type {Place} */
export const beforeAll = { t: 0, site: "", n: 0 };

// compare is negative if the place a is painted before b, positive if after.
/** @param {Place} a @param {Place} b */
export function compare(a, b) {
  if (a.t !== b.t) return a.t - b.t;
  if (a.site !== b.site) return compare64(a.site, b.site);
  return a.n - b.n;
}

// inOrder gives the live rows of all sites in paint order, each site's from the
// number on that first(site) gives; next(site, n) may skip some, from n on. What
// it gives is a cursor, { of, site, n, t }, of each site's log, that moves on.
export function* inOrder(sites, first, next = (of, n) => n) {
  /** @type {any[]} cursors */
  const heap = [];
  for (const of of sites) {
    const n = next(of, Math.max(first(of), of.dead + 1));
    if (n <= of.have) heap.push({ of, site: of.site, n, t: of.time(n) });
  }
  for (let i = heap.length >> 1; i > 0; i--) down(heap, i - 1);
  while (heap.length > 0) {
    const top = heap[0];
    yield top;
    top.n = next(top.of, top.n + 1);
    if (top.n <= top.of.have) {
      top.t = top.of.time(top.n);
    } else {
      const last = heap.pop();
      if (heap.length > 0) heap[0] = last;
    }
    down(heap, 0);
  }
}

// down moves the cursor i of a heap to its place, so that the one first in order is at
// the top.
export function down(heap, i) {
  for (;;) {
    let least = 2 * i + 1;
    if (least >= heap.length) return;
    if (least + 1 < heap.length && before(heap[least + 1], heap[least])) least++;
    if (!before(heap[least], heap[i])) return;
    [heap[i], heap[least]] = [heap[least], heap[i]];
    i = least;
  }
}

function before(a, b) {
  return a.t !== b.t ? a.t < b.t : compare64(a.site, b.site) < 0;
}
