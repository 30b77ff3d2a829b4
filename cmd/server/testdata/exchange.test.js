// The exchange's vectors, which Go plays too.
import { deepEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { play } from "./scenario.js";

const folder = new URL("../../../internal/exchange/testdata/vectors/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
ok(files.length >= 10, `${files.length} vectors`);

for (const file of files) {
  test(file, async () => {
    const want = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    const got = await play(want);
    for (const [i, step] of want.steps.entries()) deepEqual(got.steps[i], step, `step ${i}, at ${step.at} ms`);
    deepEqual(got, want);
  });
}
