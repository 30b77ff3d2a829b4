// Pending keeps entries that came before others which they follow, for as long as
// those are being asked for. Whoever sends them may be anybody: what does not fit
// is pulled, as if it had not come. The Go half is internal/exchange/pending.go.
const maxPending = 1 << 20; // bytes of one neighbour's: some 3,000 operations
const maxPendingAll = 8 * maxPending; // of all, those that are gone included
const entryCost = 320; // bytes of one without its names and sites
const siteCost = 40; // bytes of each site that a clear names

export class Pending {
  /** @type {Map<string, { entry: Entry, from: string }[]>} */
  #lists = new Map(); // of { entry, from } in the order of their numbers, by site
  /** @type {Map<string, number>} */
  #bytes = new Map(); // by who sent them
  #all = 0; // bytes

  get sites() {
    return [...this.#lists.keys()];
  }

  // bytes is how much is held of a neighbour.
  bytes(from) {
    return this.#bytes.get(from) ?? 0;
  }

  // add keeps what a neighbour sent. isGone(id) says who has left: what they sent
  // makes room, for it lacks what they cannot send any more.
  /** @param {string} from @param {Entry} entry @param {(id: string) => boolean} isGone */
  add(from, entry, isGone) {
    const size = cost(entry);
    if (this.#all + size > maxPendingAll) this.#leaveOut(isGone);
    if (this.#all + size > maxPendingAll || this.bytes(from) + size > maxPending) return;
    const list = this.#lists.get(entry.site) ?? [];
    const at = list.findLastIndex((held) => held.entry.n <= entry.n);
    if (list[at]?.entry.n === entry.n) return;
    list.splice(at + 1, 0, { entry, from });
    this.#lists.set(entry.site, list);
    this.#count(from, size);
  }

  // release gives take what is held of a site, in order, until it says with false
  // that something still lacks.
  /** @param {string} site @param {(entry: Entry) => unknown} take */
  release(site, take) {
    const list = this.#lists.get(site) ?? [];
    let i = 0;
    while (i < list.length && take(list[i].entry)) i++;
    this.#keep(site, list, list.splice(0, i));
  }

  #leaveOut(isGone) {
    if (![...this.#bytes.keys()].some(isGone)) return;
    for (const [site, list] of this.#lists) {
      this.#keep(site, list.filter(({ from }) => !isGone(from)), list.filter(({ from }) => isGone(from)));
    }
  }

  // #keep is what is held of a site from now on, and what is not any more.
  #keep(site, list, dropped) {
    for (const { entry, from } of dropped) this.#count(from, -cost(entry));
    if (list.length > 0) this.#lists.set(site, list);
    else this.#lists.delete(site);
  }

  #count(from, size) {
    this.#all += size;
    this.#bytes.set(from, this.bytes(from) + size);
    if (this.bytes(from) === 0) this.#bytes.delete(from);
  }
}

// cost is about how many bytes it takes to keep an entry.
function cost({ by, cut }) {
  return entryCost + by.length + siteCost * (cut?.size ?? 0);
}
