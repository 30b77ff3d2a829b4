// The keyboard. The page's help lists the same keys.

const actions = {
  p: (do_) => do_.choose("pencil"),
  r: (do_) => do_.choose("rect"),
  l: (do_) => do_.choose("line"),
  o: (do_) => do_.choose("ellipse"),
  a: (do_) => do_.choose("arrow"),
  t: (do_) => do_.choose("text"),
  e: (do_) => do_.choose("eraser"),
  i: (do_) => do_.choose("pick"),
  h: (do_) => do_.choose("laser"),
  k: (do_) => do_.copyLink(),
  s: (do_) => do_.toggle("saving"),
  c: (do_) => do_.toggle("palette"),
  w: (do_) => do_.toggle("people"),
  q: (do_) => do_.toggle("inviting"),
  b: (do_) => do_.goBack(),
  "?": (do_) => do_.toggle("help"),
  Delete: (do_) => do_.toggle("sure"),
  Backspace: (do_) => do_.toggle("sure"), // is called delete where there is no other
  Home: (do_) => do_.goHome(),
  "+": (do_) => do_.zoom(1),
  "=": (do_) => do_.zoom(1), // where + needs Shift
  "-": (do_) => do_.zoom(-1),
  0: (do_) => do_.actual(),
  1: (do_) => do_.fit(),
  Escape: (do_) => do_.giveUp(),
  ArrowLeft: (do_) => do_.turn(-1),
  ArrowRight: (do_) => do_.turn(1),
  ArrowUp: (do_) => do_.press(1),
  ArrowDown: (do_) => do_.press(-1),
  "[": (do_) => do_.press(-1),
  "]": (do_) => do_.press(1),
  ",": (do_) => do_.fade(-1),
  ".": (do_) => do_.fade(1),
};

// installKeys makes the keys do what they are for, except in a field.
export function installKeys(do_) {
  addEventListener("keydown", (/** @type {any} */ event) => {
    if (isComposing(event) || event.target.type === "text") return;
    const act = editing(event) ?? action(event);
    if (!act) return;
    if (event.key !== "Escape") event.preventDefault(); // which also closes what is open
    act(do_);
  });
  installHand(do_);
}

// installHand has the space bar, while it is down, make the hand move the sheet. A button
// that somebody has gone to with the keyboard, it presses, and whatever is on a sheet.
function installHand(do_) {
  let goesByTab = false;
  let isDown = false;
  addEventListener("pointerdown", () => (goesByTab = false), true);
  addEventListener("keydown", (event) => {
    goesByTab ||= event.key === "Tab";
    const { activeElement: at } = document;
    const isButtons = at?.closest("[popover], input") || (goesByTab && at?.closest("button"));
    if (event.code !== "Space" || isComposing(event) || isButtons) return;
    event.preventDefault();
    isDown = true;
    do_.hold(true);
  });
  addEventListener("keyup", (event) => {
    if (event.code !== "Space" || !isDown) return;
    event.preventDefault(); // some browsers press a button now
    isDown = false;
    do_.hold(false);
  });
}

// isComposing says whether a key belongs to an input method. Of the one that ends
// a word, some browsers say so only with a code.
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

// editing is to undo or redo, also where a key of its own has another meaning.
function editing(event) {
  const { ctrlKey, metaKey, shiftKey } = event;
  if (ctrlKey === metaKey || event.altKey || event.getModifierState("AltGraph")) return undefined;
  const key = keyOf(event);
  const undo = (do_) => do_.undo();
  const redo = (do_) => do_.redo();
  if (key === "z") return shiftKey ? redo : undo;
  // With others, a browser shows what it has downloaded or where one has been.
  return key === "y" && ctrlKey && !shiftKey ? redo : undefined;
}

// action is what a key does by itself.
function action(event) {
  // Some layouts have brackets only with AltGr, which may count as Ctrl and Alt.
  const isThird = event.key.length === 1 && event.getModifierState("AltGraph");
  if (!isThird && (event.ctrlKey || event.metaKey || event.altKey)) return undefined;
  const key = isThird ? event.key : keyOf(event);
  const scrolls = event.target.id === "help" || /^(range|radio)$/.test(event.target.type);
  if (scrolls && /^(Arrow|Home)/.test(key)) return undefined; // it has a meaning there
  if (event.repeat && !key.startsWith("Arrow") && !"[]+=-,.".includes(key)) return undefined;
  // Where digits need Shift, the key is called by what it says without.
  return actions[key] ?? actions[digits[event.code]];
}

const places = { BracketLeft: "[", BracketRight: "]" };
const digits = { Digit0: "0", Digit1: "1" };

// keyOf is what a key means: what it says, wherever on the keyboard that is, and
// where it says nothing Latin, what it would say on most keyboards that do.
export function keyOf({ key, code, shiftKey }) {
  const said = key.normalize("NFKC").toLowerCase(); // some say letters twice as wide
  if (/^[A-Z][A-Za-z0-9]+$/.test(key)) return key; // it has a name
  if (/^[ -~]$|^\p{Script=Latin}$/u.test(said)) return said;
  if (code === "Slash" && shiftKey) return "?";
  return /^Key[A-Z]$/.test(code) ? code[3].toLowerCase() : shiftKey ? "" : places[code] ?? "";
}
