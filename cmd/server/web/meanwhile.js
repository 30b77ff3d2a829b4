// What has happened to a drawing since it was looked at.

// strokesSince is how many strokes a log has that were begun after an era.
/** @param {Log} log @param {Era} era */
export function strokesSince(log, { sites }) {
  const had = new Map(sites.map((s) => [s.site, s.have]));
  let count = 0;
  for (const s of log.live) {
    const before = had.get(s.site) ?? 0;
    const fresh = new Set();
    for (let n = Math.max(before, s.dead) + 1; n <= s.have; n++) if (s.paints(n) && s.stroke(n) > before) fresh.add(s.stroke(n));
    count += fresh.size;
  }
  return count;
}
