// The way to the history, which is loaded when it is first wanted.
import { demand } from "./demand.js";
import { displayName } from "./people.js";
import { words } from "./words.js";

const mostKnown = 4096; // people whose names are known once they have left

// A Past opens the history and closes it. parts are what that needs (see history.js),
// camera() is what the window sees, and onTurn(isOpen) hears of it.
export class Past {
  #parts;
  #camera;
  #onTurn;
  /** @type {Map<string, string>} */
  #names = new Map(); // by id, who came first is the first
  #isOpening = false;
  /** @type {any} */
  #history = null; // while it is open

  constructor({ camera, onTurn, ...parts }) {
    this.#parts = parts;
    this.#camera = camera;
    this.#onTurn = onTurn;
  }

  // see takes note of who is here.
  see(links) {
    for (const { peer } of links) this.#names.set(peer.id, displayName(peer));
    for (const id of this.#names.keys()) if (this.#names.size > mostKnown) this.#names.delete(id);
  }

  get isOpen() {
    return this.#history !== null;
  }

  // reach is the box around what is shown of it, or null.
  /** @returns {Box | null} */
  get reach() {
    return this.#history?.reach ?? null;
  }

  // look shows the past as the window sees it.
  look() {
    this.#history?.look(this.#camera());
  }

  async toggle() {
    if (this.#history) this.#history.close();
    if (this.#history || this.#isOpening) return;
    this.#isOpening = true;
    await this.#open();
    this.#isOpening = false;
  }

  async #open() {
    const { notice } = this.#parts;
    const module = await demand("./history.js", words.history, (text) => notice.say(text, "trouble", 6000));
    if (!module) return;
    const parts = { ...this.#parts, who: (author) => this.#who(author), onClose: () => this.#turn(null) };
    const history = await module.History.open(parts, this.#camera());
    if (history) this.#turn(history);
    else notice.say(words.historyEmpty);
  }

  #turn(history) {
    this.#history = history;
    this.#onTurn(history !== null);
  }

  // #who is what to call the author of something, or "" if nobody knows.
  #who({ site, by }) {
    const { exchange, isOwn } = this.#parts;
    return !by && isOwn(site) ? words.youBig : this.#names.get(by || exchange.author(site)) ?? "";
  }
}
