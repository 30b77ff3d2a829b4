// Who is here, and how the links to them and the stream from the server stand,
// in words.
import { cleanName } from "./names.js";
import { words } from "./words.js";

const maxFaces = 4;
export const faceColors = ["#c2410c", "#0f766e", "#7c3aed", "#be185d", "#1d4ed8", "#4d7c0f", "#a21caf", "#b45309"];

// displayName is what to call a peer. The name may be missing, of any type, or
// hold characters that hide or turn others: other servers check none.
export function displayName(peer) {
  const name = peer?.username;
  return (typeof name === "string" && cleanName(name)) || words.somebody;
}

// listed is a list of names, in words.
/** @param {string[]} names */
export function listed(names) {
  return names.length === 1 ? names[0] : words.all(names);
}

// seconds says how long it is until a time, in ms since the epoch.
function seconds(until) {
  return words.seconds(Math.max(1, Math.ceil((until - Date.now()) / 1000)));
}

// linkWords says how the link to somebody stands.
/** @param {{ state: string, until?: number }} link @param {string} name */
export function linkWords({ state, until }, name) {
  switch (state) {
    case "open": return words.linked;
    case "connecting": return words.linking(name);
    case "unsteady": return words.unsteady;
  }
  return until ? words.lostFor(seconds(until)) : words.lost(name);
}

// signalingWords says how this page stands with the server, on a machine that is
// connected to any network or not.
/** @param {{ state: string, until?: number, why?: any }} stream */
export function signalingWords({ state, until, why }, online = true) {
  switch (state) {
    case "connected": return words.connected;
    case "connecting": return words.connecting;
    case "full": return words.fullFor(seconds(until));
    case "crowded": return words.crowded;
    case "replaced": return words.replaced;
    case "unable": return words.noWebRTC;
  }
  if (!online) return words.offline;
  const trouble = troubleWords(why);
  return trouble ? words.troubleFor(trouble, seconds(until)) : words.reconnecting(seconds(until));
}

// troubleWords says what is wrong, if more is known than that nothing answers.
function troubleWords(why) {
  switch (why?.kind) {
    case "held": return words.held;
    case "stranger": return words.stranger;
    case "refused": return why.ours ? "" : refusalWords(why);
  }
  return "";
}

// refusalWords says what an answer says that is not 200.
function refusalWords({ status, said }) {
  switch (status) {
    case 401:
    case 407: return words.password(status);
    case 429: return words.busy;
    case 502:
    case 504: return words.outOfReach(status);
  }
  return said ? words.serverSaid(said, status) : words.serverAnswered(status);
}

// countWords says how many are here, with so many others, if that is known.
export function countWords({ state }, others) {
  if (others > 0) return words.count(others + 1);
  switch (state) {
    case "connected": return words.justYou;
    case "connecting": return words.connectingShort;
    case "full": return words.roomFull;
  }
  return words.notConnected;
}

// reachWords says who cannot be reached, if somebody cannot.
export function reachWords(links) {
  const names = links.filter((link) => link.isUnreachable).map(({ peer }) => displayName(peer)).sort();
  if (names.length === 0) return "";
  return words.reach(links.length - names.length, links.length, listed(names), names.length);
}

// drawingWords says whether others have the same drawing, all others if isAll;
// names are of those who have another one though they lack nothing.
export function drawingWords({ sum, synced, agree }, names, isAll) {
  const short = sum.slice(0, 8);
  if (names.length > 0) return words.sumDiffers(short, names.join(", "));
  if (synced === 0) return words.sum(short);
  if (!agree) return words.sumCompared(short);
  if (isAll) return words.sumEverybody(short);
  return words.sumOthers(short, synced);
}

// faultWords says what is wrong with somebody; see exchange.js.
/** @param {any} fault a Fault @param {string} name */
export function faultWords({ lost, unwritten, isFull, forged, lied, ours, theirs }, name) {
  if (lost) return words.tooMuch(name);
  if (unwritten) return isFull ? words.notKeptFull(name) : words.notKept(name);
  if (forged) return words.forged(name);
  if (lied) return words.lied(name);
  return words.differs(name, theirs.slice(0, 8), ours.slice(0, 8));
}

const maxFaults = 8; // lines

// Faults lists what went wrong, the latest first. Who lied is forgotten last.
export class Faults {
  #list;
  /** @type {{ what: string, lied: boolean }[]} */
  #faults = [];

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  // show adds what went wrong, in words.
  /** @param {string} what @param {boolean} lied */
  show(what, lied) {
    const others = this.#faults.filter((fault) => fault.what !== what);
    this.#faults = [{ what, lied }, ...others];
    if (this.#faults.length > maxFaults) {
      const least = this.#faults.findLastIndex((fault) => !fault.lied);
      this.#faults.splice(least, 1); // the last if all lied
    }
    this.#list.replaceChildren(...this.#faults.map((fault) => element("li", "", fault.what)));
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
  const tag = element("small", "role", role === "bot" ? words.bot : words.keeper);
  tag.title = role === "bot" ? words.botLong : words.keeperLong;
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
