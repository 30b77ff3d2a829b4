// The words of the page, in the language of whoever reads it. For another language there
// is another table like that of words.en.js, and a line here.
import { words as english } from "./words.en.js";

/** @typedef {typeof english} Words */

/** @type {Record<string, () => Promise<{ words: Words }>>} */
const others = { de: () => import("./words.de.js") };

// languages are those that somebody wants, the best first: that of the page's address, or
// those of their browser.
function languages() {
  if (!globalThis.document) return [];
  return [new URLSearchParams(location.search).get("lang") ?? "", ...navigator.languages].map((tag) => tag.toLowerCase().split("-")[0]);
}

/** @returns {Promise<Words>} */
async function choose() {
  const language = languages().find((tag) => tag === english.language || Object.hasOwn(others, tag));
  if (!language || language === english.language) return english;
  return others[language]().then((table) => table.words, () => english); // it may not arrive
}

export const words = await choose();

// fill puts words where the document wants them: data-text names those that an element
// shows, data-label those that screen readers say instead, and data-title those that a
// mouse finds, beside the keys that do the same.
export function fill() {
  document.documentElement.lang = words.language;
  for (const e of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-text], [data-label], [data-title]"))) {
    const { text, label, title } = e.dataset;
    const keys = e.getAttribute("aria-keyshortcuts");
    if (text) e.textContent = words[text];
    if (label) e.setAttribute("aria-label", words[label]);
    if (title) e.title = keys ? `${words[title]} (${keyWords(keys)})` : words[title];
  }
  document.querySelector("#help dl")?.replaceChildren(...words.help.map(([keys, does]) => {
    const row = document.createElement("div");
    const [term, meaning] = ["dt", "dd"].map((tag) => document.createElement(tag));
    term.append(...withKeys(keys.replace(/\S+/g, "*$&*")));
    meaning.append(...withKeys(does));
    row.append(term, meaning);
    return row;
  }));
}

// keyWords are keys as keyboards have them, of those that aria-keyshortcuts names.
function keyWords(keys) {
  return keys.replace(/\w\w+/g, (key) => words.keyNames[key] ?? key).replace(/(?<=\w)\+/g, " ");
}

// withKeys is text, with what is between asterisks as keys.
function withKeys(text) {
  return text.split("*").map((part, i) => {
    if (i % 2 === 0) return part;
    const key = document.createElement("kbd");
    key.textContent = part;
    return key;
  });
}
