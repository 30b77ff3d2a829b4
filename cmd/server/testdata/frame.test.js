// Frames: what one log says, another takes, and damage does nothing.
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { test } from "node:test";
import { ByteReader, ByteWriter } from "/static/columns.js";
import { maxFrame, nextFrame, readFrame } from "/static/frame.js";
import { Log } from "/static/log.js";
import { newSite } from "/static/message.js";

/** @returns {Segment} */
const segment = (i) => ({
  type: "segment", from: { x: i % 977, y: (i * 31) % 701 }, to: { x: (i * 7) % 977, y: i % 701 }, force: 1 + (i % 30) / 10,
  color: `#${((i * 2654435761) % 2 ** 24).toString(16).padStart(6, "0")}`,
});

function drawing(count) {
  const log = new Log(newSite());
  for (let i = 0; i < count; i++) log.draw(segment(i));
  return log;
}

async function framesOf(log, have = new Map(), dead = new Map()) {
  const frames = [];
  for (let f; (f = await nextFrame(log, have, dead)); ) frames.push(f);
  return frames;
}

test("a large drawing takes several frames, each of which can be taken by itself", async () => {
  const from = drawing(9000);
  const frames = await framesOf(from);
  const to = new Log(newSite());
  ok(frames.length > 1, "one frame");
  for (const f of frames) {
    ok(f.length <= maxFrame, `${f.length} bytes`);
    deepEqual(to.merge(/** @type {Frame} */ (await readFrame(f)))?.results, []);
  }
  equal(to.sum, from.sum);
  equal(await nextFrame(from, to.have, to.dead), null);
});

test("only what is lacking is sent, and the dead before", async () => {
  const from = drawing(30);
  from.clear();
  from.draw(segment(99));
  const [f, ...more] = await framesOf(from, new Map([[from.site, 10]]));
  const said = /** @type {Frame} */ (await readFrame(f));
  equal(more.length, 0);
  deepEqual(said.gone, [[from.site, 30]]);
  deepEqual(said.runs.map(({ first, rows }) => [first, rows.length]), [[31, 2]]);
});

test("a gap takes nothing", async () => {
  const from = drawing(30);
  const [f] = await framesOf(from, new Map([[from.site, 10]]));
  const to = new Log(newSite());
  deepEqual(to.merge(/** @type {Frame} */ (await readFrame(f)))?.results, ["gap"]);
  equal(to.length, 0);
});

test("damage is found, or does what some frame does", async () => {
  const [f] = await framesOf(drawing(50));
  let refused = 0;
  for (let bit = 32; bit < f.length * 8; bit += 3) {
    const damaged = f.slice();
    damaged[bit >> 3] ^= 1 << (bit & 7);
    const read = await readFrame(damaged).catch(() => undefined);
    if (read) new Log(newSite()).merge(read);
    else refused++;
  }
  ok(refused > 50, `${refused} were refused`);
});

test("other versions are passed over, and what is none is refused", async () => {
  const [f] = await framesOf(drawing(1));
  const version = f.slice();
  version[1] = 2;
  equal(await readFrame(version), null);
  await rejects(readFrame(f.subarray(0, f.length - 1)), "cut");
  await rejects(readFrame(new Uint8Array(maxFrame + 1)), "too long");
  await rejects(readFrame(new Uint8Array([0x4e, 1, 1, 0])), "no frame");
});

test("what inflates to more than a MiB is refused", async () => {
  const stream = new Blob([new Uint8Array(4 << 20)]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const body = new Uint8Array(await new Response(stream).arrayBuffer());
  await rejects(readFrame(new Uint8Array([0x4d, 1, 1, 0, ...body])));
});

test("numbers come back", () => {
  const numbers = [0, 1, 127, 128, 300, 2 ** 31, 2 ** 32, 2 ** 53 - 1];
  const to = new ByteWriter();
  for (const v of numbers) to.varint(v);
  const from = new ByteReader(Uint8Array.from(to.bytes));
  deepEqual(numbers.map(() => from.varint()), numbers);
  equal(from.left, 0);
});
