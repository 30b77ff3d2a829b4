// Checkpoints: copies of the picture as it is before places in the paint order,
// for changes to what is below.
import { Area } from "./area.js";
import { compare } from "./order.js";

const spacing = 1024; // painted operations from one checkpoint to the next, at first
const maxPixels = 64 << 20; // bytes in all
const maxStale = 0.5; // of a copy

// A checkpoint is { before, count, context, stale }: the place, how many
// operations were painted by then, the copy, and the area where something has
// changed since. To bring all copies up to date costs more than they are worth.
export class Checkpoints {
  #list = []; // in order

  // keep copies the picture, if that is due: count operations are painted, the
  // last one at the place end.
  keep(picture, end, count) {
    if (count < (this.#list.at(-1)?.count ?? 0) + spacing) return;
    const { width, height } = picture.canvas;
    const context = offscreen(width, height);
    context.drawImage(picture.canvas, 0, 0);
    this.#list.push({ before: { ...end, n: end.n + 1 }, count, context, stale: new Area(width, height, 1) });
    if (this.#list.length * width * height * 4 > maxPixels) this.#thin(count);
  }

  // #thin takes away the checkpoint that is missed least: most changes are to
  // what is young, so the gaps may grow with age.
  #thin(count) {
    const all = this.#list;
    const loss = (i) => (all[i + 1].count - (all[i - 1]?.count ?? 0)) / (count - all[i].count);
    let least = 0;
    for (let i = 1; i < all.length - 1; i++) if (loss(i) < loss(least)) least = i;
    all.splice(least, 1);
  }

  // before gives the last checkpoint that knows nothing of a place and is up to
  // date in an area, if there is one.
  before(place, area) {
    return this.#list.findLast(({ before, stale }) => compare(before, place) <= 0 && !stale.overlaps(area));
  }

  // change takes note that an area is another from a place on.
  change(place, area) {
    this.#list = this.#list.filter(({ before, stale }) => {
      if (compare(before, place) <= 0) return true;
      stale.join(area);
      return stale.share <= maxStale;
    });
  }

  forget() {
    this.#list = [];
  }
}

// offscreen is a context that nobody sees, of so many device pixels.
export function offscreen(width, height) {
  const context = new OffscreenCanvas(width, height).getContext("2d", { willReadFrequently: true });
  return /** @type {OffscreenCanvasRenderingContext2D} */ (context);
}
