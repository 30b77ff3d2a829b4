import { ok } from "node:assert/strict";
import { test } from "node:test";
import { backoff } from "/static/backoff.js";

test("a retry waits 1, 2, 4, 8, then 15 seconds, give or take 30 %, and not every time the same", () => {
  for (const [i, want] of [1000, 2000, 4000, 8000, 15000, 15000].entries()) {
    const delays = Array.from({ length: 200 }, () => backoff(i + 1));
    ok(delays.every((got) => got >= 0.7 * want && got <= 1.3 * want), `${delays} are to be ${want} ms ± 30 %`);
    ok(new Set(delays).size > 100, "hardly any two differ");
  }
});
