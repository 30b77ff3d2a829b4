// What pages tell one another beside the drawing: where a person points, and what they are
// called now. It is in no log, and whoever misses it misses nothing: a cursor goes only
// where hardly anything else waits to be sent, and only to those who said that they take it.
import { Bucket } from "./limit.js";
import { jsonObject, maxCoordinate } from "./wire.js";

const leastWindow = 50; // ms between two cursors that we send
const windowPerLink = 6; // ms: where many are linked, each is sent as often
const mostQueued = 512; // bytes that may wait where a cursor goes, too: it delays no stroke
const takenRate = 30; // messages a second that are taken from one of them
const takenBurst = 60; // at once
const maxText = 1024; // characters of one: a name may have 64 of up to twelve each
const prefix = /^\{"event":"(cursor|name)","live":true/;

// hears is what to say beside a description, for others to tell us.
export const hears = { people: true };

// A Nearby tells those whose link is open. links() are all, send(id, data) and queued(id)
// are the mesh's. onCursor(id, cursor) hears where somebody points, { x, y, laser } on the
// sheet or null, and onName(id, name) what they say they are called.
export class Nearby {
  #wire;
  #on;
  /** @type {Map<string, Bucket>} what is left of what each of them may send */
  #them = new Map();
  /** @type {{ x: number, y: number, laser: boolean } | null} */
  #next = null; // or what was sent last
  /** @type {Set<string>} */
  #lacking = new Set(); // who is to be sent it, once there is room
  #sent = -Infinity;
  /** @type {any} */
  #timer = null;
  #name = ""; // since we were introduced by another

  constructor({ send, queued, onCursor, onName }) {
    this.#wire = { send, queued };
    this.#on = { onCursor, onName };
  }

  // opened takes in somebody who said that beside their description.
  opened(id, said) {
    if (said?.people !== true) return;
    this.#them.set(id, new Bucket(takenRate, takenBurst));
    if (this.#name) this.#wire.send(id, nameText(this.#name));
  }

  closed(id) {
    this.#lacking.delete(id);
    if (this.#them.delete(id)) this.#on.onCursor(id, null);
  }

  // rename tells what we are called from now on.
  rename(name) {
    this.#name = name;
    for (const id of this.#them.keys()) this.#wire.send(id, nameText(name));
  }

  // point tells where we point, in a moment, or with null that we do not any more.
  /** @param {{ x: number, y: number, laser: boolean } | null} cursor */
  point(cursor) {
    this.#next = cursor;
    this.#lacking = new Set(this.#them.keys());
    this.#plan();
  }

  #plan() {
    if (this.#timer !== null || this.#lacking.size === 0) return;
    const window = Math.max(leastWindow, this.#them.size * windowPerLink);
    this.#timer = setTimeout(() => this.#ship(), Math.max(0, this.#sent + window - performance.now()));
  }

  // heard takes a message, and says whether it is one of those. What is too much or too
  // long is dropped.
  /** @param {string} id @param {string | ArrayBuffer} data */
  heard(id, data, now = performance.now()) {
    if (typeof data !== "string" || !prefix.test(data)) return false;
    if (data.length > maxText || !this.#them.get(id)?.admits(now)) return true;
    const said = jsonObject(data);
    if (said?.event === "name" && typeof said.name === "string") this.#on.onName(id, said.name);
    if (said?.event === "cursor") this.#on.onCursor(id, isPlace(said) ? { x: said.x, y: said.y, laser: said.laser === true } : null);
    return true;
  }

  #ship() {
    this.#timer = null;
    this.#sent = performance.now();
    const text = cursorText(this.#next);
    for (const id of this.#lacking) {
      if (this.#wire.queued(id) > mostQueued) continue;
      this.#wire.send(id, text);
      this.#lacking.delete(id);
    }
    this.#plan();
  }
}

function isPlace({ x, y }) {
  return [x, y].every((v) => Number.isFinite(v) && Math.abs(v) <= maxCoordinate);
}

function cursorText(cursor) {
  if (!cursor) return JSON.stringify({ event: "cursor", live: true });
  const { x, y, laser } = cursor;
  return JSON.stringify({ event: "cursor", live: true, x: tenths(x), y: tenths(y), laser: laser || undefined });
}

function tenths(v) {
  return Math.round(10 * v) / 10;
}

function nameText(name) {
  return JSON.stringify({ event: "name", live: true, name });
}
