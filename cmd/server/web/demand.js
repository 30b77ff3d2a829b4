// What few visits need, which is loaded when it is first wanted.
import { words } from "./words.js";

/** @typedef {{ "./details.js": typeof import("./details.js"), "./history.js": typeof import("./history.js"), "./keypen.js": typeof import("./keypen.js"), "./qr.js": typeof import("./qr.js") }} Modules */

// Some browsers remember that a module did not come, and ask for it no more, but at another
// address.
/** @type {Record<string, string>} */
const another = {};

// demand gives a module, or null if it cannot be had, as without a server: then say(text) is
// told so, of what it is called.
/** @template {keyof Modules} Name @param {Name} name @param {string} what @param {(text: string) => void} say @returns {Promise<Modules[Name] | null>} */
export async function demand(name, what, say) {
  try {
    return await import(name + (another[name] ?? ""));
  } catch {
    another[name] = `?${Date.now()}`;
    say(words.notLoaded(what));
    return null;
  }
}
