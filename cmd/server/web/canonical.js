// The JSON Canonicalization Scheme (RFC 8785), for entries of kinds that are not known
// here. The Go half is canvas/canonicaljson.go and other.go.
const maxDepth = 32; // of arrays and objects in one another
export const maxPayload = 4 << 10; // bytes
const maxName = 64; // characters of a kind
const half = /\p{Surrogate}/u; // of a character, without the other
const nameForm = /^[!#-[\]-~]+$/;

// reserved are the members of a message that belong to the entry.
const reserved = new Set(["event", "n", "t", "k", "o"]);
const known = new Set(["draw", "drawRect", "undo", "redo", "clear", "head"]);

// payloadOf is the canonical form of what a message says beside its entry, or null where
// it has none.
/** @param {object} message */
export function payloadOf(message) {
  const text = canonical(Object.fromEntries(Object.entries(message).filter(([name]) => !reserved.has(name))), 0);
  return text !== null && new TextEncoder().encode(text).length <= maxPayload ? text : null;
}

// isOther says whether an operation may be of a kind that is not known here.
/** @param {{ name: string, payload: string }} op */
export function isOther({ name, payload }) {
  if (typeof name !== "string" || name.length > maxName || !nameForm.test(name) || known.has(name)) return false;
  let members;
  try {
    members = JSON.parse(payload);
  } catch {
    return false;
  }
  return isObject(members) && members.live !== true && payloadOf(members) === payload;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// canonical is the form of a value that JSON.parse gave, or null: a string that is half
// of a character is no text, and a number may be too large for everybody.
/** @returns {string | null} */
function canonical(value, depth) {
  if (typeof value === "string") return half.test(value) ? null : JSON.stringify(value);
  if (typeof value === "number") return Number.isFinite(value) ? JSON.stringify(value) : null;
  if (typeof value === "object" && value !== null && depth === maxDepth) return null;
  if (Array.isArray(value)) {
    const list = value.map((v) => canonical(v, depth + 1));
    return list.includes(null) ? null : `[${list.join()}]`;
  }
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.keys(value).sort().map((name) => [canonical(name, depth), canonical(value[name], depth + 1)]);
  return members.flat().includes(null) ? null : `{${members.map((pair) => pair.join(":")).join()}}`;
}
