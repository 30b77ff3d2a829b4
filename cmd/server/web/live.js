// What text messages say of a site as it draws. The Go half is canvas/live.go.
import { genesis, siteOf } from "./chain.js";
import { rowOf } from "./row.js";

const mostEntries = 256; // in a run

// liveRun is the run that entries in sequence and the head that covers them make, whose
// site is whose they are; or the verdict on it (see take.js).
/** @param {import("./store.js").Store} store @param {Entry[]} entries @param {HeadMessage} head @returns {Run | Verdict} */
export function liveRun(store, entries, { site, key, n, sig }) {
  const first = entries[0]?.n;
  const inSequence = entries.every((entry, i) => entry.n === first + i) && n === first + entries.length - 1;
  if (entries.length === 0 || entries.length > mostEntries || !inSequence || (key && siteOf(key) !== site)) return "bad";
  const before = chainBefore(store, site, key, first, n);
  return typeof before === "string" ? before : { site, key, first, before, sig, rows: entries.map(rowOf) };
}

// chainBefore is the chain that a run of a text message continues, or the verdict on it.
/** @returns {Uint8Array | Verdict} */
function chainBefore({ sites, over, own, void: voids }, site, key, first, last) {
  if (site === own || voids.has(site)) return "known";
  const s = sites.get(site);
  if (s) return last <= s.vouched ? "known" : s.chainAt(first - 1) ?? "gap";
  const base = over.get(site);
  if (base && last <= base.dead) return "known";
  if (base && first === base.dead + 1) return base.tip;
  return first > 1 || !key ? "gap" : genesis(key);
}
