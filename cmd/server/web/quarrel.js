// Quarrels: a run held against what we have of its site, all of which has been
// verified. The Go half is canvas/quarrel.go.
import { equal } from "./chain.js";
import { chainIn, headOf, lastOf, tailOf } from "./run.js";

// quarrel is the proof that a run, which is what its head says, and ours tell two
// stories; null where they fit.
/** @param {SiteLog} s @param {Run} run @returns {Proof | null} */
export function quarrel(s, run) {
  const last = lastOf(run);
  const n = Math.min(s.have, last); // the last place of which both know the chain, if they overlap
  const chain = n + 1 >= run.first ? s.chainAt(n) : null;
  if (chain && !equal(chain, chainIn(run, n + 1 - run.first))) return fork(s, run);
  if (chain && last > s.have) return back(s, tailOf(run, s.have + 1, chain));
  if (run.first > s.have + 1) return back(s, run);
  // Our witness says that what is before it is older.
  const i = run.rows.length - 1;
  if (last >= s.dead || i < 0 || run.rows[i].t < /** @type {Row} */ (s.witness).t) return null;
  return { first: tailOf(run, last, chainIn(run, i)), second: s.run(s.dead) };
}

// fork is the proof that a run is of another story than ours.
/** @returns {Proof} */
function fork(s, run) {
  const last = lastOf(run);
  if (s.have > last) return { first: headOf(run, chainIn(run, run.rows.length)), second: s.run(last + 1) };
  const ours = { site: s.site, key: s.key, first: s.have + 1, before: s.tip, sig: s.newest.sig, rows: [] };
  return { first: ours, second: tailOf(run, s.have + 1, chainIn(run, s.have + 1 - run.first)) };
}

// back is the proof that time goes back from our last entry to a run after it.
/** @returns {Proof | null} */
function back(s, run) {
  if (run.rows.length === 0 || s.have === 0) return null;
  const last = s.rowAt(s.have);
  if (run.rows[0].t > last.t) return null;
  const ours = { site: s.site, key: s.key, first: s.have, before: s.chainAt(s.have - 1), sig: s.newest.sig, rows: [last] };
  return { first: ours, second: run };
}
