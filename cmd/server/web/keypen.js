// The keyboard's pen: a pen on the sheet that arrow keys move, for whoever goes to the canvas
// with the keyboard. What it draws is what a mouse would.

const step = 8; // CSS pixels of an arrow key
const stride = 40; // with Shift
const edge = 32; // CSS pixels from the window's edges at which the sheet moves, and not the pen
const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const id = -1; // as that of a pointer, which has another

const taps = new Set(["text", "pick"]); // tools that are pressed and not dragged
const dots = new Set(["pencil", "eraser"]); // that can be either

// A KeyPen is shown as an element while the keyboard has it. gestures has the stroke that it
// draws, toolOf() is the tool, tell(cursor) tells others where it is, and say(isDown) the
// person.
export class KeyPen {
  #canvas;
  #element;
  #viewport;
  #gestures;
  #toolOf;
  #tell;
  #say;
  /** @type {Point | null} */
  #place = null; // on the sheet; none before it is taken first
  #held = new Set(); // arrow keys: two lead between them

  constructor({ canvas, element, viewport, gestures, toolOf, tell, say }) {
    this.#canvas = canvas;
    this.#element = element;
    this.#viewport = viewport;
    this.#gestures = gestures;
    this.#toolOf = toolOf;
    this.#tell = tell;
    this.#say = say;
    canvas.addEventListener("keydown", (event) => this.#key(event));
    canvas.addEventListener("keyup", (event) => this.#held.delete(event.key));
    canvas.addEventListener("blur", () => this.#leave());
    canvas.addEventListener("pointerdown", (event) => {
      this.#leave();
      this.#place = viewport.place({ x: event.clientX, y: event.clientY });
    });
  }

  // take shows the pen, where it was or else in the middle of the window.
  take() {
    if (!this.#element.hidden || document.activeElement !== this.#canvas) return;
    const at = this.#place && this.#at;
    const isSeen = at && at.x > 0 && at.y > 0 && at.x < innerWidth && at.y < innerHeight;
    if (!isSeen) this.#place = this.#viewport.place({ x: Math.round(innerWidth / 2), y: Math.round(innerHeight / 2) });
    this.#element.hidden = false;
    this.show();
  }

  // show shows the pen where it is over the sheet now.
  show() {
    if (this.#element.hidden) return;
    const { x, y } = this.#at;
    this.#element.style.transform = `translate(${x}px, ${y}px)`;
    this.#element.dataset.down = String(this.#isDown);
  }

  #leave() {
    if (this.#element.hidden) return;
    this.#held.clear();
    this.#gestures.lift(id);
    this.#element.hidden = true;
    this.#tell(null);
  }

  get #at() {
    const { x, y } = /** @type {Point} */ (this.#place);
    const { x: left, y: top, scale } = this.#viewport;
    return { x: (x - left) * scale, y: (y - top) * scale };
  }

  get #isDown() {
    return this.#gestures.has(id);
  }

  #key(event) {
    if (this.#element.hidden || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const { key } = event;
    if (key in ways) this.#move(key, event);
    else if (key === " " || key === "Enter") this.#press(event);
    else if (key === "Escape" && this.#isDown) this.#gestures.giveUp();
    else return;
    event.preventDefault();
    event.stopPropagation(); // elsewhere these keys have other meanings
    this.show();
  }

  #move(key, event) {
    this.#held.add(key);
    const far = event.shiftKey ? stride : step;
    const { x, y } = this.#at;
    const [dx, dy] = [0, 1].map((axis) => far * [...this.#held].reduce((sum, held) => sum + ways[held][axis], 0));
    const to = { x: x + dx, y: y + dy };
    const beyond = (v, size) => Math.min(0, v - edge) + Math.max(0, v - size + edge);
    this.#place = this.#viewport.place(to);
    this.#viewport.pan(beyond(to.x, innerWidth), beyond(to.y, innerHeight));
    this.#gestures.follow(this.#event(event));
    this.#tell(this.#place);
  }

  // #press puts the pen down, or up. Enter places at once what can be.
  #press(event) {
    if (event.repeat) return;
    const tool = this.#toolOf();
    if (this.#isDown) {
      this.#gestures.lift(id);
      this.#say(false);
      return;
    }
    this.#gestures.put(this.#event(event));
    if (taps.has(tool) || (event.key === "Enter" && dots.has(tool))) this.#gestures.lift(id);
    else if (this.#isDown) this.#say(true);
  }

  // #event is what a mouse would tell.
  #event({ timeStamp }) {
    const { x: clientX, y: clientY } = this.#at;
    return { pointerId: id, pointerType: "mouse", clientX, clientY, timeStamp, pressure: 0.5, shiftKey: false };
  }
}
