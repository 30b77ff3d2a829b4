// Messages between synced peers.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { formatMessage, maxCut, newSite, parseMessage, split } from "/static/message.js";

const a = "AAAAAAAAAAA";
const stroke = `{"event":"draw","lastPoint":{"x":1,"y":2},"x":3,"y":4,"force":1,"color":"#ff0000"`;

/** @type {[name: string, text: string, type: string | null][]} */
const tests = [
  ["a stroke", `${stroke},"n":2,"t":9,"k":1}`, "entry"],
  ["a forwarded stroke", `${stroke},"n":2,"t":9,"k":1,"o":"${a}"}`, "entry"],
  ["a stroke without a place", `${stroke}}`, "plain"],
  ["a preview, whatever it carries", `{"event":"drawRect","origin":{"x":1,"y":1},"width":1,"height":1,"color":"#000000","n":"x"}`, "plain"],
  ["a stroke of a later one", `${stroke},"n":2,"t":9,"k":3}`, null],
  ["number 0", `${stroke},"n":0,"t":9,"k":0}`, null],
  ["a time beyond", `${stroke},"n":1,"t":9007199254740992,"k":1}`, null],
  ["a number in a string", `${stroke},"n":"1","t":9,"k":1}`, null],
  ["a site that is none", `${stroke},"n":1,"t":9,"k":1,"o":"AAAAAAAAAA-"}`, null],
  ["an adoption with another's hash", `${stroke},"n":1,"t":9,"k":1,"by":"p","h":"00000000"}`, null],
  ["an undo of itself", `{"event":"undo","n":2,"t":9,"k":2}`, null],
  ["an undo", `{"event":"undo","n":2,"t":9,"k":1}`, "entry"],
  ["a clear", `{"event":"clear","n":2,"t":9,"cut":{"${a}":1}}`, "entry"],
  ["a have", `{"event":"have","v":1,"have":{"${a}":1},"dead":{},"sum":"00000000000000ff"}`, "have"],
  ["a have of a later version", `{"event":"have","v":2}`, "unknown"],
  ["a have with a short sum", `{"event":"have","v":1,"have":{},"dead":{},"sum":"ff"}`, null],
  ["a want", `{"event":"want","have":{},"dead":{}}`, "want"],
  ["a want of a list", `{"event":"want","have":[],"dead":{}}`, null],
  ["sums", `{"event":"sums","sums":{"${a}":"00000000000000ff"}}`, "sums"],
  ["a ping", `{"event":"ping","sum":"00000000000000ff"}`, "ping"],
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

test("a vector of many sites goes in parts, all but the last of which say so", () => {
  const have = new Map(Array.from({ length: 2 * maxCut + 5 }, () => [newSite(), 7]));
  /** @type {Have[]} */
  const parts = split({ type: "have", have, dead: new Map([[a, 1]]), sum: "00000000000000ff" });
  deepEqual(parts.map(({ have: some, more }) => [some.size, more]), [[maxCut, true], [maxCut, true], [5, false]]);
  deepEqual(new Map(parts.flatMap((part) => [...part.have])), new Map([...have].sort(([x], [y]) => (x < y ? -1 : 1))));
  equal(new Map(parts.flatMap((part) => [...part.dead])).size, 1);
  equal(split({ type: "want", have: new Map(), dead: new Map() }).length, 1);
});
