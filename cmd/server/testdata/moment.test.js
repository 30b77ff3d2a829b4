// Moments of the past, in words.
import { equal } from "node:assert/strict";
import { test } from "node:test";
import { clockWords, whenWords } from "/static/moment.js";

const now = Date.UTC(2026, 4, 17, 12, 0, 0);
const plain = (text) => text.replaceAll("\u202f", " ");

for (const [ago, language, want] of /** @type {[number, string, string][]} */ ([
  [0, "en-GB", "now, 12:00:00"],
  [1, "en-GB", "1 second ago, 11:59:59"],
  [59, "en-GB", "59 seconds ago, 11:59:01"],
  [190, "en-GB", "3 minutes ago, 11:56:50"],
  [3599, "en-GB", "60 minutes ago, 11:00:01"],
  [3600, "en-GB", "11:00:00"],
  [13 * 3600, "en-GB", "16 May 2026, 23:00:00"],
  [-30, "en-GB", "now, 12:00:30"], // whose clock was ahead
  [190, "en", "3 minutes ago, 11:56:50 AM"],
  [190, "de", "vor 3 Minuten, 11:56:50"],
])) {
  test(`${ago} s ago, ${language}`, () => equal(plain(whenWords(now - ago * 1000, now, language, "UTC")), want));
}

test("another day has its date", () => equal(plain(clockWords(0, now, "en-GB", "UTC")), "1 Jan 1970, 00:00:00"));
