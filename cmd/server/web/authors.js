// Whose sites are known. The Go half is in internal/exchange/neighbour.go.

const maxAuthors = 1 << 14; // of those who have left: a few megabytes

// Authors knows the ids of those who write as sites, also once they have left.
export class Authors {
  /** @type {Map<string, string>} the longest known first */
  #ids = new Map();
  #neighbours;

  /** @param {Map<string, Neighbour>} neighbours by id */
  constructor(neighbours) {
    this.#neighbours = neighbours;
  }

  // met takes note of a neighbour.
  /** @param {Neighbour} n */
  met({ id, site }) {
    this.#ids.delete(site);
    this.#ids.set(site, id);
    if (this.#ids.size > maxAuthors) this.#ids.delete(/** @type {string} */ (this.#ids.keys().next().value));
  }

  // of is the id of who writes as a site, or "" if that is not known, or several say that
  // they do: only one of them can sign as it.
  /** @param {string} site */
  of(site) {
    const claimants = [...this.#neighbours.values()].filter((n) => n.site === site);
    if (claimants.length > 1) return "";
    return claimants[0]?.id ?? this.#ids.get(site) ?? "";
  }
}
