// The page of a load test that runs: each newer report takes the place of the one
// before, and what one looks at stays where it is. The last one stays.

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const gone = /** @type {HTMLElement} */ (document.getElementById("gone"));
const events = new EventSource("events");

events.addEventListener("report", (event) => show(JSON.parse(event.data), false));
events.addEventListener("end", (event) => {
  events.close();
  show(JSON.parse(event.data), true);
});
// It is asked again and again, by the browser: another run may come.
events.addEventListener("error", () => { gone.hidden = false; });

/**
 * Shows what main is to hold.
 * @param {string} html
 * @param {boolean} last
 */
function show(html, last) {
  gone.hidden = true;
  const fresh = new DOMParser().parseFromString(html, "text/html").body;
  const seen = [...main.children].find((part) => part.getBoundingClientRect().bottom > 0);
  const top = seen?.getBoundingClientRect().top ?? 0;
  let place = main.firstElementChild;
  for (const part of [...fresh.children]) {
    const old = main.querySelector(`:scope > #${part.id}`);
    if (!old) {
      main.insertBefore(part, place);
      continue;
    }
    for (; place !== old; place = remove(place));
    if (last || !holdsSelection(old)) renew(old, part);
    place = old.nextElementSibling;
  }
  while (place) place = remove(place);
  if (seen?.isConnected) scrollBy(0, seen.getBoundingClientRect().top - top);
}

/** Removes a part of the page, and returns the one after it. */
function remove(part) {
  const next = part.nextElementSibling;
  part.remove();
  return next;
}

/** Tells whether somebody has selected text there: to copy it, say. */
function holdsSelection(part) {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(part, true);
}

/** Gives a part its new content; what was opened in it stays open. */
function renew(old, part) {
  const opened = [...old.querySelectorAll("details")].map((details) => details.open);
  part.querySelectorAll("details").forEach((details, i) => { details.open = opened[i] ?? false; });
  const focused = [...old.querySelectorAll("summary")].findIndex((summary) => summary === document.activeElement);
  old.replaceChildren(...part.childNodes);
  old.querySelectorAll("summary")[focused]?.focus({ preventScroll: true });
}

export {};
