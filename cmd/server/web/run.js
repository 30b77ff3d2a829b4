// Runs: entries of one site in sequence, of which the last is at a head, which vouches
// for all up to it. A run is what travels. The Go half is canvas/run.go.
//
// A run is { site, key, first, before, sig, rows }: key is null where it is not told,
// for who knows the site; before is the chain before the row with the number first,
// and sig is of the head at the last row. One without rows is a head alone, at first − 1.
// Its end, the chain after the last row, is there once that has been hashed.
// What a run from elsewhere says nobody has verified until take.js has.
import { equal, genesis, isMilestone, next } from "./chain.js";
import { maxN } from "./entry.js";

/** @param {Run} run */
export function lastOf({ first, rows }) {
  return first + rows.length - 1;
}

// chainIn is the chain within a run after so many of its rows.
/** @param {Run} run @param {number} count */
export function chainIn({ before, rows, end }, count) {
  return end && count === rows.length ? end : next(before, count, (i) => rows[i]);
}

// isFormed says whether a run is as it has to be, as far as it tells by itself: no
// milestone lies within it, time goes on, and it begins where it says.
/** @param {Run} run */
export function isFormed({ key, first, before, rows }) {
  if (first < 1 || first + rows.length > maxN + 1) return false;
  if (first === 1 && (rows.length === 0 || (key && !equal(before, genesis(key))))) return false;
  return rows.every((row, i) => i === rows.length - 1 || (!isMilestone(row, first + i) && rows[i + 1].t > row.t));
}

// headOf is the head at a run's end alone, after the chain end.
/** @param {Run} run @param {Uint8Array} end @returns {Run} */
export function headOf(run, end) {
  return { ...run, first: lastOf(run) + 1, before: end, end, rows: [] };
}

// tailOf is what there is of a run from n on, which follows before.
/** @param {Run} run @param {number} n @param {Uint8Array} before @returns {Run} */
export function tailOf(run, n, before) {
  return { ...run, first: n, before, rows: run.rows.slice(n - run.first) };
}
