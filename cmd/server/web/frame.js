// Frames: entries of the log as binary messages between synced peers. Behind
// four bytes comes, deflated, what is dead, the runs of rows, and the rows'
// columns. The Go half is canvas/frame.go and canvas/merge.go.
import { ByteReader, ByteWriter, check, ColumnReader, ColumnWriter, shapeOf } from "./columns.js";
import { maxCut, maxN } from "./message.js";
import { marks } from "./row.js";
import { raise } from "./vector.js";

const header = [0x4d, 1, 1, 0]; // 'M', version, entries, no flags
export const maxFrame = header.length + (16 << 10); // bytes
const maxInflated = 1 << 20; // bytes
const maxRows = 65536; // in a frame
const fullFrame = 8192; // rows that are tried to fit into a frame
const fullPayload = 512 << 10; // bytes, about, that they may come to
const mixedMarks = 64; // dead sites in a frame that has rows as well

// nextFrame gives the first frame of what a neighbour lacks who holds have and
// knows dead to be dead, and raises these to what it holds with that. It gives
// null when nothing is lacking. The log may change meanwhile.
/** @param {Log} log @param {Vector} have @param {Vector} dead @returns {Promise<Uint8Array | null>} */
export async function nextFrame(log, have, dead) {
  for (let limit = fullFrame; ;) {
    const gone = marks(log.dead).filter(([site, n]) => n > (dead.get(site) ?? 0)).slice(0, maxCut);
    const held = new Map(have);
    raise(held, gone);
    const runs = collect(log, held, gone.length > mixedMarks ? 0 : limit);
    if (gone.length + runs.length === 0) return null;
    const frame = await deflate(payload(gone, runs));
    if (frame.length > maxFrame && limit > 1) {
      const rows = runs.reduce((sum, run) => sum + run.rows.length, 0);
      limit = Math.max(1, Math.floor(((rows * maxFrame) / frame.length) * (15 / 16)));
      continue;
    }
    for (const [site, n] of gone) {
      dead.set(site, n);
      have.set(site, held.get(site) ?? 0);
    }
    for (const { site, first, rows } of runs) have.set(site, first + rows.length - 1);
    return frame;
  }
}

// collect takes the first rows, in paint order, that have does not count.
/** @param {Log} log @param {Vector} have @param {number} limit @returns {Run[]} */
function collect(log, have, limit) {
  const runs = new Map();
  let size = 0;
  if (limit === 0) return [];
  for (const { site, n, row } of log.lacking(have)) {
    if (!runs.has(site)) runs.set(site, { site, first: n, rows: [] });
    runs.get(site).rows.push(row);
    size += 40 + row.by.length + (row.cut?.length ?? 0) * 16;
    if (--limit === 0 || size > fullPayload) break;
  }
  return [...runs.values()];
}

function payload(gone, runs) {
  const to = new ByteWriter();
  to.varint(gone.length);
  for (const [site, n] of gone) {
    to.text(site);
    to.varint(n);
  }
  to.varint(runs.length);
  const columns = new ColumnWriter();
  for (const { site, first, rows } of runs) {
    to.text(site);
    to.varint(first);
    to.varint(rows.length);
    to.varint(columns.add(rows, first));
  }
  columns.write(to);
  return new Uint8Array(to.bytes);
}

async function deflate(bytes) {
  const parts = [new Uint8Array(header)];
  for await (const part of through(new CompressionStream("deflate-raw"), bytes)) parts.push(part);
  return concat(parts);
}

// through gives what a stream makes of bytes, in parts. A Blob would do so too,
// by way of another process.
async function* through({ writable, readable }, bytes) {
  const writer = writable.getWriter();
  writer.write(bytes).catch(() => {}); // the reader is told as well
  writer.close().catch(() => {});
  yield* readable;
}

function concat(parts) {
  const all = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// readFrame gives what a frame says, { gone, runs } with runs { site, first,
// rows }, for Log.merge. It gives null for one of a later version, and throws at
// one that is damaged or out of bounds.
/** @param {Uint8Array} frame @returns {Promise<Frame | null>} */
export async function readFrame(frame) {
  check(frame.length <= maxFrame && frame.length >= header.length && frame[0] === header[0]);
  if (!header.every((b, i) => frame[i] === b)) return null;
  return parse(await inflate(frame.subarray(header.length)));
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
  return concat(parts);
}

// parse reads all of a payload, and makes sure that it is within bounds.
/** @param {Uint8Array} bytes @returns {Frame} */
function parse(bytes) {
  const from = new ByteReader(bytes);
  /** @type {Mark[]} */
  const gone = [];
  for (let left = from.varint(maxInflated); left > 0; left--) {
    const site = from.site();
    const n = from.varint(maxN);
    check(n >= 1);
    gone.push([site, n]);
  }
  const heads = [];
  let total = 0;
  for (let left = from.varint(maxInflated); left > 0; left--) {
    const site = from.site();
    const first = from.varint(maxN);
    const count = from.varint(maxRows);
    const shape = shapeOf(from.varint(2 ** 32 - 1));
    total += count;
    check(first >= 1 && count >= 1 && first + count - 1 <= maxN && total <= maxRows);
    heads.push({ site, first, count, shape });
  }
  const columns = new ColumnReader(from);
  const runs = heads.map((head) => readRun(columns, head));
  columns.close();
  return { gone, runs };
}

function readRun(columns, { site, first, count, shape }) {
  columns.begin(shape);
  const rows = [];
  for (let n = first; n < first + count; n++) {
    const row = columns.next(n);
    check(!row.cut?.some(([s, last]) => s === site && last >= n));
    rows.push(row);
  }
  columns.end();
  return { site, first, rows };
}
