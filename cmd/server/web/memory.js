// What the browser remembers for this page, if it does: where the data of sites is
// blocked, or the place is used up, it throws.

// recall gives what was remembered under a key, or null.
/** @param {"localStorage" | "sessionStorage"} storage @param {string} key */
export function recall(storage, key) {
  try {
    return window[storage].getItem(key);
  } catch {
    return null;
  }
}

// remember puts a text under a key, of "localStorage" or "sessionStorage".
/** @param {"localStorage" | "sessionStorage"} storage @param {string} key @param {string} text */
export function remember(storage, key, text) {
  try {
    window[storage].setItem(key, text);
  } catch {
    // The next page begins as if it were the first.
  }
}
