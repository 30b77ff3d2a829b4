// Clearing for everybody, and taking that back.
import { drawAgain } from "./again.js";
import { recall, remember } from "./memory.js";
import { entryOf } from "./row.js";
import { words } from "./words.js";

const backTime = 10000; // ms in which a clear can be taken back
const mostSites = 32; // of one's own that are remembered
const key = "drawmesh.mine";

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);

// A Clearing clears the drawing where the sheet that asks would open, if nobody else has
// drawn, or else once that is answered. It draws again what it wiped for whoever wants it
// back.
export class Clearing {
  #exchange;
  #notice;
  #own; // sites of this person's pages, the latest last
  /** @type {{ op: PlainOp, stroke: object }[]} */
  #wiped = []; // in paint order, while it can be had back

  constructor({ exchange, notice }) {
    this.#exchange = exchange;
    this.#notice = notice;
    this.#own = [...(recall("localStorage", key) ?? "").split(" ").filter(Boolean), exchange.log.site].slice(-mostSites);
    remember("localStorage", key, this.#own.join(" "));
    $("sure").addEventListener("beforetoggle", (event) => {
      if (event.newState !== "open" || this.#asks) return;
      event.preventDefault();
      this.#clear();
    });
    $("really").addEventListener("click", () => {
      $("sure").hidePopover();
      this.#clear();
    });
  }

  // takeBack draws again what was cleared last, in its order, and says whether there was
  // something: not if it is long ago, or something has been drawn since.
  takeBack() {
    if (this.#wiped.length === 0 || this.#exchange.log.undoable > 0) return false;
    this.#restore();
    return true;
  }

  // isOwn says whether a site is one of this person's pages.
  isOwn(site) {
    return this.#own.includes(site);
  }

  get #asks() {
    return this.#exchange.log.live.some(({ site, length }) => length > 0 && !this.isOwn(site));
  }

  #clear() {
    const wiped = showing(this.#exchange.log);
    if (!this.#exchange.draw({ type: "clear" }) || wiped.length === 0) return;
    this.#wiped = wiped;
    this.#notice.say(words.cleared, "news", backTime, { words: words.undo, act: () => this.#restore() });
    setTimeout(() => (this.#wiped === wiped) && (this.#wiped = []), backTime);
  }

  async #restore() {
    const wiped = this.#wiped;
    this.#wiped = [];
    const lack = await drawAgain(this.#exchange, wiped);
    if (lack) this.#notice.say(lack, "trouble");
  }
}

// showing is what a log shows, in paint order. What was one stroke is one of ours.
/** @param {Log} log */
function showing(log) {
  const strokes = new Map();
  return Array.from(log.paint(), ({ of, site, n }) => {
    const { k, op } = entryOf(site, n, of.row(n));
    const name = `${site} ${k}`;
    if (!strokes.has(name)) strokes.set(name, {});
    return { op: /** @type {PlainOp} */ (op), stroke: strokes.get(name) };
  });
}
