// What clears have wiped, for whoever wants to see it once more, or have it back.

const mostBytes = 16 << 20; // of all that is kept; the last is kept in any case: it was in memory until then
const perSite = 1024; // bytes, beside those of its rows

// Wiped keeps eras, the oldest first: what was wiped by a clear of the time until, whose
// author is by, and had been drawn after the clear of the time since, or 0. The oldest
// goes where there is no place.
export class Wiped {
  /** @type {Era[]} */
  eras = [];

  // keep takes in an era.
  /** @param {Era} era */
  keep({ since, until, by, sites }) {
    const some = sites.filter((s) => s.length > 0);
    if (some.length === 0) return;
    this.eras.push({ since, until, by, sites: some });
    let bytes = 0;
    const first = this.eras.findLastIndex((era) => (bytes += bytesOf(era)) > mostBytes);
    this.eras.splice(0, Math.min(first + 1, this.eras.length - 1));
  }

  // forget forgets what a site has drawn.
  /** @param {string} site */
  forget(site) {
    for (const era of this.eras) era.sites = era.sites.filter((s) => s.site !== site);
    this.eras = this.eras.filter(({ sites }) => sites.length > 0);
  }
}

function bytesOf({ sites }) {
  return sites.reduce((sum, { bytes }) => sum + bytes + perSite, 0);
}
