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
export function linkWords({ state, until }, name) {
  switch (state) {
    case "open": return "connected";
    case "connecting": return `connecting to ${name}…`;
    case "unsteady": return "not answering just now";
  }
  return until ? `lost, trying again in ${seconds(until)}` : `lost, waiting for ${name}`;
}

// signalingWords says how the stream from the server stands, on a machine that is
// connected to any network or not.
export function signalingWords({ state, until }, online = true) {
  switch (state) {
    case "connected": return "Connected to the server";
    case "connecting": return "Connecting to the server…";
    case "full": return `This room is full, trying again in ${seconds(until)}`;
    case "crowded": return "Other tabs have all the connections that a browser makes to a server without encryption: close one, or use https";
    case "replaced": return "This drawing is open in another tab";
  }
  if (!online) return "You are offline: others see what you draw once you are back";
  return `Reconnecting to the server in ${seconds(until)}`;
}

// reachWords says who cannot be reached, if somebody cannot.
export function reachWords(links, hasRelay) {
  const names = links.filter((link) => link.isUnreachable).map(({ peer }) => displayName(peer)).sort();
  if (names.length === 0) return "";
  const who = names.length === 1 ? names[0] : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  const why = hasRelay ? "" : names.length === 1 ? ", their network may need TURN" : ", their networks may need TURN";
  return `${links.length - names.length} of ${links.length} people reachable: ${who} cannot be reached${why}`;
}

// drawingWords says whether everybody has the same drawing; names are of those
// who have another one though they lack nothing.
export function drawingWords({ sum, synced, agree }, names) {
  const short = sum.slice(0, 8);
  if (names.length > 0) return `Drawing ${short} differs from that of ${names.join(", ")}`;
  if (synced === 0) return `Drawing ${short}`;
  return agree ? `Drawing ${short}, the same for all` : `Drawing ${short}, being compared…`;
}

// faultWords says what is wrong with somebody; see sync.js.
export function faultWords({ lost, site, n, ours, theirs }, name) {
  if (lost) return `${name} draws too much at once: some of it is lost`;
  if (!site) return `${name} has another drawing (${theirs.slice(0, 8)}, here ${ours.slice(0, 8)}) although nothing is missing`;
  if (n === 0) return `${name} has other entries of site ${site} (${theirs.slice(0, 8)}, here ${ours.slice(0, 8)}); yours stay`;
  return `Entry ${n} of site ${site} was told in two ways; ${name}'s is taken over`;
}

// showPeople fills the list and the button that opens it. Whatever others chose
// goes in as text.
export function showPeople({ list, faces, count, me, links }) {
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
    row.append(face(link.peer.id, name, link.state), who);
    return row;
  }));
  const shown = people.slice(0, people.length > maxFaces ? maxFaces - 1 : maxFaces);
  faces.replaceChildren(
    face(me.id, me.name, "me"),
    ...shown.map(({ link, name }) => face(link.peer.id, name, link.state)),
  );
  count.textContent = people.length === 0 ? "Just you" : `${people.length + 1} here`;
}

// initialsOf are the first letters of a name's first and last word, or its first
// character: a family is one, and not the first of its people.
export function initialsOf(name) {
  const letters = name.match(/(?<![\p{L}\p{N}][\p{M}\u200c\u200d]*)[\p{L}\p{N}]\p{M}*/gu);
  if (letters) return letters.length > 1 ? letters[0] + letters.at(-1) : letters[0];
  const [first] = new Intl.Segmenter().segment(name);
  return first.segment;
}

// paintFace makes a circle with somebody's initials.
export function paintFace(circle, id, name) {
  circle.textContent = initialsOf(name);
  let sum = 0;
  for (const c of id) sum = (sum * 31 + c.codePointAt(0)) >>> 0;
  circle.style.backgroundColor = faceColors[sum % faceColors.length];
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
