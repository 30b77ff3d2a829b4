// What the tests of the log do to the page's modules, a step at a time.
import { nextFrame, readFrame } from "/static/frame.js";
import { Log } from "/static/log.js";
import { formatMessage, parseMessage } from "/static/message.js";
import { entryOf } from "/static/row.js";
import { parse } from "/static/wire.js";

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const base64 = (data) => btoa(String.fromCharCode(...data));

// messages is the wire form of each message, or "" where it is refused.
export function messages(texts) {
  return texts.map((text) => {
    const m = parseMessage(text);
    return m && m.type !== "unknown" ? formatMessage(m) : "";
  });
}

const steps = {
  async heard(log, { text }) {
    const m = /** @type {EntryMessage | null} */ (parseMessage(text));
    return m ? log.add(m.entry).result : "refused";
  },
  async frame(log, { data }) {
    const frame = await readFrame(bytes(data)).catch(() => null);
    const merged = frame && log.merge(frame);
    return merged ? ["merged", ...merged.results].join(" ") : "refused";
  },
  draw: async (log, { text, k }) => written(log.draw(parse(text), k)),
  adopt: async (log, { text, by }) => written(log.adopt(by, parse(text))),
  undo: async (log) => written(log.undo(log.undoable)),
  redo: async (log) => written(log.redo(log.redoable)),
  clear: async (log) => log.clear().entries.map(wire).join(),
};

function written({ entry }) {
  return entry ? wire(entry) : "refused";
}

function wire(entry) {
  return formatMessage({ type: "entry", entry });
}

// replay does steps to a log that writes as site, and says what each came to
// and how the log is then: also all of it as frames, and what a neighbour lacks
// that holds some.
export async function replay({ site, list, some }) {
  const log = new Log(site);
  const results = [];
  for (const step of list) results.push(await steps[step.do](log, step));
  return {
    results, ...state(log),
    order: Array.from(log.paint(), (c) => `${c.site} ${c.n}`),
    frames: await frames(log, new Map(), new Map()),
    missing: await frames(log, new Map(Object.entries(some)), new Map()),
  };
}

function state(log) {
  return {
    have: Object.fromEntries(log.have), dead: Object.fromEntries(log.dead), sum: log.sum, length: log.length,
    undoable: log.undoable, redoable: log.redoable,
  };
}

async function frames(log, have, dead) {
  const list = [];
  for (let f; (f = await nextFrame(log, have, dead)); ) list.push(base64(f));
  return list;
}

// hexadecimal and back.
const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
const unhex = (text = "") => Uint8Array.from(text.match(/../g) ?? [], (b) => parseInt(b, 16));

// take does with a vector's delivery what a peer does.
async function take(log, { from, message, frame }) {
  if (!message) return merge(log, unhex(frame));
  const m = parseMessage(message);
  switch (m?.type) {
    case undefined:
      return "refused";
    case "entry": {
      const { result } = log.add({ ...m.entry, site: m.entry.site || from });
      return result === "added" ? "taken" : result;
    }
    case "plain":
    case "unknown":
      return m.type;
  }
  return "control";
}

async function merge(log, data) {
  const frame = await readFrame(data).catch(() => undefined);
  if (frame === null) return "unknown";
  const merged = frame && log.merge(frame);
  if (!merged) return "refused";
  if (merged.results.includes("gap")) return "gap";
  return merged.results.length > 0 ? "refused" : "taken";
}

// vector delivers to an empty log, and describes what it is then.
export async function vector(deliver) {
  const log = new Log("");
  const results = [];
  for (const d of deliver) results.push(await take(log, d));
  const name = ({ site, n }) => `${site} ${n}`;
  const entries = [...log.lacking(new Map())].map((e) => [name(e), wire(entryOf(e.site, e.n, e.row))]);
  const payloads = [];
  for (let f, have = new Map(), dead = new Map(); (f = await nextFrame(log, have, dead)); ) payloads.push(hex(await inflated(f)));
  return {
    results, order: Array.from(log.paint(), name), entries: Object.fromEntries(entries),
    have: Object.fromEntries(log.have), dead: Object.fromEntries(log.dead), len: log.length, sum: log.sum, payloads,
  };
}

async function inflated(frame) {
  const stream = new Blob([frame.subarray(4)]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
