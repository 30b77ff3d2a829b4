// The table is the server's too: both take the same for a name.
import { equal, ok } from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { cleanName, randomName } from "/static/names.js";

const file = new URL("../../../signaling/testdata/names.json", import.meta.url);
const tests = JSON.parse(readFileSync(file, "utf8"));
ok(tests.length > 0, "no names");

for (const { case: title, name, want } of tests) test(title, () => equal(cleanName(name), want));

test("a name that is made up is one", () => {
  for (let i = 0; i < 100; i++) {
    const name = randomName();
    equal(cleanName(name), name);
  }
});
