// Areas: which parts of a picture a change touches. A long stroke touches few of
// the cells that its box covers.

const cell = 64; // device pixels, each way

// An Area is a set of cells of a picture of width × height device pixels, with
// ratio of them in a CSS pixel, that begins at a place of the drawing.
export class Area {
  #width;
  #height;
  #ratio;
  #origin;
  #slack; // device pixels: on a smaller scale than 1, edges and thin lines reach beyond their boxes
  #columns;
  #rows;
  #cells; // 1 for those in the set, row by row

  constructor(width, height, ratio, origin = { x: 0, y: 0 }) {
    this.#width = width;
    this.#height = height;
    this.#ratio = ratio;
    this.#origin = origin;
    this.#slack = Math.max(0, 1.5 * (1 - ratio));
    this.#columns = Math.ceil(width / cell);
    this.#rows = Math.ceil(height / cell);
    this.#cells = new Uint8Array(this.#columns * this.#rows);
  }

  // add adds the cells that a box, in CSS pixels, touches.
  add({ left, top, right, bottom }) {
    const { x, y } = this.#origin;
    const first = this.#first(left - x);
    const last = this.#last(right - x, this.#columns);
    const end = this.#last(bottom - y, this.#rows);
    for (let row = this.#first(top - y); first <= last && row <= end; row++) {
      this.#cells.fill(1, row * this.#columns + first, row * this.#columns + last + 1);
    }
  }

  // touches says whether a box, in CSS pixels, touches a cell of the set.
  touches(left, top, right, bottom) {
    const { x, y } = this.#origin;
    const first = this.#first(left - x);
    const last = this.#last(right - x, this.#columns);
    const end = this.#last(bottom - y, this.#rows);
    for (let row = this.#first(top - y); row <= end; row++) {
      const at = row * this.#columns;
      for (let i = at + first; i <= at + last; i++) if (this.#cells[i] === 1) return true;
    }
    return false;
  }

  // overlaps says whether another set, of the same picture, has a cell of this.
  overlaps(other) {
    return this.#cells.some((has, i) => has & other.#cells[i]);
  }

  // join adds the cells of another set, of the same picture.
  join(other) {
    for (const [i, has] of other.#cells.entries()) this.#cells[i] |= has;
  }

  // share is which part of the picture it is.
  get share() {
    return this.#cells.reduce((sum, has) => sum + has, 0) / this.#cells.length;
  }

  #first(from) {
    return Math.max(0, Math.floor((from * this.#ratio - this.#slack) / cell));
  }

  #last(to, count) {
    return Math.min(count - 1, Math.floor((to * this.#ratio + this.#slack) / cell));
  }

  // rectangles are what the cells cover, in device pixels: one for each sequence
  // of cells in a row.
  get rectangles() {
    const list = [];
    for (let row = 0; row < this.#rows; row++) {
      for (let i = 0; i < this.#columns; i++) {
        if (!this.#has(row, i)) continue;
        const first = i;
        while (this.#has(row, i)) i++;
        const [x, y] = [first * cell, row * cell];
        list.push({ x, y, width: Math.min(i * cell, this.#width) - x, height: Math.min(y + cell, this.#height) - y });
      }
    }
    return list;
  }

  #has(row, column) {
    return column < this.#columns && this.#cells[row * this.#columns + column] === 1;
  }
}
