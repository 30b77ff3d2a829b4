// Whoever floods a page is kept of within bounds, and others are heard all the
// same. The Go half is internal/exchange/flood_test.go.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encode64 } from "/static/base64.js";
import { siteOf } from "/static/chain.js";
import { Exchange } from "/static/exchange.js";
import { Log } from "/static/log.js";
import { formatMessage } from "/static/message.js";
import { Signatures } from "/static/signatures.js";

/** @type {Segment} */
const segment = { type: "segment", from: { x: 1, y: 1 }, to: { x: 2, y: 2 }, force: 1, color: "#000000" };
const said = (key) => ({ v: 2, key: encode64(key) });
const anyKey = () => crypto.getRandomValues(new Uint8Array(32));

// alone is an exchange whose wire notes which links it would make anew.
function alone() {
  const resets = [];
  const exchange = new Exchange({
    wire: { send: () => true, queued: () => 0, reset: (id) => resets.push(id) },
    onChange() {}, onPreview() {}, onProvisional() {}, onState() {}, onFault() {},
  });
  const settled = async () => {
    while (exchange.isBusy) await new Promise(setImmediate);
  };
  return { exchange, resets, settled };
}

test("ever other sites that somebody claims are not believed", async () => {
  const { exchange, settled } = alone();
  exchange.opened("eve", said(anyKey()));
  for (let i = 0; i < 70; i++) {
    const have = new Map(Array.from({ length: 1024 }, () => [siteOf(anyKey()), 1]));
    const m = { type: /** @type {const} */ ("have"), all: i === 0, have, clear: null, void: [], sum: "0".repeat(32), more: true };
    exchange.heard("eve", formatMessage(m));
    await settled();
  }
  const { length } = Array.from({ length: exchange.kept("eve") });
  assert(length > 0 && length <= 65536, `${length} sites are believed`);
});

test("an honest neighbour is heard beside one who floods with sites that nobody signs", async () => {
  const { exchange, settled } = alone();
  const honest = new Signatures();
  exchange.opened("eve", said(anyKey()));
  exchange.opened("bo", said(honest.key));
  const text = (key) => [
    formatMessage({ type: "entry", entry: { site: siteOf(key), n: 1, t: 9, k: 1, op: segment, by: "" } }),
    formatMessage({ type: "head", site: siteOf(key), key, n: 1, sig: new Uint8Array(64) }),
  ].join("\n");
  for (let i = 0; i < 2000; i++) exchange.heard("eve", text(anyKey()), 1e6);
  const author = new Log(honest, () => {});
  const entry = /** @type {Entry} */ (author.draw(segment, 0, 1));
  const [{ n, sig }] = await author.sign();
  exchange.heard("bo", [
    formatMessage({ type: "entry", entry: { ...entry, site: "" } }), formatMessage({ type: "head", site: "", key: null, n, sig }),
  ].join("\n"), 1e6);
  await settled();
  assert(exchange.log.holds(author.site) === 1, "what was drawn was not taken");
  assert(exchange.log.length === 1, `${exchange.log.length} operations are taken`);
});

test("what comes behind a frame waits within bounds", () => {
  const { exchange, resets } = alone();
  exchange.opened("eve", said(anyKey()));
  exchange.heard("eve", new Uint8Array([0x4d, 2, 1, 0, 3, 0]).buffer);
  const text = JSON.stringify({ event: "ping", sum: "x".repeat(60000) });
  for (let i = 0; i < 16; i++) exchange.heard("eve", text);
  assert(resets.length === 0, "less than two MiB is too much");
  for (let i = 0; i < 4; i++) exchange.heard("eve", text);
  assert(resets.length > 0, `20 messages of ${text.length} characters may wait`);
});

test("sites that are over are forgotten", async () => {
  const log = new Log(new Signatures(), () => {});
  for (let i = 0; i < 50; i++) {
    const author = new Log(new Signatures(), () => {});
    author.draw(segment, 0, 1000 + i);
    await author.sign();
    await log.merge(author.runs(author.site, 1), 2000);
  }
  assert(log.haveSince(0).sites.size === 50 && log.length === 50, `${log.length} are there`);
  await log.clearAt(log.next(2000));
  assert(log.live.length === 0 && log.haveSince(0).sites.size === 0, `${log.live.length} sites are left`);
});

// told is what a site writes that a seed makes, as runs.
async function told(seed, now, count) {
  const author = new Log(new Signatures({ seed: new Uint8Array(32).fill(seed) }), () => {});
  for (let i = 0; i < count; i++) author.draw(segment, 0, now);
  await author.sign();
  return author.runs(author.site, 1);
}

for (const [name, at, run, entries] of [["a fork", 9999, 1, 0], ["time that goes back", 1000, 2, 1]]) {
  test(`of a proof no more is kept than it takes: ${name}`, async () => {
    const [first] = await told(at, 9000, 256);
    const second = (await told(at, at, 600))[run];
    const log = new Log(new Signatures(), () => {});
    assert.equal(await log.takeProof({ first, second }), "taken");
    const kept = /** @type {Proof} */ (log.proof(first.site));
    assert.equal(kept.first.rows.length, entries);
    assert.equal(await new Log(new Signatures(), () => {}).takeProof(kept), "taken");
  });
}
