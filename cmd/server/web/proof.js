// Proofs that a site has told two stories. The Go half is canvas/proof.go.
//
// A proof is { first, second }, two runs that the site has signed, and one of these is
// so: second begins where first ends, after another chain; or second is later in number,
// and its first entry is not later in time than first's last. Nobody but the site itself
// can make one, and an honest one never does. Either run may be a head alone.
import { equal, headText, siteOf } from "./chain.js";
import { chainIn, headOf, isFormed, lastOf, tailOf } from "./run.js";

// holds says whether a proof proves what it says.
/** @param {Proof} proof @param {Verify} verify */
export async function holds({ first: a, second: b }, verify) {
  const { key } = a;
  if (!key || !b.key || siteOf(key) !== a.site || !equal(key, b.key) || !isFormed(a) || !isFormed(b)) return false;
  const endOf = (run) => chainIn(run, run.rows.length);
  const endOfA = endOf(a);
  const forks = b.first === lastOf(a) + 1 && !equal(b.before, endOfA);
  const goesBack = a.rows.length > 0 && b.rows.length > 0 && b.first > lastOf(a) && b.rows[0].t <= a.rows[a.rows.length - 1].t;
  if (!forks && !goesBack) return false;
  const isSigned = (run, end) => verify(key, headText(lastOf(run), end), run.sig);
  return await isSigned(a, endOfA) && isSigned(b, endOf(b));
}

// leastOf is a proof without the entries of first that it does not need: where a room
// keeps many proofs, they are what takes memory.
/** @param {Proof} proof @returns {Proof} */
export function leastOf({ first: a, second: b }) {
  const count = a.rows.length;
  if (count === 0) return { first: a, second: b };
  const end = chainIn(a, count);
  if (b.first === lastOf(a) + 1 && !equal(b.before, end)) return { first: headOf(a, end), second: b };
  return { first: tailOf(a, lastOf(a), chainIn(a, count - 1)), second: b };
}
