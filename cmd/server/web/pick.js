// The eyedropper: it takes the color of what is drawn at a place of the sheet.
import { unpacked } from "./row.js";
import { touched } from "./touch.js";

// A PickStroke is a press with the eyedropper; see gesture.js. onPick(place) hears where
// it ended.
export class PickStroke {
  isEmpty = true; // it draws nothing
  #place;
  #onPick;
  #at;

  constructor(event, { place, onPick }) {
    this.#place = place;
    this.#onPick = onPick;
    this.move([event]);
  }

  move(events) {
    const { clientX: x, clientY: y } = events[events.length - 1];
    this.#at = { x, y };
  }

  end() {
    this.#onPick(this.#place(this.#at));
  }

  takeBack() {}
}

// colorAt is the color, #rrggbb, of what a log shows at a place, on top, or null.
/** @param {any} log @param {Point} place */
export function colorAt(log, place) {
  const found = touched(log, place, place, 0);
  return found.length > 0 ? unpacked(found[found.length - 1].row.color).slice(0, 7) : null;
}
