// Gestures: what the pointers on the canvas are about, strokes of the tool that is
// chosen or moves of the sheet.
import { Palm } from "./palm.js";

const firstButton = 1; // in event.buttons: of a mouse the left one, of a finger or a pen its tip
const middle = 1; // in event.button
const youngTime = 400; // ms for which a finger's stroke may turn out to be the first of two that hold the sheet

// Gestures tell strokes of what a hand does, one at a time.
//
// A stroke begins where the first button goes down and ends when it is up, also
// if nobody said so. Of a mouse, only the first button that goes down and the
// last that goes up are told as such; what happens in between, or outside the
// window, shows in the buttons of the next move.
export class Gestures {
  #canvas;
  #begin;
  #hand;
  #onlyHand;
  #rests = false;
  #palm = new Palm();
  /** @type {Map<number, any>} */
  #down = new Map(); // by pointer: { type, since, at, stroke }, the last null of a touch that only rests
  #holds = false; // the hand is chosen, for as long as a key is down

  // begin(event) begins a stroke, which is { isEmpty, move(events, predicted), end(),
  // takeBack() }: whether nothing has come of it, the events that follow and those that
  // may, and its ends, of which the latter is as if it had never been. hand is what moves the sheet,
  // and with onlyHand nothing else is done.
  constructor(canvas, { begin, hand, onlyHand = false }) {
    this.#canvas = canvas;
    this.#begin = begin;
    this.#hand = hand;
    this.#onlyHand = onlyHand;
    if (onlyHand) this.hold(true);
    canvas.addEventListener("pointerdown", (event) => this.#press(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#lift(event));
    canvas.addEventListener("pointercancel", (event) => this.#cancel(event));
    canvas.addEventListener("lostpointercapture", (event) => this.#end(event.pointerId));
    for (const type of ["contextmenu", "mousedown"]) canvas.addEventListener(type, suppress);
    // What a hand does while another window has it, nobody tells.
    addEventListener("blur", () => {
      this.hold(false);
      for (const id of [...this.#down.keys(), ...this.#hand.ids]) this.#end(id);
    });
  }

  // hold has the pointers that come move the sheet, or draw again.
  hold(holds) {
    this.#holds = holds || this.#onlyHand || this.#rests;
    this.#show();
  }

  // rest has nothing be drawn until it is over: pointers move the sheet.
  rest(rests) {
    this.giveUp();
    this.#rests = rests;
    this.hold(false);
  }

  // giveUp ends what is under way, as if it had never been.
  giveUp() {
    for (const id of this.#down.keys()) this.#takeBack(id);
  }

  // put, follow and lift are a stroke that no pointer draws, of events as a pointer's.
  put(event) {
    if (this.#isDrawing || this.#rests || document.querySelector(":popover-open")) return;
    const { pointerId: id, pointerType: type, timeStamp: since } = event;
    this.#down.set(id, { type, since, at: at(event), stroke: this.#begin(event) });
  }

  follow(event) {
    this.#down.get(event.pointerId)?.stroke.move([event], []);
  }

  lift(id) {
    this.#end(id);
  }

  // has says whether a stroke of such an id is under way.
  has(id) {
    return this.#down.has(id);
  }

  #press(event) {
    const { pointerId: id, pointerType: type, button } = event;
    this.#end(id); // its last release was not told
    // A press beside an open sheet closes that, and nothing else.
    if (document.querySelector(":popover-open")) return;
    const isPalm = this.#palm.isPalm(event);
    this.#palm.see(event);
    if (button === middle || (button === 0 && this.#holds)) this.#grab(id, at(event));
    if (button !== 0 || this.#hand.has(id) || isPalm) return;
    if (type === "pen") this.#dismiss();
    else if (type === "touch" && this.#joins(event)) return;
    if (this.#isDrawing) return;
    this.#canvas.setPointerCapture(id);
    const stroke = this.#palm.rests(event) ? null : this.#begin(event);
    this.#down.set(id, { type, since: event.timeStamp, at: at(event), stroke });
  }

  get #isDrawing() {
    return [...this.#down.values()].some(({ stroke }) => stroke);
  }

  // #dismiss takes back what the hand that holds a pen has done.
  #dismiss() {
    for (const [id, { type }] of this.#down) if (type === "touch") this.#takeBack(id);
    for (const id of this.#hand.ids) this.#release(id);
  }

  // #joins says whether a touch is not the first one. A second finger holds the sheet
  // together with the first, if that has only begun; others are of a hand that rests.
  #joins(event) {
    const holding = this.#hand.ids.length;
    if (holding === 1) this.#grab(event.pointerId, at(event));
    if (holding > 0) return true;
    const [id, first] = [...this.#down].find(([, { type }]) => type === "touch") ?? [];
    if (!first) return false;
    if (event.timeStamp - first.since < youngTime || first.stroke?.isEmpty) {
      this.#takeBack(id);
      this.#grab(id, first.at);
      this.#grab(event.pointerId, at(event));
    }
    return true;
  }

  #grab(id, place) {
    this.#canvas.setPointerCapture(id);
    this.#hand.take(id, place);
    this.#show();
  }

  #release(id) {
    this.#hand.release(id);
    this.#show();
  }

  // #show shows what a pointer would do.
  #show() {
    const isHeld = this.#hand.ids.length > 0;
    this.#canvas.dataset.hand = isHeld ? "closed" : this.#holds ? "open" : "";
  }

  #move(event) {
    const { pointerId: id, button, buttons } = event;
    this.#palm.see(event);
    const down = this.#down.get(id);
    if (this.#hand.has(id)) {
      if (buttons === 0) this.#release(id);
      else this.#hand.move(id, at(event));
    } else if (!(buttons & firstButton)) {
      if (button === 0) this.#lift(event);
      else this.#end(id);
    } else if (!down) {
      if (button === 0) this.#press(event);
    } else {
      down.at = at(event);
      // Between two frames there may have been many points.
      const events = event.getCoalescedEvents?.() ?? [];
      down.stroke?.move(events.length > 0 ? events : [event], event.getPredictedEvents?.() ?? []);
    }
  }

  #lift(event) {
    this.#down.get(event.pointerId)?.stroke?.move([event], []);
    this.#end(event.pointerId);
  }

  // #cancel ends what the system took away, which was none of a hand's drawing if
  // it is a touch: a gesture of the system's own, or the ball of a hand.
  #cancel({ pointerId: id, pointerType: type }) {
    if (type === "touch" || this.#down.get(id)?.stroke?.isEmpty) this.#takeBack(id);
    else this.#end(id);
  }

  // #end ends what a pointer does where it has come to.
  #end(id) {
    const down = this.#down.get(id);
    this.#down.delete(id);
    this.#release(id);
    down?.stroke?.end();
  }

  #takeBack(id) {
    const down = this.#down.get(id);
    this.#down.delete(id);
    this.#release(id);
    down?.stroke?.takeBack();
  }
}

function at({ clientX, clientY }) {
  return { x: clientX, y: clientY };
}

// suppress keeps menus, and the scrolling that a middle button starts, away.
function suppress(event) {
  if (event.type === "contextmenu" || event.button === middle) event.preventDefault();
}
