// What the tests of the log do to the page's modules, a step at a time.
import { decode64 } from "/static/base64.js";
import { siteOf } from "/static/chain.js";
import { formatMessage, parseMessage } from "/static/message.js";
import { proofFrame, readFrame } from "/static/frame.js";
import { nextFrame } from "/static/lacking.js";
import { Log } from "/static/log.js";
import { entryOf } from "/static/row.js";
import { Signatures } from "/static/signatures.js";
import { parse } from "/static/wire.js";

const vectorNow = 28_600_000_000_000;

/** @param {Uint8Array} data */
export const hex = (data) => Array.from(data, (b) => b.toString(16).padStart(2, "0")).join("");
export const unhex = (text = "") => Uint8Array.from(text.match(/../g) ?? [], (b) => parseInt(b, 16));

// messages is the wire form of each message, or "" where it is refused.
export function messages(texts) {
  return texts.map((text) => {
    const m = parseMessage(text);
    return m && m.type !== "unknown" ? formatMessage(m) : "";
  });
}

// take does with a delivery what a peer does, and names what becomes of it.
async function take(log, { now = vectorNow, from, lazily, text = "", frame, verify }) {
  if (verify) return ["verified", ...await log.verify()].join(" ");
  return frame ? takeFrame(log, unhex(frame), now) : takeText(log, text, decode64(from, 32), lazily === true, now);
}

async function takeFrame(log, data, now) {
  const frame = await readFrame(data).catch(() => undefined);
  if (!frame) return frame === null ? "unknown" : "damaged";
  if (frame.proof) return log.takeProof(frame.proof);
  const { taken, proofs, gap, early, bad } = await log.merge(frame.runs, now);
  for (const proof of proofs) await log.takeProof(proof);
  const counts = Object.entries({ taken: taken.length, gap, early, bad, forked: proofs.length });
  return counts.filter(([, count]) => count > 0).map((pair) => pair.join(" ")).join(" ") || "known";
}

async function takeText(log, text, from, lazily, now) {
  let run = [];
  const verdictsOf = [];
  for (const line of text.split("\n")) {
    const m = parseMessage(line);
    if (!m) return "refused";
    if (m.type === "entry") {
      if (run.length > 0 && run[0].site !== m.entry.site) return "refused";
      run.push(m.entry);
    } else if (m.type === "head") {
      if (run.at(-1)?.n !== m.n || run[0].site !== m.site) return "refused";
      const [entries, own] = [run, m.site === ""];
      const head = own ? { ...m, site: siteOf(from), key: from } : m;
      run = [];
      verdictsOf.push(async () => {
        const { verdict, proof } = await log.takeLive(entries, head, now, lazily && own);
        if (proof) await log.takeProof(proof);
        return verdict;
      });
    } else {
      verdictsOf.push(() => m.type === "clear" ? log.takeClear(m.clear, now) : m.type);
    }
  }
  if (run.length > 0) return "refused";
  const verdicts = [];
  for (const verdictOf of verdictsOf) verdicts.push(await verdictOf());
  return verdicts.join(" ");
}

const steps = {
  heard: (log, { text, from, now }) => takeText(log, text, decode64(from, 32), false, now),
  async frame(log, { data, now }) {
    const frame = await readFrame(bytes(data)).catch(() => null);
    if (!frame?.runs) return "refused";
    const { taken, gap, early, bad } = await log.merge(frame.runs, now);
    return `merged ${taken.length} ${gap} ${early} ${bad}`;
  },
  draw: (log, { text, k = 0, now }) => written(log.draw(parse(text), k, now)),
  adopt: (log, { text, by, now }) => written(log.adopt(by, parse(text), now)),
  undo: (log, { now }) => written(log.undo(log.undoable, now)),
  redo: (log, { now }) => written(log.redo(log.redoable, now)),
  async clear(log, { now }) {
    const clear = /** @type {ClearMark} */ (await log.clearAt(log.next(now)));
    return formatMessage({ type: "clear", clear });
  },
  async sign(log) {
    await log.sign();
    return log.digest;
  },
};

const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
const base64 = (data) => btoa(String.fromCharCode(...data));

function written(entry) {
  return entry ? formatMessage({ type: "entry", entry }) : "refused";
}

// replay does steps to a log that signs by a seed, and says what each came to and how the
// log is then: also all of it as frames, and what a neighbour lacks that holds some.
export async function replay({ seed, list, some }) {
  const log = newLog(bytes(seed));
  const results = [];
  for (const step of list) results.push(await steps[step.do](log, step));
  return {
    results, have: Object.fromEntries(log.haveSince(0).sites), digest: log.digest, length: log.length,
    undoable: log.undoable, redoable: log.redoable,
    order: Array.from(log.paint(), (c) => `${c.site} ${c.n}`),
    frames: await frames(log, new Map()),
    missing: await frames(log, new Map(Object.entries(some))),
  };
}

async function frames(log, have) {
  const list = [];
  for (let f; (f = await nextFrame(log, have)); ) list.push(base64(f));
  return list;
}

// newLog is an empty one, of a site that the seed makes.
export function newLog(seed = unhex("77".repeat(32)), onChange = () => {}) {
  return new Log(new Signatures({ seed }), onChange);
}

// vector delivers to an empty log, and describes what it is then.
export async function vector(deliver) {
  const log = newLog();
  const results = [];
  for (const d of deliver) results.push(await take(log, d));
  return { results, ...await described(log) };
}

/** @param {Log} log */
export async function described(log) {
  const name = ({ site, n }) => `${site} ${n}`;
  const { sites, clear, void: voids, digest } = log.haveSince(0);
  const entries = {};
  for (const s of log.live) {
    for (let n = s.dead + 1; n <= s.have; n++) {
      entries[`${s.site} ${n}`] = formatMessage({ type: "entry", entry: entryOf(s.site, n, s.row(n)) });
    }
  }
  const payloads = [];
  for (let f, have = new Map(); (f = await nextFrame(log, have)); ) payloads.push(hex(await inflated(f)));
  const proofs = [];
  for (const site of voids) proofs.push(hex(await inflated(await proofFrame(/** @type {Proof} */ (log.proof(site))))));
  return {
    order: Array.from(log.paint(), name), entries, have: Object.fromEntries(sites), len: log.length, digest, payloads, proofs,
    clear: clear.t > 0 ? formatMessage({ type: "clear", clear }) : "", void: voids,
  };
}

/** @param {Uint8Array} frame */
export async function inflated(frame) {
  const stream = new Blob([/** @type {any} */ (frame.subarray(4))]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
