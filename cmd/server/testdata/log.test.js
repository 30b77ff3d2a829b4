// The log: the vectors of canvas, which Go and a browser run as well, and what the
// page alone asks of it.
import { deepEqual, equal, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { genesis, isMilestone, next, siteOf } from "/static/chain.js";
import { changes, join, nothing } from "/static/change.js";
import { formatMessage, parseMessage } from "/static/message.js";
import { beforeAll } from "/static/order.js";
import { rowOf } from "/static/row.js";
import { Signatures } from "/static/signatures.js";
import { encode64 } from "/static/base64.js";
import { hex, inflated, newLog, unhex, vector } from "./log.js";

const folder = new URL("../../../canvas/testdata/vectors/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
ok(files.length > 15, `${files.length} vectors`);

// What a browser alone can tell: it reads colors, and knows where deflate ends.
const browsers = ["colors.json", "plain.json", "frames.json"];
for (const file of files.filter((name) => !browsers.includes(name))) {
  test(file, async () => {
    const want = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const got = await vector(want.deliver);
    deepEqual(got.results, want.deliver.map(({ result }) => result));
    await check(got, want);
    equal(got.payloads.join(" "), want.have && Object.keys(want.have).length > 0 ? want.payload : "");
    const from = encode64(new Uint8Array(32));
    const clear = want.clear ? [{ from, text: want.clear }] : [];
    const frames = [...want.proofs, ...want.frames].map((frame) => ({ frame, now: Number.MAX_SAFE_INTEGER }));
    await check(await vector([...clear, ...frames]), want);
  });
}

async function check(got, { order, entries, have, clear = "", void: voids, len, digest, proofs }) {
  deepEqual(
    { order: got.order, have: got.have, clear: got.clear, void: got.void, len: got.len, digest: got.digest },
    { order, have, clear, void: voids, len, digest },
  );
  if (entries) deepEqual(got.entries, entries);
  deepEqual(got.proofs, await Promise.all(proofs.map(async (proof) => hex(await inflated(unhex(proof))))));
}

test("canonical bytes, chains, heads and clears are Go's", async () => {
  const want = JSON.parse(readFileSync(new URL("../chains.json", folder), "utf8"));
  const signatures = new Signatures({ seed: unhex(want.seed) });
  equal(encode64(signatures.key), want.key);
  equal(siteOf(signatures.key), want.site);
  let chain = genesis(signatures.key);
  equal(encode64(chain), want.genesis);
  for (const link of want.links) {
    const { entry } = /** @type {EntryMessage} */ (parseMessage(link.entry));
    equal(formatMessage({ type: "entry", entry }), link.entry);
    chain = next(chain, 1, () => rowOf(entry));
    equal(encode64(chain), link.chain, link.entry);
    equal(isMilestone(rowOf(entry), entry.n), link.milestone, link.entry);
  }
});

/** @returns {Segment} */
const segment = (x) => ({ type: "segment", from: { x, y: 1 }, to: { x: x + 9, y: 1 }, force: 1, color: "#ff0000" });
const painted = (log) => Array.from(log.paint(), ({ n }) => n);

test("strokes are undone the latest first, and redone until something is drawn", () => {
  const log = newLog();
  for (const [x, k] of [[1, 0], [2, 1], [3, 0]]) log.draw(segment(x), k, 0);
  equal(log.undoable, 3);
  log.undo(3, 0);
  equal(log.undoable, 1);
  log.undo(1, 0);
  deepEqual([log.undoable, log.redoable, painted(log)], [0, 1, []]);
  log.redo(1, 0);
  deepEqual([log.redoable, painted(log)], [3, [1, 2]]);
  log.draw(segment(4), 0, 0);
  deepEqual([log.redoable, log.undoable], [0, 7]);
});

test("what was taken back is neither undone nor redone", () => {
  const log = newLog();
  log.draw(segment(1), 0, 0);
  log.draw(segment(2), 0, 0);
  log.takeBack(2, 0);
  deepEqual([log.undoable, log.redoable, painted(log)], [1, 0, [1]]);
});

test("two changes make one that does what either asks for", () => {
  const box = (left) => ({ left, top: 0, right: left + 1, bottom: 1 });
  const place = { t: 5, site: "AAAAAAAAAAAAAAAAAAAAAA", n: 1 };
  const later = { kind: changes.region, from: { ...place, t: 7 }, boxes: [box(1)] };
  deepEqual(join(nothing, later), later);
  deepEqual(join(later, nothing), later);
  const both = join(later, { kind: changes.region, from: place, boxes: [box(2)] });
  deepEqual(both, { kind: changes.region, from: place, boxes: [box(1), box(2)] });
  const all = { kind: changes.everything, from: beforeAll, boxes: [] };
  equal(join(all, { kind: changes.appended, from: place, boxes: [] }), all);
  let many = later;
  for (let i = 0; i < 2000; i++) many = join(many, { kind: changes.region, from: place, boxes: [box(i)] });
  ok(many.boxes.length <= 512, `${many.boxes.length} boxes`);
  equal(Math.max(...many.boxes.map(({ right }) => right)), 2000);
});

test("a pen writes nothing that others would refuse, and goes on", async () => {
  const log = newLog();
  const far = 1e6;
  const rect = { type: "rect", origin: { x: 1, y: 1 }, width: 2, height: 2, lineWidth: 1, color: "#ff0000" };
  for (const op of [
    { ...segment(1), to: { x: far + 1, y: 1 } }, { ...segment(1), from: { x: 1, y: -far - 1 } }, { ...segment(1), to: { x: NaN, y: 1 } },
    { ...segment(1), force: 5 }, { ...segment(1), force: NaN }, { ...rect, width: far + 1 }, { ...rect, lineWidth: 513 },
  ]) equal(log.draw(/** @type {any} */ (op), 0, 0), null, JSON.stringify(op));
  log.draw({ ...segment(1), to: { x: far, y: -far } }, 0, 0);
  await log.sign();
  const other = newLog(new Uint8Array(32));
  await other.merge(log.runs(log.site, 1), 1);
  deepEqual(painted(other), [1]);
});
