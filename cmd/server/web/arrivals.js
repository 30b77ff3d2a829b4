// Arrivals: who comes and goes, in a line that is said once.
import { displayName, listed } from "./people.js";
import { words } from "./words.js";

const gatherTime = 2500; // ms: who loads the page again has not left, and a class comes all at once
const shownTime = 4000; // ms
const mostNamed = 3; // people who are named

// arrivalWords says who did something, in words of so many.
/** @param {string[]} names @param {(who: string, count: number) => string} did */
function arrivalWords(names, did) {
  if (names.length === 0) return "";
  return did(names.length > mostNamed ? words.people(names.length) : listed(names), names.length);
}

// An Arrivals shows a line in a place, and gives it to speak(text).
export class Arrivals {
  #line;
  #speak;
  /** @type {Map<string, string>} names by id, of those who are linked or were a moment ago */
  #known = new Map();
  /** @type {string[]} */
  #came = [];
  /** @type {string[]} */
  #left = [];
  /** @type {any} */
  #timer = null;
  #hiding;

  constructor({ line, speak }) {
    this.#line = line;
    this.#speak = speak;
  }

  // see takes note of who is there. Who was there before this page, which is whom it calls,
  // has not come.
  see(links) {
    const here = new Map(links.map((link) => [link.peer.id, link]));
    for (const [id, name] of this.#known) {
      if (here.has(id)) continue;
      this.#known.delete(id);
      this.#left.push(name);
    }
    for (const [id, link] of here) {
      const isNew = !this.#known.has(id);
      if (isNew && !link.healthy) continue;
      this.#known.set(id, displayName(link.peer));
      if (isNew && !link.offers) this.#came.push(displayName(link.peer));
    }
    if (this.#timer === null && this.#came.length + this.#left.length > 0) this.#timer = setTimeout(() => this.#say(), gatherTime);
  }

  // forget begins anew, with a page that enters again.
  forget() {
    this.#known.clear();
    this.#came = [];
    this.#left = [];
  }

  #say() {
    this.#timer = null;
    const came = without(this.#came, this.#left);
    const left = without(this.#left, this.#came);
    this.#came = [];
    this.#left = [];
    const line = [arrivalWords(came, words.came), arrivalWords(left, words.left)].filter(Boolean).join("; ");
    if (!line) return;
    this.#speak(line);
    this.#line.textContent = line;
    this.#line.hidden = false;
    clearTimeout(this.#hiding);
    this.#hiding = setTimeout(() => (this.#line.hidden = true), shownTime);
  }
}

// without is a list but for what another one has as often.
function without(names, others) {
  const rest = [...others];
  return names.filter((name) => {
    const i = rest.indexOf(name);
    if (i >= 0) rest.splice(i, 1);
    return i < 0;
  });
}
