// CSS colors. The browser reads them; this only decides which of its many
// forms may travel: those that canvas/color.go reads in the same way.

// Names are listed because a browser knows more: colors of the system and of
// the page, which differ from one peer to the next.
const names = new Set(`aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond
  blue blueviolet brown burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson
  cyan darkblue darkcyan darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen
  darkorange darkorchid darkred darksalmon darkseagreen darkslateblue darkslategray darkslategrey
  darkturquoise darkviolet deeppink deepskyblue dimgray dimgrey dodgerblue firebrick floralwhite
  forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray green greenyellow grey honeydew hotpink
  indianred indigo ivory khaki lavender lavenderblush lawngreen lemonchiffon lightblue lightcoral
  lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink lightsalmon lightseagreen
  lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen linen magenta
  maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue
  mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin
  navajowhite navy oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen
  paleturquoise palevioletred papayawhip peachpuff peru pink plum powderblue purple rebeccapurple red
  rosybrown royalblue saddlebrown salmon sandybrown seagreen seashell sienna silver skyblue slateblue
  slategray slategrey snow springgreen steelblue tan teal thistle tomato transparent turquoise violet
  wheat white whitesmoke yellow yellowgreen`.split(/\s+/));

const hexadecimal = /^#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})$/;
// No calc(), no var(), no other color inside.
const functional = /^(rgba?|hsla?|hwb)\(([\d.+\-%,/ \t\n\r\f]|e(?=[+-]?\d)|deg|grad|rad|turn|none)*\)?$/;
const space = /^[ \t\n\r\f]+|[ \t\n\r\f]+$/g;
const maxLength = 128; // bytes, for all that is accepted is ASCII
const maxKnown = 4096; // colors

/** @type {any} */
const context = new OffscreenCanvas(1, 1).getContext("2d");
const known = new Map(); // what parseColor said; bounded, for peers choose the keys

// parseColor gives the normal form of a CSS color, #rrggbb, or #rrggbbaa where
// it is not opaque, and null for what is none.
export function parseColor(value) {
  if (typeof value !== "string" || value.length > maxLength) return null;
  let color = known.get(value);
  if (color === undefined) {
    if (known.size >= maxKnown) known.clear();
    known.set(value, (color = read(value.replace(space, "").replace(/[A-Z]/g, (c) => c.toLowerCase()))));
  }
  return color;
}

function read(value) {
  if (!hexadecimal.test(value) && !functional.test(value) && !names.has(value)) return null;
  // A context keeps the color it has when given one that is none.
  context.fillStyle = "#000000";
  context.fillStyle = value;
  const color = context.fillStyle;
  context.fillStyle = "#ffffff";
  context.fillStyle = value;
  return context.fillStyle === color ? normal(color) : null;
}

// normal writes what a context says, #rrggbb or rgba(r, g, b, a), in one form.
function normal(color) {
  if (color[0] === "#") return color;
  const [r, g, b, a] = color.match(/[\d.]+/g).map(Number);
  return "#" + [r, g, b, Math.round(a * 255)].map((v) => v.toString(16).padStart(2, "0")).join("");
}
