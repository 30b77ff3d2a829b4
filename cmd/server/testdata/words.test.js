// The tables of words: what one language has, each has.
import { deepEqual, equal, notEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { words as english } from "/static/words.en.js";

const folder = new URL("../web/", import.meta.url);
const alike = new Set(["laser", "ellipse", "seconds"]); // in more than one language
const languages = readdirSync(folder).map((name) => /^words\.(\w+)\.js$/.exec(name)?.[1] ?? "en").filter((language) => language !== "en");
ok(languages.length > 0, "no other language");

// sample is what a table says for a key, with names and numbers in it.
const sample = (table, key) => {
  const value = table[key];
  return typeof value === "function" ? value(...Array.from({ length: value.length }, (_, i) => (key === "all" ? ["A", "B", "C"] : i + 2))) : value;
};

for (const language of languages) {
  const { words } = await import(`/static/words.${language}.js`);
  test(`${language} has each word, and no other`, () => {
    equal(words.language, language);
    deepEqual(Object.keys(words).sort(), Object.keys(english).sort());
    for (const key of Object.keys(english)) {
      equal(typeof words[key], typeof english[key], key);
      if (typeof english[key] !== "string") equal(words[key].length, english[key].length, `${key}: another number of words, or of what they are about`);
      if (!alike.has(key)) notEqual(JSON.stringify(sample(words, key)), JSON.stringify(sample(english, key)), `${key} is in English`);
    }
    words.help.forEach(([keys, does], i) => notEqual(does, english.help[i][1], keys));
  });
}

test("the document asks for words that there are", () => {
  const html = readFileSync(new URL("index.html", folder), "utf8");
  const asked = Array.from(html.matchAll(/data-(?:text|label|title)="(\w+)"/g), ([, key]) => key);
  ok(asked.length > 50, "it asks for few");
  for (const key of asked) equal(typeof english[key], "string", key);
});
