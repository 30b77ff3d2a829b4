// Who drew what: each author of a timeline in a color of theirs.
import { faceColors } from "./people.js";
import { words } from "./words.js";

const stride = 4096; // events between two pauses
const paper = 0xffffffff; // the color of what erases
const goldenAngle = 137.5; // degrees: any number of hues in sequence are far apart

/** @typedef {{ name: string, count: number, color: string }} Author */

// WhoDrew knows the authors of a timeline. who(author) is what to call one, whom
// Timeline.author gives, or "" if nobody knows: people of one name are one.
export class WhoDrew {
  /** @type {Author[]} who drew most is the first */
  authors = [];
  #timeline;
  #who;
  /** @type {Map<string, Author>} */
  #known = new Map(); // by site or plain peer

  constructor(timeline, who) {
    this.#timeline = timeline;
    this.#who = who;
  }

  // make finds the authors. It pauses now and then.
  *make() {
    for (let i = 0; i < this.#timeline.length; i++) {
      if (i % stride === 0) yield;
      const author = this.#timeline.paints(i) && this.#authorOf(i);
      if (author) author.count++;
    }
    this.authors.sort((a, b) => b.count - a.count);
    const strangers = this.authors.filter(({ name }) => name === "");
    for (const [i, stranger] of strangers.entries()) stranger.name = words.somebodyBig(i + 1);
    for (const [i, author] of this.authors.entries()) author.color = colorAt(i);
  }

  // ink is the color of an event in place of its own, 0xRRGGBBAA: what erases is no drawing.
  ink(i, color) {
    if (color === paper) return color;
    return ((parseInt(this.#authorOf(i).color.slice(1), 16) << 8) | (color & 0xff)) >>> 0;
  }

  /** @returns {Author} */
  #authorOf(i) {
    const author = this.#timeline.author(i);
    const id = author.by || author.site;
    const known = this.#known.get(id);
    if (known) return known;
    const name = this.#who(author);
    let found = this.authors.find((other) => name !== "" && other.name === name);
    if (!found) this.authors.push(found = { name, count: 0, color: "" });
    this.#known.set(id, found);
    return found;
  }
}

// colorAt is the color, #rrggbb, of the author i.
function colorAt(i) {
  if (i < faceColors.length) return faceColors[i];
  const hue = (i * goldenAngle) % 360;
  const part = (n) => {
    const k = (n + hue / 30) % 12;
    return Math.round(255 * (0.42 - 0.36 * Math.max(-1, Math.min(k - 3, 9 - k, 1)))).toString(16).padStart(2, "0"); // HSL of 85 % and 42 %
  };
  return `#${part(0)}${part(8)}${part(4)}`;
}
