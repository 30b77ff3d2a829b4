// The keyboard. The page's help lists the same keys.

const actions = {
  p: (do_) => do_.choose("pencil"),
  r: (do_) => do_.choose("rect"),
  l: (do_) => do_.copyLink(),
  s: (do_) => do_.save(),
  c: (do_) => do_.toggle("palette"),
  w: (do_) => do_.toggle("people"),
  "?": (do_) => do_.toggle("help"),
  Delete: (do_) => do_.toggle("sure"),
  Backspace: (do_) => do_.toggle("sure"),
  Escape: (do_) => do_.giveUp(),
  ArrowLeft: (do_) => do_.turn(-1),
  ArrowRight: (do_) => do_.turn(1),
  ArrowUp: (do_) => do_.press(1),
  ArrowDown: (do_) => do_.press(-1),
  "[": (do_) => do_.press(-1),
  "]": (do_) => do_.press(1),
};

// installKeys makes the keys do what they are for, except in a field.
export function installKeys(do_) {
  addEventListener("keydown", (event) => {
    if (takesBack(event, do_)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.type === "text") return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    if (event.target.type === "range" && key.startsWith("Arrow")) return; // it has a meaning there
    const action = actions[key];
    if (!action || (event.repeat && !key.startsWith("Arrow") && !"[]".includes(key))) return;
    if (key !== "Escape") event.preventDefault(); // which also closes what is open
    action(do_);
  });
}

// takesBack undoes or redoes, also where a key of its own has another meaning.
function takesBack(event, do_) {
  const key = event.key.toLowerCase();
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.target.type === "text") return false;
  if (key !== "z" && key !== "y") return false;
  event.preventDefault();
  if (key === "y" || event.shiftKey) do_.redo();
  else do_.undo();
  return true;
}
