// What the page says to people, above the drawing and to screen readers.

const newsTime = 2200; // ms that a line shows, if nothing else is said
const spokenTime = 20000; // ms that what was spoken stays, where a screen reader finds it
const maxSpoken = 8; // times that something was
const gatherTime = 400; // ms in which what is to be spoken is said as one
const mostAtOnce = 4; // lines: of more, the latest

/** @typedef {{ words: string, act: () => void }} Action */

// A Notice shows one line at a time: of what was said for a while the latest whose time is
// not over, else what stands for as long as it is so. To a screen reader each line is
// given once, however often it shows again: shown is hidden from them, and spoken, which
// nobody sees, is a live region that is always there.
export class Notice {
  #shown;
  #spoken;
  #button;
  /** @type {{ text: string, kind: string, timer: any, action?: Action }[]} the latest last */
  #passing = [];
  #standing = "";
  #told = ""; // the same without its numbers, as it was spoken
  /** @type {string[]} */
  #waiting = []; // to be spoken

  /** @param {{ shown: HTMLElement, spoken: HTMLElement, button: HTMLElement }} places */
  constructor({ shown, spoken, button }) {
    this.#shown = shown;
    this.#button = button;
    this.#button.addEventListener("click", () => this.#act());
    this.#spoken = spoken;
  }

  // say shows a line for that many ms. kind is "news", "link" or "trouble". What is said
  // again while it still shows, or is to, goes on for longer. An action is what can be done
  // about it, by a button that stands beside.
  /** @param {string} text @param {string} kind @param {number} time @param {Action} [action] */
  say(text, kind = "news", time = newsTime, action) {
    const before = this.#passing.find((other) => other.text === text);
    if (before) this.#end(before);
    else this.speak(text);
    const line = { text, kind, action, timer: setTimeout(() => this.#end(line), time) };
    this.#passing.push(line);
    this.#show();
  }

  // stand shows a trouble for as long as it stands, and with "" that there is none: for
  // good if isOver, and else for a moment. That its numbers have changed, as of seconds and
  // sums, or that it is back after a moment, is nothing to be spoken again.
  stand(text, isOver = false) {
    const told = text.replace(/\b[0-9a-f]*[0-9][0-9a-f]*\b/g, "");
    if (text && told !== this.#told) this.speak(text);
    if (text || isOver) this.#told = told;
    this.#standing = text;
    this.#show();
  }

  get #latest() {
    return this.#passing.at(-1);
  }

  #act() {
    const line = this.#latest;
    if (!line?.action) return;
    this.#end(line);
    line.action.act();
  }

  #end(line) {
    clearTimeout(line.timer);
    this.#passing = this.#passing.filter((other) => other !== line);
    this.#show();
  }

  #show() {
    const { text, kind, action } = this.#latest ?? { text: this.#standing, kind: "trouble" };
    this.#shown.textContent = text;
    this.#shown.dataset.kind = kind;
    this.#shown.hidden = text === "";
    this.#button.textContent = action?.words ?? "";
    this.#button.hidden = !action;
  }

  // speak gives a line to screen readers, with those that come in a moment, and shows
  // nothing.
  speak(text) {
    if (this.#waiting.length === 0) setTimeout(() => this.#speakAll(), gatherTime);
    this.#waiting = [...this.#waiting.filter((other) => other !== text), text];
  }

  #speakAll() {
    const line = document.createElement("p");
    line.textContent = this.#waiting.slice(-mostAtOnce).join("; ");
    this.#waiting = [];
    this.#spoken.append(line);
    if (this.#spoken.childElementCount > maxSpoken) this.#spoken.firstElementChild?.remove();
    setTimeout(() => line.remove(), spokenTime);
  }
}
