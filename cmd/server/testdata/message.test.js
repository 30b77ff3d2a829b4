// Messages between synced peers.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { encode64 } from "/static/base64.js";
import { siteOf } from "/static/chain.js";
import { formatMessage, parseMessage, splitHave, splitWant } from "/static/message.js";

const key = new Uint8Array(32).fill(1);
const a = siteOf(key);
const sum = "00000000000000000000000000000fff";
const signed = `"key":"${encode64(key)}","sig":"${encode64(new Uint8Array(64))}"`;
const stroke = `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#ff0000"`;

/** @type {[name: string, text: string, type: string | null][]} */
const tests = [
  ["a stroke", `${stroke},"n":2,"t":9,"k":1}`, "entry"],
  ["a forwarded stroke", `${stroke},"n":2,"t":9,"k":1,"o":"${a}"}`, "entry"],
  ["an adopted stroke", `${stroke},"n":2,"t":9,"k":1,"by":"p"}`, "entry"],
  ["a stroke without a place", `${stroke}}`, "plain"],
  ["a preview, whatever it carries", `{"event":"drawRect","origin":{"x":1,"y":1},"width":1,"height":1,"color":"#000000","n":"x"}`, "plain"],
  ["a stroke of a later one", `${stroke},"n":2,"t":9,"k":3}`, null],
  ["number 0", `${stroke},"n":0,"t":9,"k":0}`, null],
  ["a time beyond", `${stroke},"n":1,"t":9007199254740992,"k":1}`, null],
  ["a number in a string", `${stroke},"n":"1","t":9,"k":1}`, null],
  ["a site that is none", `${stroke},"n":1,"t":9,"k":1,"o":"AAAAAAAAAAAAAAAAAAAAAB"}`, null],
  ["nobody's site", `${stroke},"n":1,"t":9,"k":1,"o":"AAAAAAAAAAAAAAAAAAAAAA"}`, null],
  ["a stroke that is not logged", `${stroke},"n":2,"t":9,"k":1,"live":true}`, "unknown"],
  ["an undo of itself", `{"event":"undo","n":2,"t":9,"k":2}`, null],
  ["an undo", `{"event":"undo","n":2,"t":9,"k":1}`, "entry"],
  ["another kind", `{"event":"sticker","text":"hi","n":2,"t":9,"k":1}`, "entry"],
  ["another kind without a place", `{"event":"sticker","text":"hi"}`, "unknown"],
  ["another kind of half a character", `{"event":"sticker","text":"\\ud800","n":2,"t":9,"k":1}`, null],
  ["another kind of much", `{"event":"sticker","text":"${"x".repeat(5000)}","n":2,"t":9,"k":1}`, null],
  ["a head", `{"event":"head","n":2,"sig":"${encode64(new Uint8Array(64))}"}`, "head"],
  ["a forwarded head", `{"event":"head","n":2,"o":"${a}",${signed}}`, "head"],
  ["a head without a signature", `{"event":"head","n":2}`, null],
  ["a clear", `{"event":"clear","t":9,${signed}}`, "clear"],
  ["a plain peer's clear", `{"event":"clear"}`, "plain"],
  ["a clear of no time", `{"event":"clear","t":0,${signed}}`, null],
  ["a have", `{"event":"have","all":true,"have":{"${a}":1},"clear":{"t":9,${signed}},"void":["${a}"],"sum":"${sum}"}`, "have"],
  ["a have of what is over", `{"event":"have","have":{"${a}":0},"sum":"${sum}"}`, "have"],
  ["a have of the first log", `{"event":"have","v":1,"have":{},"dead":{},"sum":"00000000000000ff"}`, null],
  ["a want", `{"event":"want","have":{"${a}":3},"clear":0}`, "want"],
  ["a want of nothing", `{"event":"want","have":{"${a}":0},"clear":0}`, null],
  ["a want of a list", `{"event":"want","have":[],"clear":0}`, null],
  ["a ping", `{"event":"ping","sum":"${sum}"}`, "ping"],
  ["a bye", `{"event":"bye"}`, "bye"],
  ["a dance", `{"event":"dance"}`, "unknown"],
  ["no JSON", `{`, null],
  ["null", `null`, null],
];

for (const [name, text, type] of tests) {
  test(name, () => {
    const m = parseMessage(text);
    equal(m?.type ?? null, type);
    if (m && m.type !== "unknown" && m.type !== "plain") deepEqual(parseMessage(formatMessage(m)), m);
  });
}

test("what somebody holds of many sites goes in parts, all but the last of which say so", () => {
  const siteOfNumber = (i) => siteOf(Uint8Array.from({ length: 32 }, (_, j) => (j < 4 ? (i >> (8 * j)) & 255 : 7)));
  const have = new Map(Array.from({ length: 2053 }, (_, i) => [siteOfNumber(i), 7]));
  const voids = Array.from({ length: 300 }, (_, i) => siteOfNumber(5000 + i));
  const clear = { t: 9, key, sig: new Uint8Array(64) };
  const parts = splitHave({ type: "have", all: true, have, clear, void: voids, sum });
  deepEqual(parts.map((p) => [p.have.size, p.void.length, p.all, p.clear !== null, p.more]), [
    [1024, 256, true, true, true], [1024, 44, false, false, true], [5, 0, false, false, false],
  ]);
  deepEqual(new Map(parts.flatMap((p) => [...p.have])), have);
  equal(splitWant({ type: "want", have: new Map(), clear: 3, void: [] }).length, 1);
  deepEqual(splitWant({ type: "want", have, clear: 3, void: [] }).map((p) => p.clear), [3, 3, 3]);
});
