// Messages between synced peers: entries of the log in the plain peers' wire
// form with a stamp, and what peers tell each other of what they hold. The Go
// half is canvas/message.go and canvas/appendmessage.go.
//
// A message is one of
//
//   { type: "entry", entry }      its site is "" where the sender is its author
//   { type: "plain", op }         outside any log
//   { type: "have", have, dead, sum, more }
//   { type: "want", have, dead, more }
//   { type: "sums", sums, more }
//   { type: "ping", sum }
//   { type: "bye" }
//   { type: "unknown" }           of a later protocol: no fault of the sender's
//
// where have, dead and a clear's cut are Maps of counts by site, and sums one of
// sums, each 16 hexadecimal digits.
import { hashContent } from "./hash.js";
import { marks, rowOf } from "./row.js";
import { format, isKnown, jsonObject, parseObject } from "./wire.js";

export const maxN = 2 ** 32 - 2; // entries of one site
export const maxTime = 2 ** 53 - 1; // of a Lamport clock
export const maxCut = 1024; // sites in one vector of a message
export const maxSites = 4096; // in a room

const siteForm = /^[0-9A-Za-z]{11}$/;
const byForm = /^[!#-[\]-~]{1,64}$/;
const sumForm = /^[0-9a-f]{16}$/;

// isSite says whether a value names a site.
export function isSite(value) {
  return typeof value === "string" && siteForm.test(value);
}

// isBy says whether a value may be a plain peer's id.
export function isBy(value) {
  return typeof value === "string" && byForm.test(value);
}

// newSite is one that nobody else has: 64 random bits.
export function newSite() {
  const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  let v = crypto.getRandomValues(new BigUint64Array(1))[0];
  let site = "";
  while (site.length < 11) { // 62¹¹ > 2⁶⁴
    site += digits[Number(v % 62n)];
    v /= 62n;
  }
  return site;
}

// parseMessage decodes a message, or gives null for what is none or out of
// bounds: the sender may be anybody.
/** @param {string} text @returns {Message | null} */
export function parseMessage(text) {
  const m = jsonObject(text);
  if (!m) return null;
  switch (m.event) {
    case "have":
    case "want":
      return vectors(m);
    case "sums": {
      const sums = bySite(m.sums, isSum);
      return sums && { type: "sums", sums, more: m.more === true };
    }
    case "ping":
      return isSum(m.sum) ? { type: "ping", sum: m.sum } : null;
    case "bye":
      return { type: "bye" };
    case "undo":
    case "redo":
      return stamped(m, { type: m.event });
  }
  if (!isKnown(m)) return unknown;
  const op = parseObject(m);
  if (!op) return null;
  return op.type === "preview" || m.n === undefined ? { type: "plain", op } : stamped(m, op);
}

/** @type {Message} */
const unknown = { type: "unknown" };

/** @returns {Message | null} */
function vectors(m) {
  if (m.event === "have" && m.v !== 1) return unknown;
  const have = vector(m.have);
  const dead = vector(m.dead);
  if (!have || !dead) return null;
  const more = m.more === true;
  if (m.event === "want") return { type: "want", have, dead, more };
  return isSum(m.sum) ? { type: "have", have, dead, sum: m.sum, more } : null;
}

function isSum(value) {
  return typeof value === "string" && sumForm.test(value);
}

function isCount(value) {
  return Number.isInteger(value) && value >= 1 && value <= maxN;
}

function vector(value) {
  return bySite(value, isCount);
}

// bySite reads an object whose members are sites, at most maxCut, and their
// values fine.
/** @returns {Map<string, any> | null} */
function bySite(value, isFine) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const pairs = Object.entries(value);
  if (pairs.length > maxCut || !pairs.every(([site, v]) => isSite(site) && isFine(v))) return null;
  return new Map(pairs);
}

// stamped reads the stamp of an operation.
/** @param {any} m @param {Op} op @returns {Message | null} */
function stamped(m, op) {
  if (m.o !== undefined && !isSite(m.o)) return null;
  /** @type {Entry} */
  const entry = { site: m.o ?? "", n: m.n, t: m.t, k: 0, op, by: "", cut: null };
  if (op.type === "clear") {
    entry.cut = vector(m.cut);
  } else {
    entry.k = m.k;
    if (m.by !== undefined || m.h !== undefined) {
      if (!isBy(m.by)) return null;
      entry.by = m.by;
    }
  }
  if (!isEntry(entry)) return null;
  if (entry.by && m.h !== shortHash(entry)) return null;
  return { type: "entry", entry };
}

// isEntry says whether an entry of which the op is in bounds is so as well. It
// looks at nothing else.
/** @param {Entry} entry */
export function isEntry({ site, n, t, k, op, by, cut }) {
  if (!isCount(n) || !(Number.isInteger(t) && t >= 1 && t <= maxTime)) return false;
  switch (op.type) {
    case "segment":
    case "rect":
      return isCount(k) && k <= n;
    case "undo":
    case "redo":
      return isCount(k) && k < n && by === "";
    case "clear":
      return cut !== null && !((cut.get(site) ?? 0) >= n);
  }
  return false;
}

// shortHash is the upper half of the hash of what was adopted.
function shortHash(entry) {
  return hashContent(rowOf(entry)).slice(0, 8);
}

// formatMessage encodes a message.
/** @param {Message} m @returns {string} */
export function formatMessage(m) {
  switch (m.type) {
    case "entry":
      return formatEntry(m.entry);
    case "plain":
      return format(m.op);
    case "have":
      return JSON.stringify({ event: "have", v: 1, have: object(m.have), dead: object(m.dead), sum: m.sum, more: m.more || undefined });
    case "want":
      return JSON.stringify({ event: "want", have: object(m.have), dead: object(m.dead), more: m.more || undefined });
    case "sums":
      return JSON.stringify({ event: "sums", sums: object(m.sums), more: m.more || undefined });
    case "ping":
      return JSON.stringify({ event: "ping", sum: m.sum });
    case "bye":
      return JSON.stringify({ event: "bye" });
  }
  throw new TypeError(`no message: ${m.type}`);
}

/** @param {Entry} entry */
function formatEntry(entry) {
  const { site, n, t, k, op, by, cut } = entry;
  const wire = op.type === "undo" || op.type === "redo" ? JSON.stringify({ event: op.type }) : format(op);
  const stamp = {
    n, t,
    k: k || undefined,
    o: site || undefined,
    by: by || undefined,
    h: by ? shortHash(entry) : undefined,
    cut: cut ? object(cut) : undefined,
  };
  return wire.slice(0, -1) + "," + JSON.stringify(stamp).slice(1);
}

// object is a vector as JSON has it, by site.
function object(map) {
  return Object.fromEntries(marks(map));
}

// split parts a have, a want or sums into messages that bounds allow, in the
// order to send them.
/** @template {Have | Want | Sums} T @param {T} m @returns {T[]} */
export function split(m) {
  const parts = ["have", "dead", "sums"].filter((name) => m[name]).map((name) => [name, chunks(m[name])]);
  const count = Math.max(...parts.map(([, list]) => list.length));
  return Array.from({ length: count }, (_, i) => ({
    ...m, ...Object.fromEntries(parts.map(([name, list]) => [name, list[i] ?? new Map()])), more: i < count - 1,
  }));
}

// chunks parts a vector into some of at most maxCut sites, at least one.
/** @template T @param {Map<string, T>} map @returns {Map<string, T>[]} */
export function chunks(map) {
  const pairs = marks(map);
  const parts = [];
  do parts.push(new Map(pairs.splice(0, maxCut))); while (pairs.length > 0);
  return parts;
}
