// An event stream is read as the HTML standard says, section 9.2.6, wherever it is
// cut into pieces.
import { deepEqual } from "node:assert/strict";
import { test } from "node:test";
import { Events } from "/static/request.js";

/** @type {[name: string, stream: string, want: string][]} name, data and id of each event */
const tests = [
  ["an event", "event: ping\ndata: {}\nid: 7\n\n", "ping {} 7"],
  ["CR", "event: ping\rdata: {}\r\r:", "ping {} "],
  ["CRLF", "event: ping\r\ndata: {}\r\n\r\n", "ping {} "],
  ["no blank behind the colon", "event:ping\ndata:{}\n\n", "ping {} "],
  ["one blank of two", "data:  x\n\n", "message  x "],
  ["lines of data", "data: a\ndata:\ndata: b\n\n", "message a\n\nb "],
  ["a field without a colon", "data\n\n", "message  "],
  ["no data, no event", "event: ping\n\ndata: x\n\n", "message x "],
  ["an id lasts", "id: 1\ndata: a\n\ndata: b\n\n", "message a 1|message b 1"],
  ["an id without data", "id: 1\n\ndata: b\n\n", "message b 1"],
  ["an id with a NUL", "id: 1\nid: \u0000\ndata: a\n\n", "message a 1"],
  ["comments and what is not known", ": hello\nretry: 10\nfoo: bar\ndata: a\n\n", "message a "],
  ["half an event", "data: a\n\ndata: b\n", "message a "],
  ["beyond ASCII", "data: Zo\u00eb \u2028 \ud83d\udc9c\n\n", "message Zo\u00eb \u2028 \ud83d\udc9c "],
];

for (const [name, text, want] of tests) {
  test(name, () => {
    const seen = new Set();
    for (let cut = 0; cut <= text.length; cut++) {
      for (let next = cut; next <= text.length; next++) {
        const events = [];
        const reader = new Events(({ name: of, data, id }) => events.push(`${of} ${data} ${id}`));
        for (const piece of [text.slice(0, cut), text.slice(cut, next), text.slice(next)]) reader.feed(piece);
        seen.add(events.join("|"));
      }
    }
    deepEqual([...seen], [want]);
  });
}
