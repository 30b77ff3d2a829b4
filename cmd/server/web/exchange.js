// The exchange between synced peers: each tells what it holds, pulls what it
// lacks from one at a time, and passes it on by saying so. The Go half is
// internal/exchange. What plain peers need is in sponsor.js.
import { Answers } from "./answer.js";
import { Elsewhere } from "./elsewhere.js";
import { readFrame } from "./frame.js";
import { Pending } from "./pending.js";
import { Log } from "./log.js";
import { formatMessage, isSite, newSite, parseMessage, split } from "./message.js";
import { draws, Limits, ownLimit } from "./limit.js";
import { Outbox } from "./outbox.js";
import { Puller } from "./pull.js";
import { rounded } from "./row.js";
import { newDispute, Settler } from "./settle.js";
import { segments, Sponsor } from "./sponsor.js";
import { crowded, raise } from "./vector.js";
import { format } from "./wire.js";

const version = 1; // of the exchange
const pingTime = 5000; // ms between pings, give or take a fifth
const silentTime = 15000; // ms without any sign of life: the link is dead
const pumpTime = 5; // ms
const lastTime = 3000; // ms that the last words of somebody who is gone may take
const maxInbox = 1 << 20; // bytes behind a frame that is being inflated
const messageCost = 64; // bytes of a message beside what it says

export const tickTime = 200; // ms between two calls of tick
export const tellTime = 750; // ms between two calls of announce

// An Exchange holds the log and keeps it like the neighbours'.
//
// wire carries messages and does not wait: send(id, data), true if it could;
// queued(id), the bytes that wait; reset(id), which makes the link anew.
// onChange(change) hears how the picture changes, onPreview(id, rect) what
// somebody drags, or null, onProvisional(ops, cleared) what plain peers drew that
// is not in the log yet (see sponsor.js), onState() that a neighbour says
// something new, and onFault(fault) what is wrong with one: { peer, lost: true },
// a plain one that draws too much at once, or what settle.js says.
export class Exchange {
  log = new Log(newSite());
  #wire;
  #on;
  #neighbours = new Map(); // those whose link is open, by id
  #gone = new Map(); // those whose link was until a moment ago
  #version = 0; // counts what has been taken in or drawn
  #strokes = new WeakMap(); // numbers of the strokes that the pens draw
  #pending = new Pending();
  #live = ownLimit(); // what we may send
  #written = 0; // the number of our last entry
  #puller;
  #answers;
  #sponsor;
  #settler;
  #elsewhere;
  #pumping = 0; // the timer
  #outbox = new Outbox({
    send: (text) => {
      for (const n of this.#neighbours.values()) if (n.lines) this.#sendLive(n, text);
    },
    links: () => this.#neighbours.size,
  });

  constructor({ wire, onChange, onPreview, onProvisional, onState, onFault }) {
    this.#wire = wire;
    this.#on = { onChange, onPreview, onState, onFault };
    this.#puller = new Puller({
      log: this.log, neighbours: this.#neighbours,
      want: (n) => this.#want(n, this.log.have, this.log.dead),
      tell: (n) => n.told !== this.#version && this.#tell(n),
      empty: () => this.#version === 0,
    });
    this.#answers = new Answers({ log: this.log, neighbours: this.#neighbours, wire, tell: (n) => this.#tell(n) });
    this.#settler = new Settler({
      log: this.log, neighbours: this.#neighbours, onFault,
      tell: (n) => this.#tell(n),
      send: (n, message) => wire.send(n.id, formatMessage(message)),
      want: (n, have, dead) => this.#want(n, have, dead),
      onChange: (changes, sites) => this.#settled(changes, sites),
    });
    this.#elsewhere = new Elsewhere({ log: this.log, neighbours: this.#neighbours });
    this.#sponsor = new Sponsor({
      log: this.log, neighbours: this.#neighbours, wire, onPreview, onProvisional, onFault,
      adopt: (by, op) => this.#publish(this.log.adopt(by, op), () => false),
      // Whoever is plain has heard it from the one who cleared.
      clear: () => this.#clear(() => false),
    });
  }

  // capability is what to say beside a description.
  get capability() {
    return { v: version, site: this.log.site, lines: true, restart: true };
  }

  // state says with how many synced peers we are linked, whether all of them
  // said to hold the same drawing, and the ids of those who hold the same
  // entries and yet another drawing.
  get state() {
    const synced = [...this.#neighbours.values()].filter((n) => n.site);
    return {
      sum: this.log.sum,
      synced: synced.length,
      agree: synced.every((n) => n.known && n.sum === this.log.sum),
      differ: synced.filter((n) => this.#settler.differs(n)).map(({ id }) => id),
    };
  }

  // kept says of how many sites a neighbour is believed, and how many bytes of
  // what it sent too early are held.
  kept(id) {
    return { have: this.#neighbours.get(id)?.have.size ?? 0, pending: this.#pending.bytes(id) };
  }

  // isOnlyHere says whether there is a drawing that would be gone with this page.
  get isOnlyHere() {
    return this.#elsewhere.lacks;
  }

  // opened takes in a neighbour, who said that beside its description.
  opened(id, said, now = performance.now()) {
    const synced = Number.isInteger(said?.v) && said.v >= 1 && isSite(said.site) && said.site !== this.log.site;
    const n = {
      id, site: synced ? said.site : "", lines: synced && said.lines === true, heard: now, ping: now + pingTime,
      have: new Map(), dead: new Map(), known: false, claimed: 0, gap: false, told: -1,
      skipped: 0, // the last entry of ours that it was not sent; it has to pull that
      sum: "", // what it last said
      holds: "", // the same, with what it holds
      dispute: newDispute(), limits: new Limits(),
      want: null, // collects
      answer: null, // what it still lacks, while frames are under way
      answering: false, inflating: false, inbox: [], waiting: 0,
      older: false, shown: false, replay: [], redraw: now, // of a plain one
    };
    this.#outbox.flush(); // the newcomer is told of it as of all that was drawn before
    this.#neighbours.set(id, n);
    if (synced) this.#tell(n);
    else this.#sponsor.opened(n);
    this.#on.onState();
  }

  // closed lets go of a neighbour, of whom messages may still be on their way.
  closed(id) {
    const n = this.#neighbours.get(id);
    if (!n) return;
    this.#neighbours.delete(id);
    this.#gone.set(id, n);
    setTimeout(() => this.#gone.get(id) === n && this.#gone.delete(id), lastTime);
    this.#puller.closed(n);
    this.#on.onPreview(id, null);
    this.#on.onState();
  }

  // draw draws with one's own pen, and says with false that the room is full.
  // Operations of one stroke, any object, are undone together.
  draw(op, stroke = {}) {
    if (op.type === "preview") {
      this.#post(format(op), (n) => !n.older);
      return true;
    }
    if (op.type === "clear") {
      this.#strokes = new WeakMap();
      this.#clear((n) => !n.older);
      return true;
    }
    const written = this.log.draw(rounded(op), this.#strokes.get(stroke) ?? 0);
    if (!written.entry) return false;
    this.#strokes.set(stroke, written.entry.k);
    this.#publish(written, (n) => op.type === "segment" || !n.older);
    if (op.type === "rect") {
      for (const n of this.#neighbours.values()) if (n.older) for (const s of segments(op)) this.#sendLive(n, format(s));
    }
    return true;
  }

  undo() {
    this.#toggle(() => this.log.undo(this.log.undoable));
  }

  redo() {
    this.#toggle(() => this.log.redo(this.log.redoable));
  }

  // takeBack hides a stroke for good, as if it had never been drawn.
  takeBack(stroke) {
    const k = this.#strokes.get(stroke);
    if (k && this.#publish(this.log.takeBack(k), () => false)) this.#sponsor.redraw(performance.now());
  }

  #toggle(write) {
    this.#strokes = new WeakMap();
    if (this.#publish(write(), () => false)) this.#sponsor.redraw(performance.now());
  }

  #clear(toPlain) {
    const { entries, change } = this.log.clear();
    this.#changed(change);
    for (const entry of entries) this.#send(entry, toPlain);
  }

  // #publish passes on what the own pen wrote, if it did.
  #publish({ entry, change }, toPlain) {
    if (!entry) return false;
    this.#changed(change);
    this.#send(entry, toPlain);
    return true;
  }

  // #send passes an own entry to the synced neighbours, and to those plain ones
  // of whom toPlain says that they can read it. If there are too many, synced ones
  // have to pull it.
  #send(entry, toPlain) {
    this.#written = entry.n;
    if (!this.#live.admits(performance.now())) {
      this.#outbox.flush(); // of what came before
      for (const n of this.#neighbours.values()) n.skipped = entry.n;
    }
    // The receivers know whose link it is.
    this.#post(formatMessage({ type: "entry", entry: { ...entry, site: "" } }), toPlain);
  }

  // #post sends a message to some neighbours at once, to others in a moment.
  #post(text, toPlain) {
    let lines = false;
    for (const n of this.#neighbours.values()) {
      if (n.lines) lines = true;
      else if (n.site || toPlain(n)) this.#sendLive(n, text);
    }
    if (lines) this.#outbox.put(text);
  }

  // #sendLive sends what was drawn just now, unless the neighbour lacks what came
  // before: then it has to pull all of it.
  #sendLive(n, text) {
    if (this.#behind(n)) n.skipped = this.#written;
    else this.#wire.send(n.id, text);
  }

  // #behind says whether a neighbour was not sent all that we drew, and does not
  // hold it yet.
  #behind(n) {
    return n.site !== "" && (n.have.get(this.log.site) ?? 0) < n.skipped;
  }

  #changed(change) {
    this.#version++;
    this.#on.onChange(change);
  }

  // heard takes a message from a neighbour, in the order in which they came
  // though frames take a while to inflate.
  heard(id, data, now = performance.now()) {
    const n = this.#neighbours.get(id) ?? this.#gone.get(id);
    if (!n) return;
    n.heard = now;
    if (!n.inflating) this.#take(n, data, now);
    else if (n.waiting + size(data) > maxInbox) this.#wire.reset(id);
    else {
      n.inbox.push(data);
      n.waiting += size(data);
    }
  }

  #take(n, data, now) {
    const isText = typeof data === "string";
    if (!n.site) isText && this.#sponsor.heard(n, data, now);
    else if (isText) for (const text of n.lines ? data.split("\n") : [data]) this.#text(n, text, now);
    else this.#frame(n, new Uint8Array(data));
    this.#pump();
  }

  #text(n, data, now) {
    const counted = draws(data);
    if (counted && !n.limits.admits(now)) return;
    const m = parseMessage(data);
    if (!counted && (m?.type === "entry" || m?.type === "plain") && !n.limits.admits(now)) return;
    switch (m?.type) {
      case "entry":
        this.#add(n, { ...m.entry, site: m.entry.site || n.site }, now);
        break;
      case "plain":
        if (m.op.type === "preview" && this.#neighbours.has(n.id)) this.#on.onPreview(n.id, m.op);
        break;
      case "have":
        this.#have(n, m, now);
        break;
      case "want":
        this.#answers.wanted(n, m);
        break;
      case "sums":
        this.#settler.heard(n, m, now);
        break;
      case "ping":
        n.sum = m.sum;
        this.#on.onState();
        break;
    }
  }

  // #add takes in an entry, or keeps it until it can be.
  #add(n, entry, now) {
    const { result, change } = this.log.add(entry);
    if (result === "added") {
      this.#taken(entry, change, now);
      this.#release(entry.site, now);
    } else if (result === "gap") {
      n.gap ||= !n.limits.hurried(now);
      if (!this.#claims(n, new Map([[entry.site, entry.n - 1]]), new Map(), now)) return;
      this.#pending.add(n.id, entry, (id) => !this.#neighbours.has(id));
    }
  }

  // #taken does what follows from an entry that is in the log now.
  #taken(entry, change, now) {
    const { site, op } = entry;
    if (op.type === "clear") this.#sponsor.cleared(now);
    if (entry.by) this.#sponsor.adopted(entry);
    if (op.type === "rect") {
      for (const n of this.#neighbours.values()) if (n.site === site) this.#on.onPreview(n.id, null);
    }
    this.#changed(change);
    if (change.kind > 1) this.#sponsor.redraw(now);
  }

  // #release takes in what was held of a site, as far as it goes.
  #release(site, now) {
    this.#pending.release(site, (entry) => {
      const { result, change } = this.log.add(entry);
      if (result === "added") this.#taken(entry, change, now);
      return result !== "gap";
    });
  }

  // #frame takes in a frame of entries, and then what came meanwhile.
  async #frame(n, data) {
    if (!n.limits.admitsFrame(performance.now())) return;
    n.inflating = true;
    const frame = await readFrame(data).catch(() => undefined);
    n.inflating = false;
    const now = performance.now();
    if (frame === undefined || (frame && !this.#merge(n, frame, now))) {
      if (this.#neighbours.get(n.id) === n) this.#wire.reset(n.id);
      return;
    }
    if (frame) this.#settler.collect(n, frame, data.length, now);
    while (n.inbox.length > 0 && !n.inflating) {
      const next = n.inbox.shift();
      n.waiting -= size(next);
      this.#take(n, next, now);
    }
  }

  // #merge says with false that a frame is worth nothing.
  #merge(n, frame, now) {
    const before = this.log.length;
    const merged = this.log.merge(frame);
    if (!merged) return false;
    n.limits.merged(this.log.length - before);
    const { results, change } = merged;
    if (results.length > 0 && !results.includes("refused") && change.kind === 0) return false;
    this.#puller.came(n, now);
    if (frame.runs.some(({ rows }) => rows.some(({ cut }) => cut))) this.#sponsor.cleared(now);
    this.#changed(change);
    this.#sponsor.merged();
    if (change.kind > 1) this.#sponsor.redraw(now);
    for (const site of this.#pending.sites) this.#release(site, now);
    return true;
  }

  // #claims notes that a neighbour holds so much, or knows it to be dead. It is
  // false if that is more sites than a room can have: then nothing is believed.
  #claims(n, have, dead, now) {
    if (this.log.covers(n.have, n.dead)) n.claimed = now;
    raise(n.have, have);
    raise(n.dead, dead);
    if (!crowded(n)) return true;
    n.have = new Map();
    n.dead = new Map();
    return false;
  }

  // #have notes what a neighbour says it holds.
  #have(n, m, now) {
    if (!this.#claims(n, m.have, m.dead, now)) return;
    n.sum = m.sum;
    if (m.more) return;
    n.known = true;
    n.holds = m.sum;
    // What it sent itself has come before that.
    const own = new Map([[n.site, n.have.get(n.site) ?? 0]]);
    if (!this.log.covers(own, new Map())) n.gap = true;
    this.#puller.answered(n);
    this.#settler.suspect(n, now);
    this.#on.onState();
    this.#puller.ask(now);
  }

  // #tell says what we hold.
  #tell(n) {
    this.#outbox.flush(); // what we hold should have been sent
    n.told = this.#version;
    const { have, dead, sum } = this.log;
    for (const m of split({ type: "have", have, dead, sum })) this.#wire.send(n.id, formatMessage(m));
  }

  // #want asks a neighbour for what vectors do not cover.
  #want(n, have, dead) {
    for (const m of split({ type: "want", have, dead })) this.#wire.send(n.id, formatMessage(m));
  }

  // #settled does what follows from taking some sites' entries from a neighbour.
  #settled(changes, sites) {
    const now = performance.now();
    for (const change of changes) this.#changed(change);
    for (const site of sites) this.#release(site, now);
    this.#sponsor.redraw(now);
  }

  // tick does what time makes due.
  tick(now = performance.now()) {
    this.#elsewhere.tick(now);
    this.#sponsor.tick(now);
    for (const n of this.#neighbours.values()) {
      if (!n.site) continue;
      if (this.#behind(n) && n.told !== this.#version && !n.answer) this.#tell(n);
      if (now - n.heard >= silentTime) {
        n.heard = now;
        this.#wire.reset(n.id);
      } else if (now >= n.ping) {
        n.ping = now + pingTime * (0.8 + 0.4 * Math.random());
        this.#wire.send(n.id, formatMessage({ type: "ping", sum: this.log.sum }));
      }
    }
    this.#settler.tick(now);
    this.#puller.ask(now);
    this.#pump();
  }

  // announce tells what we hold to whoever may not know. Who is being answered is
  // told in the end.
  announce() {
    for (const n of this.#neighbours.values()) if (n.site && n.told !== this.#version && !n.answer) this.#tell(n);
  }

  // #pump sends what neighbours asked for, a little at a time.
  #pump() {
    let busy = false;
    for (const n of this.#neighbours.values()) {
      this.#answers.pump(n);
      this.#sponsor.pump(n);
      busy ||= n.answer !== null || n.replay.length > 0;
    }
    clearTimeout(this.#pumping);
    if (busy) this.#pumping = setTimeout(() => this.#pump(), pumpTime);
  }
}

// size is about how many bytes it takes to keep a message.
function size(data) {
  return messageCost + (typeof data === "string" ? 2 * data.length : data.byteLength);
}
