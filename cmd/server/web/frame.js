// Frames: the binary messages that carry runs, and proofs. The Go half is
// canvas/frame.go, which says what a payload is, and canvas/parseframe.go.
import { decode64, encode64 } from "./base64.js";
import { ByteReader, ByteWriter, check } from "./bytes.js";
import { genesis, joined, keyOf, next as chainAfter, siteOf } from "./chain.js";
import { ColumnReader } from "./columnreader.js";
import { ColumnWriter } from "./columns.js";
import { maxN } from "./entry.js";
import { Rows } from "./rows.js";
import { lastOf } from "./run.js";
import { shapeOf } from "./shape.js";

const types = { runs: 1, proof: 2 };
const headerOf = (type) => [0x4d, 2, type, 0]; // 'M', version, type, no flags
export const maxFrame = 48 << 10; // bytes
const maxInflated = 1 << 20; // bytes
const maxRows = 16384; // in a frame
const maxRuns = 4096;
const mostEntries = 256; // in a run
const noShape = 2; // of a run without rows

// frameOf is the frame that runs are sent as; proofFrame, that of a proof.
/** @param {Run[]} runs */
export async function frameOf(runs) {
  return deflate(types.runs, payload(runs, false));
}

/** @param {Proof} proof */
export async function proofFrame({ first, second }) {
  return deflate(types.proof, payload([first, second], true));
}

// payload writes runs; explicit, each says what chain it continues.
/** @param {Run[]} runs @param {boolean} explicit */
function payload(runs, explicit) {
  /** @type {Map<string, Run>} */
  const authors = new Map();
  for (const run of runs) if (!authors.has(run.site)) authors.set(run.site, run);
  const to = new ByteWriter();
  to.varint(authors.size);
  for (const { site, key } of authors.values()) {
    to.varint(key ? 1 : 0);
    to.all(key ?? decode64(site, 16));
  }
  to.varint(runs.length);
  const columns = new ColumnWriter();
  const order = [...authors.keys()];
  runs.forEach((run, i) => {
    const { site, first, before, sig, rows } = run;
    to.varint(order.indexOf(site));
    to.varint(first);
    to.varint(rows.length);
    to.varint(rows.length > 0 ? columns.add(rows, first) : noShape);
    if (explicit || !follows(run, runs[i - 1])) to.all(before);
    to.all(sig);
  });
  columns.write(to);
  return to.bytes;
}

// follows says whether the chain before a run is known from what is before it.
/** @param {Run} run @param {Run | undefined} last */
function follows({ site, first }, last) {
  return first === 1 || (last?.site === site && lastOf(last) + 1 === first);
}

async function deflate(type, bytes) {
  const parts = [new Uint8Array(headerOf(type))];
  for await (const part of through(new CompressionStream("deflate-raw"), bytes)) parts.push(part);
  return joined(...parts);
}

// through gives what a stream makes of bytes, in parts. A Blob would do so too,
// by way of another process.
async function* through({ writable, readable }, bytes) {
  const writer = writable.getWriter();
  writer.write(bytes).catch(() => {}); // the reader is told as well
  writer.close().catch(() => {});
  yield* readable;
}

// readFrame gives what a frame says, { runs } or { proof }, for a log's merge and
// takeProof: nobody has verified it. The chains are hashed, but where a run begins with
// n = 1 and its key is not told: then, and of those that follow it, before is null. It
// gives null for a frame of a later version, and throws at one that is damaged or out of
// bounds.
/** @param {Uint8Array} frame @returns {Promise<Frame | null>} */
export async function readFrame(frame) {
  const packed = await readPacked(frame);
  return packed && unpack(packed);
}

// readPacked is readFrame without making an object of each row, as another thread does it:
// see framereader.js.
/** @param {Uint8Array} frame @returns {Promise<Packed | null>} */
export async function readPacked(frame) {
  check(frame.length <= maxFrame && frame.length >= 4 && frame[0] === 0x4d);
  const type = Object.values(types).find((t) => headerOf(t).every((b, i) => frame[i] === b));
  if (!type) return null;
  const isProof = type === types.proof;
  const { runs, rows } = parse(await inflate(frame.subarray(4)), isProof);
  check(!isProof || (runs.length === 2 && runs[0].site === runs[1].site && runs[0].key !== null));
  return { isProof, runs, rows };
}

// unpack makes the rows' objects.
/** @param {Packed} packed @returns {Frame} */
export function unpack({ isProof, runs, rows }) {
  let n = 0;
  const whole = runs.map(({ count, ...run }) => ({ ...run, rows: Array.from({ length: count }, () => rows.row(++n)) }));
  return isProof ? { proof: { first: whole[0], second: whole[1] } } : { runs: whole };
}

// inflate bounds what comes out while it comes.
async function inflate(bytes) {
  const parts = [];
  let size = 0;
  for await (const part of through(new DecompressionStream("deflate-raw"), bytes)) {
    size += part.length;
    check(size <= maxInflated); // which cancels the stream
    parts.push(part);
  }
  return joined(...parts);
}

// parse reads all of a payload, makes sure that it is within bounds, and hashes the chains.
/** @param {Uint8Array} bytes @param {boolean} explicit */
function parse(bytes, explicit) {
  const from = new ByteReader(bytes);
  /** @type {{ site: string, key: Uint8Array | null }[]} */
  const authors = [];
  for (let left = from.varint(maxRuns); left > 0; left--) {
    const told = from.varint(1) === 1 ? from.take(32).slice() : null;
    authors.push({ site: told ? siteOf(told) : encode64(from.take(16)), key: keyOf(told) });
  }
  /** @type {{ run: Packed["runs"][number], shape: object }[]} */
  const list = [];
  let total = 0;
  for (let left = from.varint(maxRuns); left > 0; left--) {
    const author = authors[from.varint(maxRuns)];
    const first = from.varint(maxN + 1);
    const count = from.varint(mostEntries);
    const shape = shapeOf(from.varint(2 ** 32 - 1));
    total += count;
    check(author && first >= 1 && first + count <= maxN + 1 && total <= maxRows);
    const last = list.at(-1)?.run;
    const known = first === 1 || (last?.site === author.site && last.first + last.count === first);
    const before = explicit || !known ? from.take(32).slice() : null;
    list.push({ run: { ...author, first, before, sig: from.take(64).slice(), count }, shape });
  }
  const columns = new ColumnReader(from);
  const rows = new Rows("", 0, total);
  list.forEach(({ run, shape }, i) => readRun(columns, rows, run, shape, list[i - 1]?.run));
  columns.close();
  return { runs: list.map(({ run }) => run), rows };
}

// readRun reads the rows of a run, which comes after the run last, and hashes their chain
// if it is known how that begins.
function readRun(columns, rows, run, shape, last) {
  const { first, key, count } = run;
  const next = (i) => {
    const row = columns.next(first + i);
    rows.append(row);
    return row;
  };
  run.before ??= (first === 1 ? key && genesis(key) : last.end) ?? null;
  if (count > 0) columns.begin(shape);
  if (run.before) run.end = chainAfter(run.before, count, next);
  else for (let i = 0; i < count; i++) next(i);
  if (count > 0) columns.end();
}
