// The sheet that saves the drawing: what of it, how large, on what, and as what.
import { recall, remember } from "./memory.js";
import { white } from "./paper.js";
import { frameOf, picture, savedWords } from "./snapshot.js";
import { words } from "./words.js";

const key = "drawmesh.save";

// installSaving makes a form save, whose fields are part ("all" or "seen"), times, paper
// ("white" or "none") and type ("png" or "svg"): the drawing of a view, on which a viewport
// looks, as a file with a name. notice tells how it went.
export function installSaving({ form, log, view, viewport, name, notice }) {
  for (const [field, value] of new URLSearchParams(recall("localStorage", key) ?? "")) {
    const option = form.querySelector(`[name="${CSS.escape(field)}"][value="${CSS.escape(value)}"]`);
    if (option) option.checked = true;
  }
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    form.hidePopover();
    /** @type {Record<string, any>} */
    const chosen = Object.fromEntries(new FormData(form));
    remember("localStorage", key, new URLSearchParams(chosen).toString());
    try {
      const made = await make(chosen, { log, extent: view.extent, seen: viewport.seen, scale: viewport.scale });
      download(made.blob, `${name}.${chosen.type}`);
      notice.say(savedWords(made), "news", made.scale < 1 || made.isCut ? 8000 : undefined);
    } catch (error) {
      notice.say(words.notSaved(error.message), "trouble", 15000);
    }
  });
}

// make makes the picture that was chosen. What is seen is as large as it is seen.
/** @param {Record<string, any>} chosen */
async function make({ part, times, paper, type }, { log, extent, seen, scale }) {
  const isAll = part === "all";
  const { box, isCut } = isAll ? frameOf(extent, seen) : { box: seen, isCut: false };
  const options = { type, times: Number(times) * (isAll ? 1 : scale), background: paper === "white" ? white : null };
  return { ...await picture(log, box, options), isCut };
}

function download(blob, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}
