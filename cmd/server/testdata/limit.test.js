import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { draws, Forwarded, Limits, ownLimit } from "/static/limit.js";

const taken = (limit, tries, now) => Array.from({ length: tries }, () => limit.admits(now)).filter(Boolean).length;

test("5,000 operations are taken at once, and 500 a second after that", () => {
  const limits = new Limits();
  equal(taken(limits, 10_000, 1000), 5000);
  ok(limits.hurried(1399) && !limits.hurried(1401), "what is missing comes by itself a moment later, not before");
  equal(taken(limits, 10_000, 2000), 500);
  equal(taken(limits, 10_000, 1e6), 5000);
});

test("fewer are sent than are taken", () => {
  equal(taken(ownLimit(), 10_000, 1000), 4000);
});

test("frames are taken until they hold two rooms full, and again as time passes", () => {
  const limits = new Limits();
  let frames = 0;
  for (; limits.admitsFrame(1000); frames++) limits.merged(8192);
  equal(frames, 2 ** 21 / 8192);
  ok(!limits.admitsFrame(1000) && limits.admitsFrame(2000));
  limits.merged(1); // counts as 1,000
  ok(limits.admitsFrame(2000));
  for (let i = 0; i < 9; i++) limits.merged(1);
  ok(!limits.admitsFrame(2000), "small frames are free");
});

test("of authors who come through others each has its own share", () => {
  const forwarded = new Forwarded();
  const admitted = (site, now) => Array.from({ length: 60 }, () => forwarded.admits(site, now, 100)).filter(Boolean).length;
  equal(admitted("a", 1000), 50);
  equal(admitted("b", 1000), 50);
  equal(admitted("a", 2000), 5);
});

test("new sites come 8,192 at once, and one a second after that", () => {
  const limits = new Limits();
  const sites = (now) => Array.from({ length: 9000 }, () => limits.admitsSite(now)).filter(Boolean).length;
  equal(sites(1000), 8192);
  equal(sites(4000), 3);
});

test("what draws is told by its beginning", () => {
  ok(draws('{"event":"draw","x":1}') && draws('{"event":"drawRect"}'));
  ok(!draws('{"event":"have"}') && !draws('{"x":1,"event":"draw"}'));
});
