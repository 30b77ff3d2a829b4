// Answers to what a neighbour asks for.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { Answers } from "/static/answer.js";
import { Drawing } from "/static/drawing.js";
import { readFrame } from "/static/frame.js";
import { Neighbour } from "/static/neighbour.js";
import { Signatures } from "/static/signatures.js";
import { encode64 } from "/static/base64.js";
import { parseMessage } from "/static/message.js";

async function stage(count) {
  const drawing = new Drawing({ signatures: new Signatures(), epoch: 0, onChange() {} });
  const { log } = drawing;
  for (let i = 0; i < count; i++) log.draw({ type: "segment", from: { x: i, y: 1 }, to: { x: i, y: 9 }, force: 1, color: "#ff0000" }, 0, 0);
  await log.sign();
  const n = new Neighbour("bo", { v: 2, key: encode64(new Signatures().key) }, log.site, 0);
  const neighbours = new Map([["bo", n]]);
  const sent = [];
  const wire = { queued: () => 0, send: (_id, data) => sent.push(data) > 0, reset() {} };
  const answers = new Answers({ drawing, neighbours, teller: { tell: () => sent.push("have") }, wire });
  const want = (have = new Map(), more = false, clear = 0) => answers.wanted(n, { type: "want", have, clear, void: [], more });
  const pump = async () => {
    answers.pump(n);
    while (drawing.underway > 0) await new Promise(setImmediate);
  };
  return { log, n, neighbours, sent, wire, answers, want, pump };
}

test("what is lacking comes, and then what we hold", async () => {
  const { log, sent, want, pump } = await stage(20);
  want(new Map([[log.site, 5]]));
  await pump();
  equal(sent.length, 2);
  deepEqual((await readFrame(sent[0]))?.runs?.map(({ first, rows }) => [first, rows.length]), [[6, 15]]);
  equal(sent[1], "have");
});

test("a greater clear comes before", async () => {
  const { log, sent, want, pump } = await stage(20);
  await log.clearAt(1000);
  want(new Map(), false, 999);
  await pump();
  deepEqual(sent.map((data) => (data === "have" ? data : parseMessage(data)?.type)), ["clear", "have"]);
  want(new Map(), false, 1000);
  await pump();
  equal(sent.length, 3);
});

test("a question in parts is answered once all of it is there", async () => {
  const { log, sent, want, pump } = await stage(20);
  want(new Map([[log.site, 20]]), true);
  await pump();
  deepEqual(sent, []);
  want(new Map([["CCCCCCCCCCCCCCCCCCCCCA", 1]]));
  await pump();
  deepEqual(sent, ["have"]);
});

test("nothing goes while much waits, or to who is gone", async () => {
  const { neighbours, sent, wire, want, pump } = await stage(20);
  wire.queued = () => 64 << 10;
  want();
  await pump();
  deepEqual(sent, []);
  wire.queued = () => 0;
  const pumped = pump();
  neighbours.delete("bo");
  await pumped;
  deepEqual(sent, []);
});
