// Who is here, and how the links to them and the stream from the server stand,
// in words.
import { cleanName } from "./names.js";

const maxFaces = 4;
const faceColors = ["#c2410c", "#0f766e", "#7c3aed", "#be185d", "#1d4ed8", "#4d7c0f", "#a21caf", "#b45309"];

// displayName is what to call a peer. The name may be missing, of any type, or
// hold characters that hide or turn others: other servers check none.
export function displayName(peer) {
  const name = peer?.username;
  return (typeof name === "string" && cleanName(name)) || "somebody";
}

// seconds says how long it is until a time, in ms since the epoch.
function seconds(until) {
  return `${Math.max(1, Math.ceil((until - Date.now()) / 1000))} s`;
}

// linkWords says how the link to somebody stands.
/** @param {{ state: string, until?: number }} link @param {string} name */
export function linkWords({ state, until }, name) {
  switch (state) {
    case "open": return "connected";
    case "connecting": return `connecting to ${name}…`;
    case "unsteady": return "not answering just now";
  }
  return until ? `lost, trying again in ${seconds(until)}` : `lost, waiting for ${name}`;
}

// signalingWords says how this page stands with the server, on a machine that is
// connected to any network or not.
/** @param {{ state: string, until?: number, why?: any }} stream */
export function signalingWords({ state, until, why }, online = true) {
  switch (state) {
    case "connected": return "Connected to the server";
    case "connecting": return "Connecting to the server…";
    case "full": return `This room is full, trying again in ${seconds(until)}`;
    case "crowded": return "Other tabs have all the connections that a browser makes to a server without encryption: close one, or use https";
    case "replaced": return "This drawing is open in another tab";
    case "unable": return "WebRTC is switched off in this browser, by a setting or an extension: nobody else can see what you draw here";
  }
  if (!online) return "You are offline: others see what you draw once you are back";
  const words = troubleWords(why);
  return words ? `${words}, trying again in ${seconds(until)}` : `Reconnecting to the server in ${seconds(until)}`;
}

// troubleWords says what is wrong, if more is known than that nothing answers.
function troubleWords(why) {
  switch (why?.kind) {
    case "held": return "Something between you and the server holds messages back";
    case "stranger": return "What answers is not the server, perhaps a network that wants you to sign in";
    case "refused": return why.ours ? "" : refusalWords(why);
  }
  return "";
}

// refusalWords says what an answer says that is not 200.
function refusalWords({ status, said }) {
  switch (status) {
    case 401:
    case 407: return `Something before the server asks for a password (${status}), which to give it load the page again`;
    case 429: return "The server is busy";
    case 502:
    case 504: return `The server is out of reach (${status})`;
  }
  return said ? `The server answered “${said}” (${status})` : `The server answered ${status}`;
}

// countWords says how many are here, with so many others, if that is known.
export function countWords({ state }, others) {
  if (others > 0) return `${others + 1} here`;
  switch (state) {
    case "connected": return "Just you";
    case "connecting": return "Connecting…";
    case "full": return "Room full";
  }
  return "Not connected";
}

// reachWords says who cannot be reached, if somebody cannot.
export function reachWords(links) {
  const names = links.filter((link) => link.isUnreachable).map(({ peer }) => displayName(peer)).sort();
  if (names.length === 0) return "";
  const who = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const why = names.length === 1 ? "their network or yours may block UDP" : "their networks or yours may block UDP";
  return `${links.length - names.length} of ${links.length} people reachable: ${who} cannot be reached, ${why}`;
}

// drawingWords says whether others have the same drawing, all others if isAll;
// names are of those who have another one though they lack nothing.
export function drawingWords({ sum, synced, agree }, names, isAll) {
  const short = sum.slice(0, 8);
  if (names.length > 0) return `Drawing ${short} differs from that of ${names.join(", ")}`;
  if (synced === 0) return `Drawing ${short}`;
  if (!agree) return `Drawing ${short}, being compared…`;
  if (isAll) return `Everybody has the same drawing, ${short}`;
  return `Drawing ${short}, the same for ${synced === 1 ? "one other" : `${synced} others`}`;
}

// faultWords says what is wrong with somebody; see exchange.js.
/** @param {any} fault a Fault @param {string} name */
export function faultWords({ lost, unwritten, isFull, forged, lied, ours, theirs }, name) {
  if (lost) return `${name} draws too much at once: some of it is lost`;
  if (unwritten) return `What ${name} draws is not kept${isFull ? ": this drawing is full" : ""}`;
  if (forged) return `${name} sent what nobody has signed: it does not count`;
  if (lied) return `${name} told two stories; what they drew is gone`;
  return `${name} has another drawing (${theirs.slice(0, 8)}, here ${ours.slice(0, 8)}) although nothing is missing`;
}

const maxFaults = 8; // lines

// Faults lists what went wrong, the latest first. Who lied is forgotten last.
export class Faults {
  #list;
  /** @type {{ words: string, lied: boolean }[]} */
  #faults = [];

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  // show adds what went wrong, in words.
  /** @param {string} words @param {boolean} lied */
  show(words, lied) {
    const others = this.#faults.filter((fault) => fault.words !== words);
    this.#faults = [{ words, lied }, ...others];
    if (this.#faults.length > maxFaults) {
      const least = this.#faults.findLastIndex((fault) => !fault.lied);
      this.#faults.splice(least, 1); // the last if all lied
    }
    this.#list.replaceChildren(...this.#faults.map((fault) => element("li", "", fault.words)));
    this.#list.hidden = false;
  }
}

// showPeople fills the list and the button that opens it. Whatever others chose
// goes in as text.
export function showPeople({ list, faces, count, me, links, stream }) {
  const people = links
    .map((link) => ({ link, name: displayName(link.peer) }))
    .sort((a, b) => a.name.localeCompare(b.name) || (a.link.peer.id < b.link.peer.id ? -1 : 1));
  list.replaceChildren(...people.map(({ link, name }) => {
    const row = document.createElement("li");
    row.dataset.peer = link.peer.id;
    row.dataset.state = link.state;
    const who = element("span", "who");
    const state = element("span", "state", linkWords(link, name));
    who.append(element("b", "", name), element("span", "light"), state);
    if (link.role) who.append(roleTag(link.role));
    row.append(face(link.peer.id, name, link.state), who);
    return row;
  }));
  const shown = people.slice(0, people.length > maxFaces ? maxFaces - 1 : maxFaces);
  faces.replaceChildren(
    face(me.id, me.name, "me"),
    ...shown.map(({ link, name }) => face(link.peer.id, name, link.state)),
  );
  count.textContent = countWords(stream, people.length);
}

// roleTag says what somebody says to be. Nobody proves it.
function roleTag(role) {
  const tag = element("small", "role", role === "bot" ? "bot" : "keeps the drawing");
  tag.title = role === "bot" ? "A program, by its own account" : "A program that keeps this drawing, by its own account";
  return tag;
}

// initialsOf are the first letters of a name's first and last word, or its first
// character: a family is one, and not the first of its people.
export function initialsOf(name) {
  const letters = name.match(/(?<![\p{L}\p{N}][\p{M}\u200c\u200d]*)[\p{L}\p{N}]\p{M}*/gu);
  if (letters) return letters.length > 1 ? letters[0] + letters.at(-1) : letters[0];
  const [first] = new Intl.Segmenter().segment(name);
  return first.segment;
}

// faceColor is somebody's color, the same on all pages.
/** @param {string} id */
export function faceColor(id) {
  let sum = 0;
  for (const c of id) sum = (sum * 31 + (c.codePointAt(0) ?? 0)) >>> 0;
  return faceColors[sum % faceColors.length];
}

// paintFace makes a circle with somebody's initials.
export function paintFace(circle, id, name) {
  circle.textContent = initialsOf(name);
  circle.style.backgroundColor = faceColor(id);
}

function face(id, name, state) {
  const circle = element("span", "face");
  circle.dataset.state = state;
  paintFace(circle, id, name);
  return circle;
}

function element(tag, className, text = "") {
  const e = document.createElement(tag);
  e.className = className;
  e.textContent = text;
  return e;
}
