// What a neighbour lacks, as frames. The Go half is canvas/answer.go.
import { frameOf } from "./frame.js";
import { down } from "./order.js";
import { lastOf } from "./run.js";

const goodFrame = 16 << 10; // bytes that a frame should have, about
const fullFrame = 8192; // rows that are tried to fit into one
const leastFrame = 256; // but no fewer
const fullRuns = 128; // and runs, of which each has a signature

/** @type {WeakMap<Log, number>} */
const fit = new WeakMap(); // rows that a frame has room for, as the last one had

// nextFrame gives the first frame of the runs that a neighbour lacks who holds have, and
// raises have to what it holds with that. It gives null when nothing is lacking. Taken
// one after another they leave no gaps, and what arrives is painted nearly in order. The
// log may change meanwhile. A greater clear goes before them, and proofs.
/** @param {Log} log @param {Vector} have @returns {Promise<Uint8Array | null>} */
export async function nextFrame(log, have) {
  for (let limit = fit.get(log) ?? fullFrame / 4, most = fullRuns; ; ) {
    const runs = collect(log, have, limit, most);
    if (runs.length === 0) return null;
    const frame = await frameOf(runs);
    const rows = runs.reduce((sum, run) => sum + run.rows.length, 0);
    const share = goodFrame / frame.length;
    const fits = Math.floor(Math.min(Math.max(rows * share, leastFrame), fullFrame));
    fit.set(log, fits);
    if (frame.length > goodFrame * 1.25 && runs.length > 1) {
      limit = Math.min(fits, rows - 1);
      most = Math.max(1, Math.min(runs.length - 1, Math.floor(runs.length * share)));
      continue;
    }
    for (const run of runs) have.set(run.site, lastOf(run));
    return frame;
  }
}

// collect takes the first runs that have does not count, in the paint order of their
// first entries, up to so many rows and runs, but at least one.
/** @param {Log} log @param {Vector} have @returns {Run[]} */
function collect(log, have, limit, most) {
  const heap = log.sources.filter((s) => (have.get(s.site) ?? 0) < s.vouched).map((s) => sourceOf(s, (have.get(s.site) ?? 0) + 1));
  for (let i = heap.length >> 1; i > 0; i--) down(heap, i - 1);
  /** @type {Run[]} */
  const runs = [];
  for (let rows = 0; heap.length > 0 && runs.length < most; ) {
    const { of, n } = heap[0];
    const run = of.run(n);
    rows += run.rows.length;
    if (rows > limit && runs.length > 0) break;
    runs.push((have.get(of.site) ?? 0) > 0 ? { ...run, key: null } : run);
    const after = lastOf(run) + 1;
    const last = after > of.vouched ? heap.pop() : sourceOf(of, after);
    if (heap.length > 0) heap[0] = /** @type {Source} */ (last);
    down(heap, 0);
  }
  return runs;
}

// A Source is a site of which somebody lacks something: from n on, of which the first
// live row is at t.
/** @typedef {{ of: SiteLog, site: string, n: number, t: number }} Source */

/** @param {SiteLog} of @param {number} n @returns {Source} */
function sourceOf(of, n) {
  n = Math.max(n, of.dead, 1);
  return { of, site: of.site, n, t: of.time(Math.max(n, of.dead + 1)) };
}
