// Vectors: how far somebody has come with each site, as Maps by site.
import { maxSites } from "./message.js";

// crowded says whether vectors have more sites than a room may.
/** @param {{ have: Vector, dead: Vector }} vectors */
export function crowded({ have, dead }) {
  return have.size > maxSites || dead.size > maxSites;
}

// raise raises each entry of a vector to another's.
/** @param {Vector} vector @param {Iterable<Mark>} to */
export function raise(vector, to) {
  for (const [site, n] of to) vector.set(site, Math.max(n, vector.get(site) ?? 0));
}

// reaches says whether a vector counts everything that another does.
/** @param {Vector} vector @param {Vector} other */
export function reaches(vector, other) {
  for (const [site, n] of other) if (n > (vector.get(site) ?? 0)) return false;
  return true;
}
