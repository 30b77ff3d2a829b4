// Messages between synced peers: what entry.js has, and what peers tell each other of
// what they hold. The Go half is internal/exchange/message.go.
//
// A message is one of
//
//   { type: "entry", entry }               its site is "" where the sender is its author
//   { type: "head", site, key, n, sig }    likewise; key is null where it is not told
//   { type: "clear", clear }               clear is { t, key, sig }
//   { type: "plain", op }                  outside any log
//   { type: "have", all, have, clear, void, sum, more }   clear is null where it is not told
//   { type: "want", have, clear, void, more }             clear is the time of one, or 0
//   { type: "ping", sum }
//   { type: "bye" }
//   { type: "unknown" }                    of a later protocol: no fault of the sender's
//
// where have is a Map of counts by site, void a list of sites, and sum a digest.
import { compare64 } from "./base64.js";
import { keyOf } from "./chain.js";
import { clearObject, clearOf, formatClear, formatEntry, formatHead, isCount, isSite, isTime, parseEntry } from "./entry.js";
import { format, jsonObject } from "./wire.js";

const maxTold = 1024; // sites in a part of a have or a want
const maxVoidTold = 256; // void sites, likewise

const sumForm = /^[0-9a-f]{32}$/;

// parseMessage decodes a message, or gives null for what is none or out of bounds: the
// sender may be anybody.
/** @param {string} text @returns {Message | null} */
export function parseMessage(text) {
  const m = jsonObject(text);
  if (!m) return null;
  switch (m.event) {
    case "have":
      return parseHave(m);
    case "want":
      return parseWant(m);
    case "ping":
      return isSum(m.sum) ? { type: "ping", sum: m.sum } : null;
    case "bye":
      return { type: "bye" };
  }
  return parseEntry(m);
}

/** @returns {Message | null} */
function parseHave(m) {
  const have = vector(m.have, 0);
  const voids = m.void === undefined ? [] : sites(m.void);
  const clear = m.clear === undefined ? null : clearOf(m.clear);
  if (!have || !voids || (m.clear !== undefined && !keyOf(clear?.key ?? null)) || !isSum(m.sum)) return null;
  return { type: "have", all: m.all === true, have, clear, void: voids, sum: m.sum, more: m.more === true };
}

/** @returns {Message | null} */
function parseWant(m) {
  const have = vector(m.have, 1);
  const voids = m.void === undefined ? [] : sites(m.void);
  if (!have || !voids || !(m.clear === 0 || isTime(m.clear))) return null;
  return { type: "want", have, clear: m.clear, void: voids, more: m.more === true };
}

function isSum(value) {
  return typeof value === "string" && sumForm.test(value);
}

/** @returns {string[] | null} */
function sites(value) {
  return Array.isArray(value) && value.length <= maxVoidTold && value.every(isSite) ? value : null;
}

// vector reads counts by site, each at least so much.
/** @returns {Vector | null} */
function vector(value, least) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return null;
  const pairs = Object.entries(value);
  if (pairs.length > maxTold || !pairs.every(([site, n]) => isSite(site) && (isCount(n) || (n === 0 && least === 0)))) return null;
  return new Map(pairs);
}

// formatMessage encodes a message.
/** @param {Message} m @returns {string} */
export function formatMessage(m) {
  switch (m.type) {
    case "entry":
      return formatEntry(m.entry);
    case "head":
      return formatHead(m);
    case "clear":
      return formatClear(m.clear);
    case "plain":
      return format(m.op);
    case "have":
      return JSON.stringify({
        event: "have", all: m.all || undefined, have: object(m.have), clear: m.clear ? clearObject(m.clear) : undefined,
        void: m.void.length > 0 ? m.void : undefined, sum: m.sum, more: m.more || undefined,
      });
    case "want":
      return JSON.stringify({
        event: "want", have: object(m.have), clear: m.clear,
        void: m.void.length > 0 ? m.void : undefined, more: m.more || undefined,
      });
    case "ping":
      return JSON.stringify({ event: "ping", sum: m.sum });
    case "bye":
      return JSON.stringify({ event: "bye" });
  }
  throw new TypeError(`no message: ${m.type}`);
}

// object is a vector as JSON has it, by site.
/** @param {Vector} map */
function object(map) {
  return Object.fromEntries([...map].sort(([a], [b]) => compare64(a, b)));
}

// splitHave and splitWant part a message into some that bounds allow, in the order to
// send them.
/** @param {Have} m @returns {Have[]} */
export function splitHave(m) {
  return split(m, (i) => ({ all: m.all && i === 0, clear: i === 0 ? m.clear : null }));
}

/** @param {Want} m @returns {Want[]} */
export function splitWant(m) {
  return split(m, () => ({}));
}

function split(m, own) {
  const have = [...m.have].sort(([a], [b]) => compare64(a, b));
  const count = Math.max(1, Math.ceil(have.length / maxTold), Math.ceil(m.void.length / maxVoidTold));
  return Array.from({ length: count }, (_, i) => ({
    ...m, ...own(i), more: i < count - 1,
    have: new Map(have.slice(i * maxTold, (i + 1) * maxTold)),
    void: m.void.slice(i * maxVoidTold, (i + 1) * maxVoidTold),
  }));
}
