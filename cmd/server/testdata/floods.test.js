// Whoever floods a page is kept of within bounds, and others are heard all the
// same. The Go half is internal/exchange/flood_test.go.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pending } from "/static/pending.js";
import { Log } from "/static/log.js";
import { formatMessage, maxCut, newSite } from "/static/message.js";
import { Exchange } from "/static/exchange.js";

const mib = 1 << 20;
/** @type {Segment} */
const segment = { type: "segment", from: { x: 1, y: 1 }, to: { x: 2, y: 2 }, force: 1, color: "#000000" };

/** @returns {Entry} */
function entry(site, n, more = {}) {
  return { site, n, t: 9, k: 1, op: segment, by: "", cut: null, ...more };
}

/** @returns {Entry} */
function clear(site, n, cut) {
  return { site, n, t: 1, k: 0, op: { type: "clear" }, by: "", cut };
}

const manySites = (count) => new Map(Array.from({ length: count }, () => [newSite(), 1]));

// alone is an exchange whose wire notes which links it would make anew.
function alone() {
  const resets = [];
  const exchange = new Exchange({
    wire: { send: () => true, queued: () => 0, reset: (id) => resets.push(id) },
    onChange() {}, onPreview() {}, onProvisional() {}, onState() {}, onFault() {},
  });
  return { exchange, resets };
}

test("entries that come too early are kept up to a MiB of each neighbour", () => {
  const pending = new Pending();
  const cut = manySites(maxCut);
  const site = newSite();
  for (let n = 2; n < 500; n++) pending.add("eve", clear(site, n, cut), () => false);
  assert(pending.bytes("eve") <= mib && pending.bytes("eve") > mib / 2, `${pending.bytes("eve")} bytes are held`);
  const other = newSite();
  for (let n = 1000; n > 1; n--) pending.add("bo", entry(other, n), () => false);
  const taken = [];
  pending.release(other, ({ n }) => taken.push(n));
  assert(taken.length === 999 && taken.every((n, i) => n === i + 2), `${taken.length} of 999 were kept in order`);
  assert(pending.bytes("bo") === 0, `${pending.bytes("bo")} bytes are held of what was taken`);
});

test("those who left make room", () => {
  const pending = new Pending();
  const all = [];
  for (let i = 0; i < 20; i++) {
    all.push(`eve${i}`);
    const site = newSite();
    for (let n = 2; n < 4000; n++) pending.add(`eve${i}`, entry(site, n), (id) => id !== `eve${i}`);
    const bytes = all.reduce((sum, id) => sum + pending.bytes(id), 0);
    assert(bytes <= 8 * mib, `${bytes} bytes are held of ${all.length}`);
  }
  assert(pending.bytes("eve19") > mib / 2, `${pending.bytes("eve19")} bytes are held of the one who is there`);
});

test("ever other sites that somebody claims are not believed", () => {
  const { exchange } = alone();
  exchange.opened("eve", { v: 1, site: newSite() });
  exchange.opened("bo", { v: 1, site: newSite() });
  for (let i = 0; i < 9000; i++) exchange.heard("eve", formatMessage({ type: "entry", entry: entry(newSite(), 2) }), 1e6 + 2 * i);
  const { have, pending } = exchange.kept("eve");
  assert(have <= 4096 && pending <= mib, `${have} sites are believed, and ${pending} bytes held`);
  const site = newSite();
  for (const n of [2, 1]) exchange.heard("bo", formatMessage({ type: "entry", entry: entry(site, n) }), 2e6);
  assert(exchange.log.have.get(site) === 2, "an honest neighbour's strokes were not taken");
});

test("what comes behind a frame waits within bounds", () => {
  const { exchange, resets } = alone();
  exchange.opened("eve", { v: 1, site: newSite() });
  exchange.heard("eve", new Uint8Array([0x4d, 1, 1, 0, 3, 0]).buffer);
  const text = JSON.stringify({ event: "ping", sum: "x".repeat(60000) });
  for (let i = 0; i < 8; i++) exchange.heard("eve", text);
  assert(resets.length === 0, "less than a MiB is too much");
  for (let i = 0; i < 8; i++) exchange.heard("eve", text);
  assert(resets.length > 0, `16 messages of ${text.length} characters may wait`);
});

test("clears that wipe nothing come to a bounded size", () => {
  const log = new Log(newSite());
  const liar = newSite();
  const cut = manySites(maxCut);
  let taken = 0;
  for (let n = 1; n <= 300; n++) if (log.add(clear(liar, n, cut)).result === "added") taken++;
  assert(taken === 256, `${taken} were taken`);
  assert(log.clear().entries.length > 0 && log.length <= 2, `after an honest clear ${log.length} entries are left`);
  assert(log.add(clear(liar, 301, cut)).result === "gap", "the liar goes on where it was not");
});
