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
const functional = /^(rgb|hsl)a?\([0-9a-z+\-.,%/\s]*\)$/;
const maxLength = 128; // characters
const maxKnown = 4096; // colors

const context = new OffscreenCanvas(1, 1).getContext("2d");
const known = new Map(); // what parseColor said; bounded, for peers choose the keys

// parseColor gives the normal form of a CSS color, #rrggbb or rgba(r, g, b, a),
// or null for what is none.
export function parseColor(value) {
  if (typeof value !== "string" || value.length > maxLength) return null;
  let color = known.get(value);
  if (color === undefined) {
    if (known.size >= maxKnown) known.clear();
    known.set(value, (color = read(value.trim().toLowerCase())));
  }
  return color;
}

function read(value) {
  const form = hexadecimal.test(value) || names.has(value) ||
    (functional.test(value) && !/calc|from|none|var/.test(value));
  if (!form) return null;
  // A context keeps the color it has when given one that is none.
  context.fillStyle = "#000000";
  context.fillStyle = value;
  const color = context.fillStyle;
  context.fillStyle = "#ffffff";
  context.fillStyle = value;
  return context.fillStyle === color ? color : null;
}
