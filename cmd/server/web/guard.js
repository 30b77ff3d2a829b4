// Watches over the start of the page, as a script of its own that needs no other:
// if the page does not start, it says why. Until then nothing on it can be used.
"use strict";

addEventListener("error", (event) => {
  const words = document.getElementById("starting");
  if (!words) return; // it has started
  /** @type {any} */
  const target = event.target;
  const why = target === window ? event.message : `${target.src || target.href} did not load`;
  words.textContent = `This page cannot start: ${why}. Load it again; if that does not help, another browser may.`;
  document.documentElement.dataset.failed = ""; // the tools are hidden
}, true);
