// The keys of the history.
import { isComposing, keyOf } from "./keys.js";

const actions = {
  ArrowLeft: (does) => does.previous(),
  ArrowDown: (does) => does.previous(),
  ArrowRight: (does) => does.next(),
  ArrowUp: (does) => does.next(),
  PageDown: (does) => does.leap(-0.1),
  PageUp: (does) => does.leap(0.1),
  Home: (does) => does.first(),
  End: (does) => does.last(),
  " ": (does) => does.play(),
  Escape: (does) => does.close(),
  b: (does) => does.close(),
};
const draws = /^(Delete|Backspace|[^-+=?w])$/; // keys that mean something else where one draws
const digits = /^Digit[01]$/; // and those that move what is seen

// HistoryKeys have keys do what they are for in the history, wherever they are pressed, until
// they are removed. But for those and those that move what is seen none has a meaning: they
// would draw, or choose what to draw with.
export class HistoryKeys {
  #does;
  #listener = (event) => this.#press(event);

  constructor(does) {
    this.#does = does;
    addEventListener("keydown", this.#listener, true);
  }

  remove() {
    removeEventListener("keydown", this.#listener, true);
  }

  #press(event) {
    const { target } = event;
    const isOpen = document.querySelector(":popover-open") !== null; // that has keys of its own
    if (isOpen || isComposing(event) || target.type === "text") return;
    const key = keyOf(event);
    if (key === " " && target.closest("button, summary")) return;
    const isCommand = event.ctrlKey || event.metaKey || event.altKey;
    const act = isCommand ? undefined : actions[key];
    const isMeant = act || (isCommand ? /^[zy]$/ : draws).test(key);
    if (!isMeant || digits.test(event.code)) return;
    event.stopImmediatePropagation();
    event.preventDefault();
    act?.(this.#does);
  }
}
