// How this page and the others stand, in one sentence.
import { reachWords, signalingWords } from "./people.js";
import { words } from "./words.js";

// standingWords says how things stand for somebody who only draws: whatever is wrong, or
// who has the same drawing.
/** @param {{ synced: number, agree: boolean }} state @param {{ stream: any, links: any[], odd: string[], isAll: boolean }} around */
export function standingWords({ synced, agree }, { stream, links, odd, isAll }) {
  if (stream.state !== "connected") return signalingWords(stream, navigator.onLine);
  if (odd.length > 0) return words.otherThan(odd.join(", "));
  if (links.length === 0) return words.nobodyElse;
  const reach = reachWords(links);
  if (reach) return reach;
  if (synced === 0) return words.othersSee;
  if (!agree) return words.underway;
  return isAll ? words.everybody : words.someOthers(synced);
}
