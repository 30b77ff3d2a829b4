// The page: a room's drawing, the tools for it, and the people in it.
//
// For tests and the curious the root element says how things stand:
// data-signaling is the stream's state, data-links how many links are open.
import { Board } from "./board.js";
import { Mesh } from "./mesh.js";
import { randomName } from "./names.js";
import { Palette } from "./palette.js";
import { Pen } from "./pen.js";
import { paintFace, showPeople, signalingWords } from "./people.js";
import { Signaling } from "./signaling.js";
import { format, lineWidth, parse } from "./wire.js";
import { installKeys } from "./keys.js";

const $ = (id) => document.getElementById(id);
const room = decodeURIComponent(location.pathname.slice(1));
const paper = "#ffffff";
const me = { id: "me", name: localStorage.getItem("drawmesh.name") || randomName() };
localStorage.setItem("drawmesh.name", me.name);

// The drawing

const board = new Board($("picture"), $("overlay"));

function draw(op, who) {
  if (op.type === "preview") {
    board.preview(who, op);
    return;
  }
  if (op.type === "rect") board.preview(who, null);
  if (!board.apply(op)) say("This drawing is full: clear it to go on.", "trouble");
}

const elders = new Set(); // ids of those whose pages throw at all but segments

function send(op) {
  mesh.send(format(op), op.type === "segment" ? undefined : elders);
}

function drawMine(op) {
  draw(op, me);
  send(op);
}

function fit() {
  board.resize(innerWidth, innerHeight, devicePixelRatio);
  // A window that moves to another screen need not change its size.
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", fit, { once: true });
}
addEventListener("resize", () => board.resize(innerWidth, innerHeight, devicePixelRatio));
fit();

// The room

let stream = { state: "connecting", until: 0 };

const mesh = new Mesh({
  relay: (peer, event, data) => signaling.relay(peer, event, data),
  onMessage: (peer, text) => {
    const op = parse(text);
    if (!op || (op.type === "preview" && !mesh.has(peer))) return;
    if (op.older) elders.add(peer);
    draw(op, peer);
  },
  onChange: showRoom,
  onGone: (peer) => {
    elders.delete(peer);
    board.preview(peer, null);
  },
});

const signaling = new Signaling({
  room,
  name: me.name,
  onEvent: (event, data) => {
    if (event === "connected") me.id = data.user?.id ?? me.id;
    mesh.hear(event, data);
  },
  onState: (state) => {
    stream = state;
    if (state.state === "replaced") mesh.close();
    showRoom();
  },
});

let ticking; // while something is waited for, the words count down

function showRoom() {
  const { links } = mesh;
  paintFace($("face"), me.id, me.name);
  showPeople({ list: $("others"), faces: $("faces"), count: $("count"), me, links });
  $("signaling").dataset.state = stream.state;
  $("words").textContent = signalingWords(stream);
  $("hint").hidden = links.length > 0 || stream.state !== "connected" || board.ops.length > 0;
  const { dataset } = document.documentElement;
  dataset.signaling = stream.state;
  dataset.links = links.filter((link) => link.healthy).length;
  showTrouble();
  clearTimeout(ticking);
  if (stream.until || links.some((link) => link.until)) ticking = setTimeout(showRoom, 1000);
}

// showTrouble puts into everybody's sight that the server is away. Connecting
// alone is no trouble: it takes a moment.
function showTrouble() {
  if (["waiting", "full", "replaced"].includes(stream.state)) say(signalingWords(stream), "trouble", 0);
  else if (stream.state === "connected" && $("notice").dataset.kind === "trouble") $("notice").hidden = true;
}

function rename() {
  const name = $("name").value.trim();
  if (!name || name === me.name) {
    $("name").value = me.name;
    return;
  }
  me.name = name;
  localStorage.setItem("drawmesh.name", name);
  mesh.close(); // the others will see this page leave and come back
  signaling.rename(name);
  showRoom();
}

// The tools

// Everybody begins with another color, so that it shows who drew what.
const vivid = ["#9900ff", "#4a86e8", "#cc0000", "#e69138", "#38761d", "#45818e", "#a64d79", "#0000ff"];
const any = vivid[Math.floor(Math.random() * vivid.length)];
const style = { tool: "pencil", color: any, force: 1.2, ...recall() };

function recall() {
  try {
    return JSON.parse(sessionStorage.getItem("drawmesh.style"));
  } catch {
    return null;
  }
}

function showStyle() {
  sessionStorage.setItem("drawmesh.style", JSON.stringify(style));
  for (const button of $("tools").querySelectorAll("[data-tool]")) {
    button.setAttribute("aria-pressed", String(button.dataset.tool === style.tool));
  }
  const wide = lineWidth(style.force);
  const dot = $("dot").style;
  dot.backgroundColor = style.color;
  dot.width = dot.height = `${Math.min(30, 15 + wide / 3)}px`;
  $("tip").style.width = $("tip").style.height = `${Math.max(4, wide)}px`;
  $("style").setAttribute("aria-label", `Color ${style.color}, force ${style.force}`);
}

const palette = new Palette({
  swatch: $("swatch"), slider: $("force"), width: $("width"), style, onChange: showStyle,
});
const pen = new Pen($("overlay"), style, {
  onOp: (op) => {
    $("hint").hidden = true;
    drawMine(op);
  },
  onPreview: (rect) => {
    board.preview(me, rect);
    // For others nothing is taken away, but a rectangle without size shows none.
    const none = { type: "preview", origin: { x: 0, y: 0 }, width: 0, height: 0, lineWidth: 1, color: paper };
    send(rect ?? none);
  },
});

function choose(tool) {
  style.tool = tool;
  showStyle();
}

function clear() {
  drawMine({ type: "clear" });
  say("Cleared for everybody");
}

async function copyLink() {
  try {
    await navigator.clipboard.writeText(location.href);
    say("Link copied");
  } catch {
    say(location.href, "link", 15000); // no clipboard without TLS: to be read then
  }
}

async function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(await board.png(paper));
  link.download = `${room}.png`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  say("Picture saved");
}

// say shows a line for that many ms, or until it is taken away.
let saying;
function say(text, kind = "news", time = 2200) {
  clearTimeout(saying);
  const notice = $("notice");
  notice.textContent = text;
  notice.dataset.kind = kind;
  notice.hidden = false;
  if (time) saying = setTimeout(() => (notice.hidden = true), time);
}

// followPointer draws a ring as wide as the pencil where the mouse is.
function followPointer(event) {
  const tip = $("tip");
  const shown = event.type !== "pointerleave" && event.pointerType === "mouse" && style.tool === "pencil";
  tip.style.visibility = shown ? "visible" : "hidden";
  tip.style.transform = `translate(${event.clientX}px, ${event.clientY}px) translate(-50%, -50%)`;
}

for (const button of $("tools").querySelectorAll("[data-tool]")) {
  button.addEventListener("click", () => choose(button.dataset.tool));
}
for (const type of ["pointermove", "pointerdown", "pointerleave"]) {
  $("overlay").addEventListener(type, followPointer);
}
$("copy").addEventListener("click", copyLink);
$("save").addEventListener("click", save);
$("really").addEventListener("click", () => {
  $("sure").hidePopover();
  clear();
});
$("name").addEventListener("change", rename);
$("name").addEventListener("keydown", (event) => event.key === "Enter" && $("name").blur());

installKeys({
  choose, copyLink, save,
  toggle: (id) => $(id).togglePopover(),
  turn: (places) => palette.turn(places),
  press: (steps) => palette.press(steps),
  giveUp: () => pen.giveUp(),
});

$("room").textContent = room;
$("name").value = me.name;
document.title = `${room} · drawmesh`;
showStyle();
showRoom();

addEventListener("pagehide", () => signaling.leave());
addEventListener("pageshow", (event) => event.persisted && location.reload()); // it has left: begin again
signaling.run();
