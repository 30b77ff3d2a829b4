// Names: those of people, and one for who has not said theirs. The Go half is
// signaling/name.go, and what both make of a name is in signaling/testdata.

const manners = "Quick Quiet Bright Gentle Merry Clever Bold Calm Lucky Sunny Brave Kind".split(" ");
const animals = "Otter Heron Fox Lynx Robin Badger Panda Finch Hare Koala Seal Wren".split(" ");

const pick = (words) => words[Math.floor(Math.random() * words.length)];

// randomName makes one up.
export function randomName() {
  return `${pick(manners)} ${pick(animals)}`;
}

const maxName = 64; // code points
const maxCluster = 16; // of them that stand for one character, such as those of a family
const maxMarks = 4; // that stack up on one character and take no room beside it

// cleanName makes a name fit to be shown: cut where a character ends, and without
// what hides or turns its neighbours. What joins letters or emoji, or chooses a
// variant of one, stays where it does. It is empty if there is nothing to be seen.
export function cleanName(name) {
  const cleaner = new Cleaner();
  for (const c of name) {
    cleaner.take(c);
    if (cleaner.name.length > maxName) {
      cleaner.name.length = cleaner.begun;
      break;
    }
  }
  while (isBlank(cleaner.name.at(-1) ?? "")) cleaner.name.pop();
  return cleaner.name.join("");
}

// Tables of code points, both ends of a range in it: classes of its own, and none
// of Unicode's, so that Go has the same ones, whatever the version of both.
const hidden = /^[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]$/u;
const blank = /^[\p{Zs}\u2800\u{1d159}]$/u;
const connecting = /^[\u0600-\u07ff\u0840-\u0dff\u1000-\u109f\u1700-\u18af\u1a00-\u1aaf\u1b00-\u1c4f\u1cd0-\u1cff\ua800-\ua8ff\ua930-\ua95f\ua980-\ua9ff\uaa00-\uaa7f\uaae0-\uaaff\uabc0-\uabff\ufb50-\ufdcf\ufe70-\ufefc\u{10a00}-\u{10a5f}\u{10ac0}-\u{10aff}\u{10b80}-\u{10baf}\u{10d00}-\u{10d3f}\u{10ec0}-\u{10fdf}\u{11000}-\u{11fff}\u{1e900}-\u{1e95f}]$/u;
const emoji = /^[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u23ff\u24c2\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\u{1f000}-\u{1faff}\u{1fc00}-\u{1fffd}]$/u;
const variants = [ // what a selector chooses a variant of, and those selectors
  [emoji, /^[\ufe0e\ufe0f]$/u],
  [/^[#*0-9]$/u, /^[\ufe0e\ufe0f]$/u], // for keycaps
  [/^[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]$/u, /^[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]$/u], // Han
  [/^[\u1000-\u109f\ua840-\ua87f\uaa60-\uaa7f]$/u, /^\ufe00$/u], // Myanmar, Phags-pa
  [/^[\u1800-\u18af]$/u, /^[\u180b-\u180d\u180f]$/u], // Mongolian
];
const joiner = "\u200d";
const nonJoiner = "\u200c";
const blackFlag = "\u{1f3f4}"; // begins the flags of parts of countries
const tagEnd = "\u{e007f}"; // ends them

const isBlank = (c) => blank.test(c);
const isIndicator = (c) => /^[\u{1f1e6}-\u{1f1ff}]$/u.test(c);
const isSkin = (c) => /^[\u{1f3fb}-\u{1f3ff}]$/u.test(c);
const isTag = (c) => /^[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}\u{e007f}]$/u.test(c);
const isMark = (c) => /^[\p{M}\u{13430}-\u{1343f}]$/u.test(c);
const connects = (c) => connecting.test(c) && /[\p{L}\p{M}]/u.test(c);
const varies = (base, c) => variants.some(([of, by]) => of.test(base) && by.test(c));
// Those that are none: controls, halves of a pair, and the last two of each plane.
const isNone = (c) => /[\p{Cc}\p{Cs}]/u.test(c) || (c.codePointAt(0) & 0xfffe) === 0xfffe;

// A Cleaner is in the middle of a name. A cluster is what is one character to a
// reader: a letter with its marks, a flag, a family.
class Cleaner {
  name = []; // code points
  begun = 0; // where the last cluster begins
  #base = ""; // what marks and selectors now belong to
  #marks = 0; // on it
  #waiting = []; // for what shows that it does something: a joiner, or tags
  #half = false; // the last cluster is half a flag

  // take takes the next code point, or passes over it.
  take(c) {
    const free = this.#waiting.length === 0;
    if (c === joiner || c === nonJoiner) {
      if (this.#base && free) this.#waiting.push(c);
    } else if (isTag(c)) {
      this.#tag(c);
    } else if (hidden.test(c)) {
      if (this.#base && this.name.at(-1) === this.#base && free && varies(this.#base, c)) this.#add(c);
    } else if (isMark(c)) {
      this.#mark(c);
    } else if (!isNone(c)) {
      this.#begin(c);
    }
  }

  // #begin takes what can be seen by itself, or a blank.
  #begin(c) {
    if (isBlank(c) && this.name.length === 0) return;
    const joined = this.#joins(c);
    const paired = this.#half && isIndicator(c);
    const tinted = isSkin(c) && emoji.test(this.#base) && !isSkin(this.#base);
    if (!((joined && this.#waiting[0] === joiner) || paired || tinted)) this.begun = this.name.length;
    if (joined) this.name.push(...this.#waiting);
    this.#base = isBlank(c) ? "" : c;
    this.#marks = 0;
    this.#half = isIndicator(c) && !paired;
    this.#add(c);
  }

  // #mark takes what belongs to the character before it.
  #mark(c) {
    const stacks = !/\p{Mc}/u.test(c);
    if (!this.#base || this.#isFull() || (stacks && this.#marks === maxMarks)) return;
    if (stacks) this.#marks++;
    if (this.#joins(c)) this.name.push(...this.#waiting);
    this.#add(c);
  }

  // #tag takes a part of a flag's name. Without the flag it would be hidden text.
  #tag(c) {
    const first = this.#waiting.length === 0 && this.#base === blackFlag && this.name.at(-1) === blackFlag;
    if (first || isTag(this.#waiting[0] ?? "")) this.#waiting.push(c);
    if (c !== tagEnd) return;
    const length = this.#waiting.length - 1;
    if (length >= 3 && length <= 6) this.name.push(...this.#waiting); // a country's letters, and a part's
    this.#waiting = [];
  }

  // #joins says whether a joiner that waits joins what is there with c.
  #joins(c) {
    const [waiting] = this.#waiting;
    if (!waiting || isTag(waiting) || this.#isFull()) return false;
    return (connects(this.#base) && connects(c)) || (waiting === joiner && emoji.test(this.#base) && emoji.test(c));
  }

  #isFull() {
    return this.name.length - this.begun + 2 > maxCluster;
  }

  // #add takes c, after which nothing waits.
  #add(c) {
    this.name.push(c);
    this.#waiting = [];
  }
}
