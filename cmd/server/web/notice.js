// The notice: a line at the top that says what has just happened, or is wrong.

// A Notice shows one line at a time in an element.
export class Notice {
  #element;
  #going; // the time to go

  constructor(element) {
    this.#element = element;
  }

  // say shows a line for that many ms, or with 0 until it is resolved. kind is "news",
  // "trouble" or "link".
  say(text, kind = "news", time = 2200) {
    clearTimeout(this.#going);
    this.#element.textContent = text;
    this.#element.dataset.kind = kind;
    this.#element.hidden = false;
    if (time) this.#going = setTimeout(() => (this.#element.hidden = true), time);
  }

  // resolve takes away what says that something is wrong.
  resolve() {
    if (this.#element.dataset.kind === "trouble") this.#element.hidden = true;
  }
}
