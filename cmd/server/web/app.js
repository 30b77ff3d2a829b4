// The page: a room's drawing, the tools for it, and the people in it.
//
// For tests and the curious the root element says how things stand:
// data-site is what it writes as, data-signaling the stream's state, data-links
// how many links are open, data-sum the drawing's sum, data-synced how many peers
// have sums as well, data-agree whether all of these have the same, data-fault,
// once there is one, what was last wrong with a peer, as JSON (see exchange.js),
// data-kept how much of the drawing this browser keeps (see shelving.js), and data-view the
// place of the sheet that is the window's upper left, and the scale.
import { View } from "./view.js";
import { Arrivals } from "./arrivals.js";
import { Clearing } from "./clearing.js";
import { canConnect } from "./connection.js";
import { Cursors } from "./cursors.js";
import { demand } from "./demand.js";
import { Easel } from "./easel.js";
import { EraserStroke } from "./eraser.js";
import { Erasing } from "./erasing.js";
import { inkOf } from "./ink.js";
import { Inviting } from "./inviting.js";
import { recall, remember } from "./memory.js";
import { Mesh } from "./mesh.js";
import { cleanName, randomName } from "./names.js";
import { hears, Nearby } from "./nearby.js";
import { Notice } from "./notice.js";
import { Gestures } from "./gesture.js";
import { Hand } from "./hand.js";
import { Past } from "./past.js";
import { displayName, faceColor } from "./people.js";
import { colorAt, PickStroke } from "./pick.js";
import { PencilStroke } from "./pencil.js";
import { installPointing, LaserStroke } from "./pointing.js";
import { installPrinting } from "./print.js";
import { installSaving } from "./save.js";
import { arrow, ellipse, line, RectStroke, FigureStroke } from "./figure.js";
import { Shelf } from "./shelf.js";
import { Shelving } from "./shelving.js";
import { Signaling } from "./signaling.js";
import { Signatures } from "./signatures.js";
import { Status } from "./status.js";
import { Exchange, tickTime } from "./exchange.js";
import { Toolbox } from "./toolbox.js";
import { Typing } from "./typing.js";
import { watchSleep } from "./wake.js";
import { looking, showWatching, watches } from "./watching.js";
import { installKeys, isComposing } from "./keys.js";
import { fill as fillWords, words } from "./words.js";

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);
const room = decodeURIComponent(location.pathname.slice(location.pathname.lastIndexOf("/") + 1));
const me = { id: "me", name: cleanName(recall("localStorage", "drawmesh.name") ?? "") || randomName() };
remember("localStorage", "drawmesh.name", me.name);
fillWords();

const notice = new Notice({ shown: $("notice"), spoken: $("spoken"), button: $("act") });
const arrivals = new Arrivals({ line: $("came"), speak: (text) => notice.speak(text) });

// The drawing

// To make a key takes as long as a frame: what follows is another task.
const signatures = new Signatures();
await new Promise((resolve) => setTimeout(resolve));

const exchange = new Exchange({
  watches,
  signatures,
  wire: {
    send: (peer, data) => mesh.send(peer, data),
    queued: (peer) => mesh.queued(peer),
    reset: (peer) => mesh.reset(peer),
  },
  onChange: (change) => {
    view.change(change);
    easel.change(change);
    shelving.soon();
    document.documentElement.dataset.kept = shelving.state;
    status.drawingSoon();
  },
  onPreview: (peer, rect) => view.preview(peer, rect),
  onProvisional: (ops, cleared) => view.provisional(ops, cleared),
  onState: () => status.drawingSoon(),
  onFault: (fault) => status.fault(fault),
  onTaken: (frame, runs) => shelving.took(frame, runs),
});
setInterval(() => {
  exchange.tick();
  shelving.soon();
}, tickTime);

const view = new View($("picture"), $("overlay"), exchange.log);
const easel = new Easel({ view, log: exchange.log, reach: () => past.reach ?? view.extent, onMove: () => moved() });
const { viewport } = easel;
const clearing = new Clearing({ exchange, notice });
const erasing = new Erasing({ exchange, notice, isOwn: (site) => clearing.isOwn(site), onFull: sayUnwritten });

// What was drawn here before is shown at once.
const shelving = new Shelving({ exchange, shelf: new Shelf(location.pathname), onState: () => status.drawingSoon() });
shelving.recall();

function draw(op, stroke) {
  if (op.type === "rect") view.preview(me, null);
  if (op.type !== "clear") toolbox.used();
  if (!exchange.draw(op, stroke)) sayUnwritten();
}

// sayUnwritten says that something could not be drawn, and why: what is out of bounds, no
// hand reaches.
function sayUnwritten() {
  if (watches) {
    notice.say(words.youWatchLong);
    return;
  }
  notice.say(exchange.isFull ? words.isFull : words.notDrawn, "trouble");
}

function fill() {
  easel.fill();
  // A window that moves to another screen need not change its size.
  matchMedia(`(resolution: ${devicePixelRatio}dppx)`).addEventListener("change", fill, { once: true });
}
addEventListener("resize", () => easel.fill());

// The room

const mesh = new Mesh({
  relay: (peer, event, data) => signaling.relay(peer, event, data),
  capability: { ...exchange.capability, ...hears },
  onMessage: (peer, data) => nearby.heard(peer, data) || exchange.heard(peer, data),
  onOpen: (peer, said) => {
    exchange.opened(peer, said);
    nearby.opened(peer, said);
  },
  onSteady: (peer, steady) => exchange.wavers(peer, !steady),
  onDown: (peer) => {
    exchange.closed(peer);
    nearby.closed(peer);
  },
  onChange: () => status.room(),
});

const cursors = new Cursors({
  place: $("cursors"), canvas: $("trails"), viewport,
  who: (id) => ({ name: displayName(mesh.peer(id)), color: faceColor(id) }),
});
const nearby = new Nearby({
  send: (peer, data) => mesh.send(peer, data),
  queued: (peer) => mesh.queued(peer),
  onCursor: (peer, cursor) => cursors.point(peer, cursor),
  onName: (peer, name) => mesh.rename(peer, name),
});
let lit = null; // where the laser shines, if it is on
installPointing({ canvas: $("overlay"), viewport, tell: (cursor) => past.isOpen || nearby.point(cursor), isLaser: () => lit !== null });

const signaling = new Signaling({
  room,
  name: me.name,
  spareName: randomName(),
  onEvent: (event, data) => {
    if (event === "connected") welcome(data.user);
    if (event === "connected") exchange.keepTime(Date.now() + signaling.ahead);
    mesh.hear(event, data);
  },
  onAlive: () => alive(),
  onState: (state) => stand(state),
});

function stand(state) {
  if (state.state === "replaced") leaveAll();
  status.stand(state);
}

function leaveAll() {
  arrivals.forget();
  mesh.close();
}

// welcome takes note of who the server says we are. It may not take a name.
function welcome(user) {
  me.id = user?.id ?? me.id;
  if (typeof user?.username !== "string" || user.username === me.name) return;
  notice.say(words.nameRefused(me.name, user.username), "news", 8000);
  me.name = user.username;
  remember("localStorage", "drawmesh.name", me.name);
  $("name").value = me.name;
}

// Whoever slept has been given up by the others, and what the server sent since
// is stale: begin again, with the drawing as it is.
function enterAnew() {
  leaveAll();
  signaling.restart();
}
const alive = watchSleep(enterAnew);
for (const event of ["online", "offline"]) addEventListener(event, () => status.room());

async function rename() {
  const name = cleanName($("name").value);
  if (!name) notice.say(words.noName, "news", 6000);
  $("name").value = name || me.name;
  if (!name || name === me.name) return;
  me.name = name;
  remember("localStorage", "drawmesh.name", name);
  status.room();
  const taken = await signaling.rename(name);
  if (me.name !== name) return; // it is another by now
  if (taken !== name) welcome({ id: me.id, username: taken });
  nearby.rename(me.name);
}

// The tools

const toolbox = new Toolbox({ canvas: $("overlay"), viewport, speak: (text) => notice.speak(text) });
const { style } = toolbox;

// For others nothing is taken away, but a rectangle without size shows none.
const none = { type: "preview", origin: { x: 0, y: 0 }, width: 0, height: 0, lineWidth: 1, color: "#ffffff" };
const figure = (outline) => (event, options) => new FigureStroke(event, options, outline);
const strokes = {
  pencil: (event, options) => new PencilStroke(event, options),
  rect: (event, options) => new RectStroke(event, options),
  line: figure(line),
  arrow: figure(arrow),
  ellipse: figure(ellipse),
  eraser: (event, options) => new EraserStroke(event, options, erasing),
  text: (event, options) => new PickStroke(event, { ...options, onPick: (place) => typing.begin(place) }),
  pick: (event, options) => new PickStroke(event, { ...options, onPick: pick }),
  laser: (event, options) => new LaserStroke(event, { ...options, onTrail: shine, onEnd: () => shine(null) }),
};

// shine has the laser shine at a place of the sheet, or be off.
/** @param {Point | null} place */
function shine(place) {
  const at = place ?? lit;
  lit = place;
  if (place) cursors.trail(me.id, place, faceColor(me.id));
  else cursors.lift(me.id);
  if (at) nearby.point({ ...at, laser: place !== null });
}

const typing = new Typing({ field: $("text"), canvas: $("overlay"), viewport, style: inkOf("text", style), onOp: draw, onTail: (ops) => view.tail(ops) });

let keyPen; // of the keyboard, once that is used

function moved() {
  toolbox.show();
  typing.show();
  cursors.show();
  past.look();
  keyPen?.show();
}

function pick(place) {
  const color = colorAt(exchange.log, place);
  if (color) toolbox.pick(color);
  else notice.say(words.nothingThere);
}

// Whoever looks at the past draws nothing, and points at nothing.
const past = new Past({
  exchange, notice, canDraw: !watches, camera: () => easel.camera, isOwn: (site) => clearing.isOwn(site), ahead: () => signaling.ahead,
  onTurn: (isOpen) => {
    gestures.rest(isOpen);
    if (isOpen) nearby.point(null);
    $("back").ariaPressed = String(isOpen);
  },
});

const status = new Status({
  me, exchange, mesh, shelving, notice,
  see: (links) => {
    arrivals.see(links);
    past.see(links);
  },
  onDrawing: showDrawn,
});

// showDrawn shows what of the drawing the tools and the window depend on.
function showDrawn() {
  // Really disabled, the one with the focus would swallow the next key.
  $("undo").ariaDisabled = String(exchange.log.undoable === 0 && !erasing.isLast);
  $("redo").ariaDisabled = String(!erasing.canRedo);
  easel.show();
  if (view.behind) status.drawingSoon(); // it may reach further
}

fill();

const gestures = new Gestures($("overlay"), {
  hand: new Hand($("overlay"), viewport),
  onlyHand: watches,
  begin: (event) => strokes[style.tool](event, {
    style: inkOf(style.tool, style),
    place: (at) => viewport.place(at),
    unit: 1 / viewport.scale,
    onOp: draw,
    onTail: (ops) => view.tail(ops),
    onTakeBack: (stroke) => exchange.takeBack(stroke) || sayUnwritten(),
    onPreview: (rect) => {
      view.preview(me, rect);
      exchange.draw(rect ?? none);
    },
  }),
});

// Whoever comes to the canvas with the keyboard draws with a pen that arrow keys move.
async function takeKeyPen() {
  const found = await demand("./keypen.js", words.keyPen, (text) => notice.say(text, "trouble", 6000));
  if (!found) return;
  keyPen ??= new found.KeyPen({
    canvas: $("overlay"), element: $("pen"), viewport, gestures, toolOf: () => style.tool,
    tell: (place) => nearby.point(place && { ...place, laser: lit !== null }),
    say: (isDown) => notice.speak(isDown ? words.penDown : words.penUp),
  });
  keyPen.take();
}
if (!watches) {
  let hadPen = false; // when it lost the focus
  $("overlay").addEventListener("blur", () => (hadPen = !$("pen").hidden));
  $("overlay").addEventListener("focus", (/** @type {FocusEvent} */ { relatedTarget }) => {
    // Who comes back from a sheet goes on as before.
    const isBack = relatedTarget instanceof Element && relatedTarget.closest("[popover]");
    if ($("overlay").matches(":focus-visible") && (hadPen || !isBack)) takeKeyPen();
  });
  $("overlay").addEventListener("keydown", (event) => event.key === "Enter" && $("pen").hidden && takeKeyPen());
}

function undo() {
  if (!clearing.takeBack() && !erasing.undo()) sayUnwritten();
}

function redo() {
  if (!erasing.redo()) sayUnwritten();
}

const inviting = new Inviting({ notice, watches });
installPrinting({ canvas: $("print"), log: exchange.log, extent: () => view.extent, viewport });
installSaving({ form: $("saving"), log: exchange.log, view, viewport, name: room, notice });

$("undo").addEventListener("click", undo);
$("redo").addEventListener("click", redo);
$("back").addEventListener("click", () => past.toggle());
$("copy").addEventListener("click", () => inviting.copyLink());
$("name").addEventListener("change", rename);
$("name").addEventListener("keydown", (event) => event.key === "Enter" && !isComposing(event) && $("name").blur());

const does = {
  copyLink: () => inviting.copyLink(),
  choose: (tool) => toolbox.choose(tool),
  goHome: () => viewport.home(),
  zoom: (steps) => easel.zoom(steps),
  actual: () => viewport.actual(),
  fit: () => easel.fit(),
  hold: (holds) => gestures.hold(holds),
  toggle: (id) => $(id).togglePopover(),
  turn: (places) => toolbox.turn(places),
  press: (steps) => toolbox.press(steps),
  fade: (steps) => toolbox.fade(steps),
  giveUp: () => gestures.giveUp(),
  goBack: () => past.toggle(),
  undo, redo,
};
installKeys(watches ? looking(does, sayUnwritten) : does);
if (watches) showWatching();

document.documentElement.dataset.site = exchange.log.site;
$("room").textContent = room;
$("name").value = me.name;
document.title = `${room} · drawmesh`;
status.room();

// Whoever leaves takes along what nobody else has and is not kept here, either: the browser
// asks, in its words.
addEventListener("beforeunload", (event) => exchange.isOnlyHere && shelving.state !== "all" && event.preventDefault());
addEventListener("pagehide", () => shelving.keep());
// A page that the browser may keep may come back, with its drawing.
addEventListener("pagehide", (event) => event.persisted || signaling.leave());
addEventListener("pageshow", (event) => event.persisted && enterAnew());
$("starting").remove();
for (const part of document.querySelectorAll("[inert]")) part.removeAttribute("inert");
// Others would wait for ever for somebody who cannot connect. To find that out takes long
// enough for hands to be answered before.
setTimeout(() => (canConnect() ? signaling.run() : stand({ state: "unable" })));
