// Held keeps entries that came before others which they follow, for as long as
// those are being asked for.
const maxHeld = 8192; // entries

export class Held {
  #lists = new Map(); // of entries in the order of their numbers, by site
  #size = 0;

  get sites() {
    return [...this.#lists.keys()];
  }

  add(entry) {
    const list = this.#lists.get(entry.site) ?? [];
    const at = list.findLastIndex(({ n }) => n <= entry.n);
    if (list[at]?.n === entry.n || this.#size >= maxHeld) return;
    list.splice(at + 1, 0, entry);
    this.#lists.set(entry.site, list);
    this.#size++;
  }

  // release gives take what is held of a site, in order, until it says with false
  // that something still lacks.
  release(site, take) {
    const list = this.#lists.get(site) ?? [];
    let i = 0;
    while (i < list.length && take(list[i])) i++;
    this.#size -= i;
    list.splice(0, i);
    if (list.length === 0) this.#lists.delete(site);
  }
}
