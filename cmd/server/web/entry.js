// Entries, the heads that cover them, and clears, as messages: in the plain peers' wire
// form with a stamp. The Go half is canvas/message.go, canvas/appendmessage.go and
// canvas/entry.go. What a message may be is in message.js.
import { decode64, encode64 } from "./base64.js";
import { keyOf } from "./chain.js";
import { isOther, payloadOf } from "./canonical.js";
import { format, isKnown, parseObject } from "./wire.js";

export const maxN = 2 ** 32 - 2; // entries of one site
export const maxTime = 2 ** 53 - 1; // ticks

const byForm = /^[!#-[\]-~]{1,64}$/;

// isSite says whether a value names a site: all but that of zeros, which is nobody's.
export function isSite(value) {
  return decode64(value, 16)?.some((b) => b > 0) === true;
}

// isBy says whether a value may be a plain peer's id.
export function isBy(value) {
  return typeof value === "string" && byForm.test(value);
}

export function isCount(value) {
  return Number.isInteger(value) && value >= 1 && value <= maxN;
}

export function isTime(value) {
  return Number.isInteger(value) && value >= 1 && value <= maxTime;
}

// parseEntry reads what a message says of the log or draws: an entry, a head, a clear, or
// what is plain. It gives null for what is out of bounds.
/** @param {any} m an object @returns {Message | null} */
export function parseEntry(m) {
  if (m.event === "head") return parseHead(m);
  if (m.event === "clear" && m.sig !== undefined) {
    const clear = clearOf(m);
    return clear && { type: "clear", clear };
  }
  if (m.live === true && m.event !== "drawRect") return unknown;
  if (m.event === "undo" || m.event === "redo") return stamped(m, { type: m.event });
  if (isKnown(m)) return parseKnown(m);
  if (typeof m.event !== "string" || m.n === undefined || m.t === undefined || m.k === undefined) return unknown;
  const payload = payloadOf(m);
  return payload === null ? null : stamped(m, { type: "other", name: m.event, payload });
}

/** @type {Message} */
const unknown = { type: "unknown" };

/** @returns {Message | null} */
function parseKnown(m) {
  const op = parseObject(m);
  if (!op) return null;
  const isPlain = op.type === "preview" || op.type === "clear" || m.n === undefined || m.live === true;
  return isPlain ? { type: "plain", op } : stamped(m, op);
}

/** @returns {Message | null} */
function parseHead(m) {
  const sig = decode64(m.sig, 64);
  const key = m.key === undefined ? null : decode64(m.key, 32);
  if (!isCount(m.n) || !sig || (m.key !== undefined && !key) || (m.o !== undefined && !isSite(m.o))) return null;
  return { type: "head", site: m.o ?? "", key: keyOf(key), n: m.n, sig };
}

// clearOf reads a clear, whoever said it.
/** @returns {ClearMark | null} */
export function clearOf(m) {
  const [key, sig] = [decode64(m?.key, 32), decode64(m?.sig, 64)];
  return isTime(m?.t) && key && sig ? { t: m.t, key, sig } : null;
}

// stamped reads the stamp of an operation.
/** @param {any} m @param {Op} op @returns {Message | null} */
function stamped(m, op) {
  const paints = op.type === "segment" || op.type === "rect";
  if (m.o !== undefined && !isSite(m.o)) return null;
  if (paints && m.by !== undefined && !isBy(m.by)) return null;
  /** @type {Entry} */
  const entry = { site: m.o ?? "", n: m.n, t: m.t, k: m.k, op, by: (paints && m.by) || "" };
  return isEntry(entry) ? { type: "entry", entry } : null;
}

// isEntry says whether an entry of which what paints is in bounds is so as well. It
// looks at nothing else.
/** @param {Entry} entry */
export function isEntry({ n, t, k, op, by }) {
  if (!isCount(n) || !isTime(t) || !isCount(k) || k > n) return false;
  switch (op.type) {
    case "segment":
    case "rect":
      return true;
    case "undo":
    case "redo":
      return k < n && by === "";
    case "other":
      return by === "" && isOther(op);
  }
  return false;
}

// formatHead, formatClear and formatEntry encode messages.
/** @param {HeadMessage} head */
export function formatHead({ site, key, n, sig }) {
  return JSON.stringify({ event: "head", n, o: site || undefined, key: key ? encode64(key) : undefined, sig: encode64(sig) });
}

/** @param {ClearMark} clear */
export function formatClear(clear) {
  return JSON.stringify({ event: "clear", ...clearObject(clear) });
}

// clearObject is a clear as JSON has it.
/** @param {ClearMark} clear */
export function clearObject({ t, key, sig }) {
  return { t, key: encode64(key), sig: encode64(sig) };
}

/** @param {Entry} entry */
export function formatEntry({ site, n, t, k, op, by }) {
  const stamp = JSON.stringify({ n, t, k, o: site || undefined, by: by || undefined });
  return wireOf(op).slice(0, -1) + "," + stamp.slice(1);
}

/** @param {Op} op */
function wireOf(op) {
  if (op.type === "undo" || op.type === "redo") return JSON.stringify({ event: op.type });
  if (op.type !== "other") return format(op);
  const event = JSON.stringify({ event: op.name });
  return op.payload === "{}" ? event : event.slice(0, -1) + "," + op.payload.slice(1);
}
