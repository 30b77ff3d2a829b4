// Frames: what one log says, another takes, and damage does nothing.
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { test } from "node:test";
import { ByteReader, ByteWriter } from "/static/bytes.js";
import { maxFrame, proofFrame, readFrame, readPacked, unpack } from "/static/frame.js";
import { FrameReader } from "/static/framereader.js";
import { nextFrame } from "/static/lacking.js";
import { Log } from "/static/log.js";
import { Rows } from "/static/rows.js";
import { Signatures } from "/static/signatures.js";

/** @returns {Segment} */
const segment = (i) => ({
  type: "segment", from: { x: i % 977, y: (i * 31) % 701 }, to: { x: (i * 7) % 977, y: i % 701 }, force: 1 + (i % 30) / 10,
  color: `#${((i * 2654435761) % 2 ** 24).toString(16).padStart(6, "0")}`,
});

const empty = () => new Log(new Signatures(), () => {});

async function drawing(count) {
  const log = empty();
  for (let i = 0; i < count; i++) log.draw(segment(i), 0, i);
  await log.sign();
  return log;
}

async function framesOf(log, have = new Map()) {
  const frames = [];
  for (let f; (f = await nextFrame(log, have)); ) frames.push(f);
  return frames;
}

/** @param {Uint8Array} frame */
const runsOf = async (frame) => (await readFrame(frame))?.runs ?? [];

test("a large drawing takes several frames, each of which can be taken by itself", async () => {
  const from = await drawing(9000);
  const frames = await framesOf(from);
  const to = empty();
  ok(frames.length > 1, "one frame");
  for (const f of frames) {
    ok(f.length <= maxFrame, `${f.length} bytes`);
    const { taken, gap, early, bad } = await to.merge(await runsOf(f), 1e6);
    ok(taken.length > 0);
    deepEqual([gap, early, bad], [0, 0, 0]);
  }
  equal(to.digest, from.digest);
  equal(await nextFrame(from, to.haveSince(0).sites), null);
});

test("only what is lacking is sent, and of what was cleared only the witness", async () => {
  const from = await drawing(30);
  const lacking = async (have) => (await Promise.all((await framesOf(from, new Map([[from.site, have]]))).map(runsOf))).flat();
  deepEqual((await lacking(10)).map(({ first, rows, key }) => [first, rows.length, key]), [[11, 20, null]]);
  await from.clearAt(from.next(0));
  deepEqual(await lacking(0), []);
  from.draw(segment(99), 0, 0);
  await from.sign();
  deepEqual((await lacking(0)).map(({ first, rows }) => [first, rows.length]), [[30, 2]]);
});

test("a gap takes nothing", async () => {
  const from = await drawing(30);
  const [f] = await framesOf(from, new Map([[from.site, 10]]));
  const to = empty();
  equal((await to.merge(await runsOf(f), 1e6)).gap, 1);
  equal(to.length, 0);
});

test("damage is found, and nothing of it is taken", async () => {
  const from = await drawing(50);
  const [f] = await framesOf(from);
  let refused = 0;
  for (let bit = 32; bit < f.length * 8; bit += 31) {
    const damaged = f.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    const read = await readFrame(damaged).catch(() => undefined);
    const to = empty();
    if (read?.runs) await to.merge(read.runs, 1e6);
    else refused++;
    ok(to.length === 0 || to.digest === from.digest, `bit ${bit} changes the drawing`); // some do not matter to deflate
  }
  ok(refused > 20, `${refused} were refused`);
});

test("other versions are passed over, and what is none is refused", async () => {
  const [f] = await framesOf(await drawing(1));
  const version = f.slice();
  version[1] = 1;
  equal(await readFrame(version), null);
  await rejects(readFrame(f.subarray(0, f.length - 1)), "cut");
  await rejects(readFrame(new Uint8Array(maxFrame + 1)), "too long");
  await rejects(readFrame(new Uint8Array([0x4e, 2, 1, 0])), "no frame");
});

test("what inflates to more than a MiB is refused", async () => {
  const stream = new Blob([new Uint8Array(4 << 20)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const body = new Uint8Array(await new Response(stream).arrayBuffer());
  await rejects(readFrame(new Uint8Array([0x4d, 2, 1, 0, ...body])));
});

// passed is a frame that another thread has read, as it is told here.
async function passed(frame) {
  const packed = await readPacked(frame);
  return packed && structuredClone({ ...packed, rows: packed.rows.contents }, { transfer: packed.rows.moved });
}

test("a frame that another thread has read says the same here", async () => {
  const from = await drawing(600);
  from.adopt("plain", segment(7), 700);
  from.draw({ type: "rect", origin: { x: 1, y: 2 }, width: -30, height: 40, lineWidth: 512, color: "#12345678" }, 0, 701);
  from.draw({ type: "other", name: "spray", payload: '{"a":"é"}' }, 0, 702);
  from.undo(3, 703);
  await from.sign();
  const runs = from.runs(from.site, 1);
  const read = async (data) => {
    const packed = await passed(data);
    return packed && unpack({ ...packed, rows: Rows.of(packed.rows) });
  };
  const [frame] = await framesOf(from);
  const there = (await read(frame))?.runs ?? [];
  deepEqual(there, runs.map((run, i) => ({ ...run, end: there[i].end })));
  deepEqual(there.map(({ end }) => end).slice(0, -1), runs.slice(1).map(({ before }) => before), "chains are hashed");
  const proof = await read(await proofFrame({ first: runs[0], second: runs[1] }));
  deepEqual(proof?.proof?.second.rows, runs[1].rows);
});

// A Thread is a worker that answers what it is told to.
class Thread {
  /** @type {any} */
  onmessage;
  asked = 0;

  postMessage(frame) {
    this.asked++;
    const answer = (data) => this.onmessage({ data });
    passed(frame).then((packed) => answer({ packed }), () => answer({ isDamaged: true }));
  }
}

test("frames are read by a worker once there is one, and by the page else", async () => {
  const from = await drawing(30);
  const [frame] = await framesOf(from);
  const thread = new Thread();
  for (const work of [() => /** @type {any} */ (thread), () => { throw new Error("there are none"); }]) {
    const frames = new FrameReader(work);
    for (const isThere of [false, true]) {
      if (isThere) thread.onmessage({ data: "ready" });
      const version = frame.slice();
      version[1] = 1;
      deepEqual(await frames.read(frame), await readFrame(frame));
      equal(await frames.read(version), null);
      await rejects(frames.read(frame.subarray(0, frame.length - 1)), "cut");
    }
  }
  equal(thread.asked, 3);
});

test("numbers come back", () => {
  const numbers = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
  const to = new ByteWriter();
  for (const v of numbers) to.varint(v);
  const from = new ByteReader(Uint8Array.from(to.bytes));
  deepEqual(numbers.map(() => from.varint()), numbers);
  equal(from.left, 0);
});
