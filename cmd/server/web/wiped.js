// What clears have wiped, for whoever wants to see it once more, or have it back.

const mostBytes = 16 << 20; // of all that is kept; the last is kept in any case: it was in memory until then
const perSite = 1024; // bytes, beside those of its rows

// Wiped keeps eras, the oldest first: what was wiped by a clear of the time until, whose
// author is by, and had been drawn after the clear of the time since, or 0. The oldest
// goes where there is no place.
export class Wiped {
  /** @type {Era[]} */
  eras = [];
  #bytes = /** @type {Map<Era, number>} */ (new Map());
  #sum = 0; // of those

  // keep takes in an era.
  /** @param {Era} era */
  keep({ sites, ...times }) {
    const era = { ...times, sites: sites.filter((s) => s.length > 0) };
    if (era.sites.length === 0) return;
    this.eras.push(era);
    this.#weigh(era);
    while (this.#sum > mostBytes && this.eras.length > 1) this.#drop(this.eras[0]);
  }

  // forget forgets what a site has drawn.
  /** @param {string} site */
  forget(site) {
    for (const era of this.eras.filter(({ sites }) => sites.some((s) => s.site === site))) {
      era.sites = era.sites.filter((s) => s.site !== site);
      if (era.sites.length === 0) this.#drop(era);
      else this.#weigh(era);
    }
  }

  #weigh(era) {
    const bytes = era.sites.reduce((sum, s) => sum + s.bytes + perSite, 0);
    this.#sum += bytes - (this.#bytes.get(era) ?? 0);
    this.#bytes.set(era, bytes);
  }

  #drop(era) {
    this.#sum -= this.#bytes.get(era) ?? 0;
    this.#bytes.delete(era);
    this.eras.splice(this.eras.indexOf(era), 1);
  }
}
