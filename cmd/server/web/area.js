// Areas: which parts of a picture a change touches. A long stroke touches few of
// the cells that its box covers.

const cell = 64; // device pixels, each way

// A Grid is the cells of a picture of width × height device pixels, with ratio of them
// in a CSS pixel, that begins at a place of the drawing. They are of so many device
// pixels each way.
export class Grid {
  columns;
  rows;
  #size;
  #ratio;
  #origin;
  #slack; // device pixels: on a smaller scale than 1, edges and thin lines reach beyond their boxes

  constructor(size, width, height, ratio, origin = { x: 0, y: 0 }) {
    this.columns = Math.ceil(width / size);
    this.rows = Math.ceil(height / size);
    this.#size = size;
    this.#ratio = ratio;
    this.#origin = origin;
    this.#slack = Math.max(0, 1.5 * (1 - ratio));
  }

  // What lies between two places, in CSS pixels, touches the columns, or rows, from the
  // first to the last one: none if that is less.
  firstColumn(left) {
    return this.#first(left - this.#origin.x);
  }

  lastColumn(right) {
    return this.#last(right - this.#origin.x, this.columns);
  }

  firstRow(top) {
    return this.#first(top - this.#origin.y);
  }

  lastRow(bottom) {
    return this.#last(bottom - this.#origin.y, this.rows);
  }

  #first(from) {
    return Math.max(0, Math.floor((from * this.#ratio - this.#slack) / this.#size));
  }

  #last(to, count) {
    return Math.min(count - 1, Math.floor((to * this.#ratio + this.#slack) / this.#size));
  }
}

// An Area is a set of cells of a picture.
export class Area extends Grid {
  #width;
  #height;
  #cells; // 1 for those in the set, row by row

  constructor(width, height, ratio, origin) {
    super(cell, width, height, ratio, origin);
    this.#width = width;
    this.#height = height;
    this.#cells = new Uint8Array(this.columns * this.rows);
  }

  // add adds the cells that a box, in CSS pixels, touches.
  add({ left, top, right, bottom }) {
    const first = this.firstColumn(left);
    const last = this.lastColumn(right);
    const end = this.lastRow(bottom);
    for (let row = this.firstRow(top); first <= last && row <= end; row++) {
      this.#cells.fill(1, row * this.columns + first, row * this.columns + last + 1);
    }
  }

  // touches says whether a box, in CSS pixels, touches a cell of the set.
  touches(left, top, right, bottom) {
    const first = this.firstColumn(left);
    const last = this.lastColumn(right);
    const end = this.lastRow(bottom);
    for (let row = this.firstRow(top); row <= end; row++) {
      const at = row * this.columns;
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

  // rectangles are what the cells cover, in device pixels: one for each sequence
  // of cells in a row.
  get rectangles() {
    const list = [];
    for (let row = 0; row < this.rows; row++) {
      for (let i = 0; i < this.columns; i++) {
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
    return column < this.columns && this.#cells[row * this.columns + column] === 1;
  }
}
