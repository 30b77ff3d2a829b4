// What clears have wiped is kept, as long as there is a place for it.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { Wiped } from "/static/wiped.js";
import { Author } from "./author.js";
import { newLog } from "./log.js";

const most = 16 << 20; // bytes, as in wiped.js

/** @returns {Segment} */
const segment = (x) => ({ type: "segment", from: { x, y: 0 }, to: { x: x + 1, y: 0 }, force: 1, color: "#ff0000" });
const bytes = ({ eras }) => eras.flatMap(({ sites }) => sites).reduce((sum, s) => sum + s.bytes, 0);
const counts = ({ eras }) => eras.map(({ sites }) => sites.reduce((sum, { length }) => sum + length, 0));

// drawn is an era of a log with so many segments.
function drawn(count) {
  const log = newLog();
  for (let i = 0; i < count; i++) log.draw(segment(i), 0, 0);
  return log.era;
}

test("a flood of clears keeps no more than there is a place for, and the latest", () => {
  const wiped = new Wiped();
  const era = drawn(20000);
  for (let i = 0; i < 60; i++) wiped.keep({ ...era, since: i, until: i + 1 });
  ok(bytes(wiped) <= most, `${bytes(wiped)} bytes`);
  ok(bytes(wiped) > most / 2, `${bytes(wiped)} bytes`);
  equal(wiped.eras[wiped.eras.length - 1].until, 60);
  for (const [i, { since }] of wiped.eras.slice(1).entries()) equal(since, wiped.eras[i].until);
});

test("small ones count, too, and clears of nothing do not", () => {
  const wiped = new Wiped();
  const eras = [drawn(0), drawn(1)];
  for (let i = 0; i < 40000; i++) wiped.keep({ ...eras[i % 2], until: i });
  const { length } = wiped.eras;
  ok(length > 10000 && length * 1024 <= most, `${length} eras`);
});

test("one that alone is too large is kept until the next", () => {
  const wiped = new Wiped();
  wiped.keep(drawn(5));
  const large = drawn(45000);
  wiped.keep({ ...large, sites: Array(10).fill(large.sites[0]) });
  deepEqual(counts(wiped), [450000]);
  wiped.keep(drawn(7));
  deepEqual(counts(wiped), [7]);
});

test("a clear keeps what it wipes, and no more", async () => {
  const author = new Author();
  const log = newLog();
  author.log.draw(segment(1), 0, 1000);
  author.log.draw(segment(2), 0, 2000);
  await log.merge(await author.runs(), 1e6);
  log.draw(segment(3), 0, 1500);
  await log.clearAt(1800);
  deepEqual(counts(log.wiped), [1]);
  equal(log.length, 2);
});

test("of whom two stories are known, nothing is kept", async () => {
  const seed = new Uint8Array(32).fill(5);
  const [one, other] = [newLog(seed), newLog(seed)];
  one.draw(segment(1), 0, 1000);
  other.draw(segment(2), 0, 1000);
  const log = newLog();
  log.draw(segment(3), 0, 900);
  for (const liar of [one, other]) await liar.sign();
  await log.merge(one.runs(one.site, 1), 1e6);
  const { proofs } = await log.merge(other.runs(other.site, 1), 1e6);
  await log.sign();
  await log.clearAt(log.next(2000));
  deepEqual(counts(log.wiped), [2]);
  equal(await log.takeProof(proofs[0]), "taken");
  deepEqual(counts(log.wiped), [1]);
});
