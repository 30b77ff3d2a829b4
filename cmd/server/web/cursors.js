// The cursors of the others, and the trails of their lasers and of one's own. They are
// above the drawing, and in no picture of it.

const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const glideTime = isCalm ? 1 : 90; // ms in which a cursor goes to where it was told to be: until about the next word of it
const silentTime = 4000; // ms after which it is taken to be gone
const trailTime = 900; // ms in which a trail fades
const trailWidth = 5; // CSS pixels
const maxCursors = 64;

/** @typedef {{ element: HTMLElement, from: Point, to: Point, at: number, laser: boolean, color: string }} Cursor */

// Cursors are in a place of the page, with a canvas for the trails, over what a viewport
// shows. who(id) gives { name, color }.
export class Cursors {
  #place;
  #canvas;
  #brush;
  #viewport;
  #who;
  /** @type {Map<string, Cursor>} */
  #cursors = new Map();
  /** @type {Map<string, { color: string, points: (Point & { at: number })[] }>} */
  #trails = new Map();
  #isMoving = false; // a frame is asked for

  constructor({ place, canvas, viewport, who }) {
    this.#place = place;
    this.#canvas = canvas;
    this.#brush = canvas.getContext("2d");
    this.#viewport = viewport;
    this.#who = who;
  }

  // point shows where somebody points now, or with null that they do not.
  /** @param {string} id @param {(Point & { laser: boolean }) | null} to */
  point(id, to, now = performance.now()) {
    const before = this.#cursors.get(id);
    if (!to) {
      before?.element.remove();
      this.#cursors.delete(id);
      return;
    }
    if (!before && this.#cursors.size >= maxCursors) return;
    const { name, color } = this.#who(id);
    const element = before?.element ?? this.#make(id);
    element.style.setProperty("--who", color);
    /** @type {HTMLElement} */ (element.lastElementChild).textContent = name;
    element.classList.toggle("laser", to.laser);
    const from = before ? where(before, now) : to;
    this.#cursors.set(id, { element, from, to: { x: to.x, y: to.y }, at: now, laser: to.laser, color });
    this.#move();
  }

  // trail adds a place to a trail, as of one's own laser.
  /** @param {string} id @param {Point} place @param {string} color */
  trail(id, { x, y }, color, now = performance.now()) {
    const trail = this.#trails.get(id) ?? { color, points: [] };
    trail.points.push({ x, y, at: now });
    this.#trails.set(id, trail);
    this.#move();
  }

  // lift ends a trail: what comes is another.
  lift(id) {
    const trail = this.#trails.get(id);
    if (!trail) return;
    this.#trails.delete(id);
    this.#trails.set(`${id} ${trail.points[0]?.at}`, trail); // to fade
  }

  // show shows all of them where they are over the sheet now.
  show() {
    this.#move();
  }

  #make(id) {
    const element = document.createElement("div");
    element.className = "cursor";
    element.dataset.peer = id;
    const arrow = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    arrow.setAttribute("viewBox", "0 0 20 20");
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", "M2 2l6 15 2.4-6.6L17 8z");
    arrow.append(path);
    element.append(arrow, document.createElement("span"));
    this.#place.append(element);
    return element;
  }

  #move() {
    if (this.#isMoving) return;
    this.#isMoving = true;
    requestAnimationFrame((now) => {
      this.#isMoving = false;
      this.#frame(now);
    });
  }

  #frame(now) {
    for (const [id, cursor] of this.#cursors) {
      if (now - cursor.at > silentTime) {
        this.point(id, null);
        this.lift(id);
        continue;
      }
      const at = where(cursor, now);
      if (cursor.laser) this.trail(id, at, cursor.color, now);
      else this.lift(id);
      const { x, y } = this.#seen(at);
      cursor.element.style.transform = `translate(${x}px, ${y}px)`;
    }
    const fading = this.#paintTrails(now);
    if (fading || this.#cursors.size > 0) this.#move();
  }

  // #paintTrails says whether there is something of them.
  #paintTrails(now) {
    for (const [id, trail] of this.#trails) {
      trail.points = trail.points.filter(({ at }) => now - at < trailTime);
      if (trail.points.length === 0) this.#trails.delete(id);
    }
    const isThere = this.#trails.size > 0;
    if (!isThere && this.#canvas.hidden) return false;
    this.#canvas.hidden = !isThere;
    const ratio = devicePixelRatio;
    this.#canvas.width = isThere ? Math.round(innerWidth * ratio) : 0; // which wipes it
    this.#canvas.height = isThere ? Math.round(innerHeight * ratio) : 0;
    this.#brush.scale(ratio, ratio);
    this.#brush.lineCap = "round";
    for (const { color, points } of this.#trails.values()) {
      this.#brush.strokeStyle = color;
      for (let i = 1; i < points.length; i++) this.#paintPiece(points[i - 1], points[i], 1 - (now - points[i].at) / trailTime);
    }
    return isThere;
  }

  #paintPiece(from, to, left) {
    const [a, b] = [this.#seen(from), this.#seen(to)];
    this.#brush.lineWidth = trailWidth * left;
    this.#brush.beginPath();
    this.#brush.moveTo(a.x, a.y);
    this.#brush.lineTo(b.x, b.y);
    this.#brush.stroke();
  }

  // #seen is where a place of the sheet is in the window.
  #seen({ x, y }) {
    return { x: (x - this.#viewport.x) * this.#viewport.scale, y: (y - this.#viewport.y) * this.#viewport.scale };
  }
}

// where is where a cursor is on its way.
/** @param {Cursor} cursor @returns {Point} */
function where({ from, to, at }, now) {
  const part = Math.min(Math.max((now - at) / glideTime, 0), 1);
  return { x: from.x + part * (to.x - from.x), y: from.y + part * (to.y - from.y) };
}
