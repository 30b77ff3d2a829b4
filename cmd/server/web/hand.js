// The hand that moves the sheet: by pointers that drag it, two of which turn it
// larger and smaller, and by wheels.

const lineHeight = 16; // CSS pixels, of wheels that count lines
const perDouble = 70; // CSS pixels of a wheel that make things twice as large
const mostRoll = 20; // CSS pixels of one event: a mouse's wheel tells a hundred for each click, a trackpad's pinch a few

// A Hand moves a viewport. Places are of the window, in CSS pixels.
export class Hand {
  #viewport;
  /** @type {Map<number, Point>} */
  #held = new Map(); // where each pointer is
  #from = { place: { x: 0, y: 0 }, distance: 0, scale: 1 }; // since a pointer came or went

  constructor(canvas, viewport) {
    this.#viewport = viewport;
    canvas.addEventListener("wheel", (event) => this.#roll(event), { passive: false });
  }

  // ids are the pointers that hold the sheet.
  get ids() {
    return [...this.#held.keys()];
  }

  // has says whether a pointer does.
  has(id) {
    return this.#held.has(id);
  }

  // take has a pointer hold the sheet where it is.
  /** @param {number} id @param {Point} at */
  take(id, at) {
    this.#held.set(id, at);
    this.#begin();
  }

  /** @param {number} id @param {Point} at */
  move(id, at) {
    this.#held.set(id, at);
    const { middle, distance } = this.#grip();
    const { place, scale, distance: before } = this.#from;
    this.#viewport.pin(place, middle, before > 0 ? (scale * distance) / before : scale);
  }

  // release has a pointer let go.
  release(id) {
    if (this.#held.delete(id)) this.#begin();
  }

  #begin() {
    if (this.#held.size === 0) return;
    const { middle, distance } = this.#grip();
    this.#from = { place: this.#viewport.place(middle), distance, scale: this.#viewport.scale };
  }

  // #grip is the middle of the pointers, and how far the first two are apart.
  #grip() {
    const [a, b = a] = this.#held.values();
    return { middle: { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 }, distance: Math.hypot(a.x - b.x, a.y - b.y) };
  }

  #roll(event) {
    event.preventDefault();
    const unit = [1, lineHeight, innerHeight][event.deltaMode];
    if (!event.ctrlKey && !event.metaKey) {
      this.#viewport.pan(event.deltaX * unit, event.deltaY * unit);
      return;
    }
    const roll = Math.min(Math.max(event.deltaY * unit, -mostRoll), mostRoll);
    this.#viewport.zoom(2 ** (-roll / perDouble), { x: event.clientX, y: event.clientY });
  }
}
