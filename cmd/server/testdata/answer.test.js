// Answers to what a neighbour asks for.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "/static/answer.js";
import { readFrame } from "/static/frame.js";
import { Log } from "/static/log.js";
import { Neighbour } from "/static/neighbour.js";
import { newSite } from "/static/message.js";

function stage(count) {
  const log = new Log(newSite());
  for (let i = 0; i < count; i++) log.draw({ type: "segment", from: { x: i, y: 1 }, to: { x: i, y: 9 }, force: 1, color: "#ff0000" });
  const n = new Neighbour("bo", { v: 1, site: "BBBBBBBBBBB" }, log.site, 0);
  const neighbours = new Map([["bo", n]]);
  const sent = [];
  const wire = { queued: () => 0, send: (_id, data) => sent.push(data) > 0, reset() {} };
  const answers = new Answers({ drawing: { log }, neighbours, teller: { tell: () => sent.push("have") }, wire });
  const want = (have = new Map(), more = false) => answers.wanted(n, { type: "want", have, dead: new Map(), more });
  return { log, n, neighbours, sent, wire, answers, want };
}

test("what is lacking comes, and then what we hold", async () => {
  const { log, n, sent, answers, want } = stage(20);
  want(new Map([[log.site, 5]]));
  await answers.pump(n);
  equal(sent.length, 2);
  deepEqual((await readFrame(sent[0]))?.runs.map(({ first, rows }) => [first, rows.length]), [[6, 15]]);
  equal(sent[1], "have");
});

test("a question in parts is answered once all of it is there", async () => {
  const { log, n, sent, answers, want } = stage(20);
  want(new Map([[log.site, 20]]), true);
  await answers.pump(n);
  deepEqual(sent, []);
  want(new Map([["CCCCCCCCCCC", 1]]));
  await answers.pump(n);
  deepEqual(sent, ["have"]);
});

test("nothing goes while much waits, or to who is gone", async () => {
  const { n, neighbours, sent, wire, answers, want } = stage(20);
  wire.queued = () => 64 << 10;
  want();
  await answers.pump(n);
  deepEqual(sent, []);
  wire.queued = () => 0;
  const pumped = answers.pump(n);
  neighbours.delete("bo");
  await pumped;
  deepEqual(sent, []);
});
