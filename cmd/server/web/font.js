// A font of lines, so that what is written travels as strokes and looks the same wherever
// it is drawn.

// A glyph is strokes, each of points that have two digits to the base 36, across and up:
// the baseline is at 6, small letters reach to 14, capitals to 18, tails to 1. What begins
// with "~" is a curve that its points pull at, and with "o" a closed one.
const baseline = 6;
const capital = 12;
const gap = 4; // between two glyphs
const blank = 6; // how wide a space is
const round = "o06868e0e"; // what a, b, d and others have in common

/** @type {Record<string, string>} */
const glyphs = {
  A: "065ia6 2a8a", B: "060i ~0i4i8i8c4c0c ~0c5c9c965606", C: "~9g8i0i068698", D: "060i ~0i3i9i963606",
  E: "8i0i0686 0c6c", F: "8i0i06 0c6c", G: "~9g8i0i06969c 5c9c", H: "060i 969i 0c9c", I: "060i",
  J: "~6i6a660609", K: "060i 8i0a 3d86", L: "0i0686", M: "060i59aia6", N: "060i969i", O: "o06a6ai0i",
  P: "060i ~0i4i9i9b4b0b", Q: "o06a6ai0i 69a5", R: "060i ~0i4i9i9b4b0b 4b96", S: "~8g7i0i0c9c961608",
  T: "0iai 5i56", U: "~0i0c06969c9i", V: "0i56ai", W: "0i366f96ci", X: "0i96 069i", Y: "0i5cai 5c56", Z: "0i9i0696",
  a: `${round} 8e86`, b: `0i06 ${round}`, c: "~7c6e0e066678", d: `8i86 ${round}`, e: "0a8a ~8a8e0e067678",
  f: "~6i2i2e26 0e5e", g: `${round} ~8e85811103`, h: "0i06 ~0a0e7e7a76", i: "0e06 0h0i", j: "~3e343101 3h3i",
  k: "0i06 7e09 3b76", l: "0i06", m: "0e06 ~0a0e6e6a66 ~6a6ececac6", n: "0e06 ~0a0e7e7a76", o: round,
  p: `0e01 ${round}`, q: `8e81 ${round}`, r: "0e06 ~0a0e5e", s: "~6d5e0e0a7a761607", t: "~2i292666 0e5e",
  u: "~0e0a06767a 7e76", v: "0e468e", w: "0e366c96ce", x: "0e76 067e", y: "0e46 8e21", z: "0e7e0676",
  "ı": "0e06", "ȷ": "~3e343101", "ß": "060e ~0e0i7i7c3c ~3c8c8636", "ẞ": "060e ~0e0i7i7c3c ~3c8c8636",
  "æ": "o06666e0e 6e66 6aca ~cace6e66b6b8", "Æ": "067ici 7i76c6 7cbc 2a7a", "œ": "o06666e0e 6aca ~cace6e66b6b8",
  "Œ": "o06868i0i di8i86d6 8ccc", "ø": `${round} 058f`, "Ø": "o06a6ai0i 05aj", "ł": "2i26 0b4d", "Ł": "2i2696 0b5d",
  0: "o06868i0i", 1: "0f3i36", 2: "~0f0i8i8d06 0686", 3: "~0g1i8i8c3c ~3c9c961608", 4: "666i0a8a",
  5: "8i1i1c ~1c3d9d961608", 6: "~7i3i0f09 o06868d0d", 7: "0i8i36", 8: "o1c7c7i1i o06868c0c", 9: "o0b8b8i0i ~8f895616",
  ".": "0607", ",": "1704", ":": "0607 0d0e", ";": "1704 1d1e", "!": "0i0a 0607", "?": "~0f0i7i7c3c39 3637",
  "'": "0i0f", '"': "0i0f 3i3f", "-": "0b5b", "_": "0484", "+": "0b8b 4f47", "=": "0d8d 0989", "/": "047j", "\\": "0j74",
  "(": "~3k0g0834", ")": "~0k3g3804", "[": "3k0k0434", "]": "0k3k3404", "{": "~4k2k2c0c ~0c2c2444", "}": "~0k2k2c4c ~4c2c2404",
  "<": "8f0b87", ">": "0f8b07", "|": "0k04", "@": "o39898e3e ~8e88c8ci0i0494", "#": "264i 668i 0a9a 1eae",
  "$": "~8g7i0i0c9c961608 4k44", "%": "069i o0e3e3i0i o66969a6a", "&": "~961f1i6i6e0b06769c", "*": "4i4a 1g7c 7g1c",
  "^": "0e4i8e", "\x60": "0i3f", "~": "~0a1d4d5a8a9d", "€": "~bgai2i26a6b8 0d8d 0b7b", "£": "~8g7i2i2d26 0696 0c6c",
  "¿": "~7976060c4c4f 4i4h", "¡": "0h0i 0e06", "«": "4d0a47 8d4a87", "»": "0d4a07 4d8a47", "‹": "4d0a47", "›": "0d4a07",
  "–": "0b8b", "—": "0bcb", "…": "0607 4647 8687", "‘": "0i1f", "’": "1i0f", "‚": "1704", "“": "0i1f 3i4f", "”": "1i0f 4i3f",
  "„": "1704 4734", "°": "o0e4e4i0i", "§": "~7h6i1i1e8d8959 ~2736868a1b1f4f", "·": "0b0c", "•": "o0a3a3d0d", "×": "086e 0e68",
  "÷": "0b8b 4e4f 4748", "±": "0d8d 4h49 0787", "µ": "0e01 ~0e0a06767a 7e76", "→": "0bbb 7ebb78", "←": "0bbb 4e0b48", "⁄": "047j",
};
const unknown = "060i8i8606"; // a box

// Marks are above a letter or, the last, below it, around 3.
/** @type {Record<string, string>} */
const above = {
  "\u0300": "1340", "\u0301": "2053", "\u0302": "003360", "\u0303": "~0013315063", "\u0304": "0161", "\u0306": "~03103363",
  "\u0307": "3031", "\u0308": "1011 5051", "\u030a": "o10505414", "\u030b": "0023 4063", "\u030c": "033063",
};
/** @type {Record<string, string>} */
const below = { "\u0327": "~36543111", "\u0328": "~36144151" };
const middle = 3;

/** @typedef {{ points: Point[], kind: string }} Line */

// write gives the lines of a text that begins at a place, the middle of its height, with
// capitals of a height, and how far it reaches: each line as its points, which are off by
// that many pixels at most.
/** @param {string} text @param {Point} at @param {number} height @param {number} off @returns {{ lines: Point[][], width: number }} */
export function write(text, at, height, off) {
  const scale = height / capital;
  const lines = [];
  let x = 0;
  for (const letter of lettersOf(text)) {
    const { strokes, width } = letter;
    for (const stroke of strokes) {
      const points = stroke.points.map((p) => ({ x: at.x + (x + p.x) * scale, y: at.y + (baseline + capital / 2 - p.y) * scale }));
      lines.push(stroke.kind ? curved(points, stroke.kind === "o", off) : points);
    }
    x += width + gap;
  }
  return { lines, width: x * scale };
}

// lettersOf gives the letters of a text, with their marks.
/** @param {string} text */
function lettersOf(text) {
  /** @type {{ strokes: Line[], width: number }[]} */
  const letters = [];
  for (const whole of text.normalize("NFC")) {
    let base = "";
    for (const c of glyphs[whole] ? [whole] : whole.normalize("NFKD")) {
      if (/\p{M}/u.test(c)) mark(letters.at(-1), base, c);
      else if (/\p{Z}|\p{Cc}/u.test(c)) letters.push({ strokes: [], width: blank - gap });
      else if (!/\p{Cf}/u.test(c)) letters.push(letterOf(glyphs[c] ?? unknown));
      base = c;
    }
  }
  return letters;
}

function letterOf(glyph) {
  const strokes = linesOf(glyph);
  return { strokes, width: Math.max(...strokes.flatMap(({ points }) => points.map(({ x }) => x))) };
}

// mark puts a mark on a letter, which has no dot then.
function mark(letter, base, c) {
  if (!letter || !(above[c] || below[c])) return;
  if (above[c] && "ij".includes(base)) letter.strokes.pop();
  const top = Math.max(...letter.strokes.flatMap(({ points }) => points.map(({ y }) => y)), baseline);
  const [dx, dy] = [letter.width / 2 - middle, above[c] ? top + 2 : 0];
  for (const { points, kind } of linesOf(above[c] ?? below[c])) {
    letter.strokes.push({ kind, points: points.map(({ x, y }) => ({ x: x + dx, y: y + dy })) });
  }
}

/** @param {string} glyph @returns {Line[]} */
function linesOf(glyph) {
  return glyph.split(" ").map((stroke) => {
    const kind = stroke.length % 2 === 1 ? stroke[0] : "";
    /** @type {string[]} */
    const pairs = stroke.slice(kind.length).match(/../g) ?? [];
    return { kind, points: pairs.map(([x, y]) => ({ x: parseInt(x, 36), y: parseInt(y, 36) })) };
  });
}

// curved gives the points of a quadratic B-spline: it leads through the middles between
// the points that pull, so that three in a row are a straight line.
/** @param {Point[]} pull @param {boolean} isClosed @param {number} off @returns {Point[]} */
function curved(pull, isClosed, off) {
  const between = (a, b) => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 });
  const by = isClosed ? pull : pull.slice(1, -1);
  const ends = by.map((p, i) => {
    if (isClosed || i < by.length - 1) return between(p, by[(i + 1) % by.length]);
    return pull[pull.length - 1];
  });
  let from = isClosed ? ends[ends.length - 1] : pull[0];
  const points = [from];
  for (const [i, p] of by.entries()) {
    const to = ends[i];
    const bend = Math.hypot(from.x - 2 * p.x + to.x, from.y - 2 * p.y + to.y) / 4;
    const count = Math.max(1, Math.ceil(Math.sqrt(bend / off)));
    for (let k = 1; k <= count; k++) {
      const [t, s] = [k / count, 1 - k / count];
      points.push({ x: s * s * from.x + 2 * s * t * p.x + t * t * to.x, y: s * s * from.y + 2 * s * t * p.y + t * t * to.y });
    }
    from = to;
  }
  return points;
}
