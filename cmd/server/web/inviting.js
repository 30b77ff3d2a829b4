// The sheet that invites: the link to this drawing, as text and as squares for a camera,
// the system's own way to share where there is one, and the line that lets a bot in.
import { demand } from "./demand.js";
import { words } from "./words.js";

const quiet = 4; // white squares around a code, without which readers do not find it
const copiedTime = 4000; // ms

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);

// addressOf is the address of a page's room, where whoever follows it draws or only watches.
/** @param {string} href @param {boolean} watches */
export function addressOf(href, watches) {
  const url = new URL(href);
  url.hash = "";
  url.search = watches ? "?view" : "";
  return url.href;
}

// botLine is what to type where drawbot is, so that one comes to draw there.
export function botLine(address) {
  // A room may have an apostrophe in its name, which ends what a shell takes together.
  return `drawbot draw '${address.replaceAll("'", "%27")}' --text 'Hello'`;
}

// An Inviting keeps the sheet. watches says whether this page does.
export class Inviting {
  #notice;

  constructor({ notice, watches }) {
    this.#notice = notice;
    $("watching").checked = watches;
    $("watching").addEventListener("change", () => this.#show());
    $("copy-address").addEventListener("click", () => this.#copy($("address"), words.linkCopied));
    $("copy-bot").addEventListener("click", () => this.#copy($("bot"), words.lineCopied));
    $("inviting").addEventListener("beforetoggle", (/** @type {any} */ { newState }) => newState === "open" && this.#show());
    for (const id of ["address", "bot"]) $(id).addEventListener("focus", () => $(id).select());
    $("share").hidden = !navigator.share;
    $("share").addEventListener("click", () => this.#share());
    this.#fill();
  }

  // copyLink copies the link to this drawing, or shows it to be copied.
  async copyLink() {
    const more = { words: words.qrCode, act: () => $("inviting").showPopover() };
    try {
      await navigator.clipboard.writeText($("address").value);
      this.#notice.say(words.linkCopied, "news", copiedTime, more);
    } catch {
      // Without TLS there is no clipboard, but what is selected in sight can be copied.
      $("inviting").showPopover();
      await this.#copy($("address"), words.linkCopied);
    }
  }

  // #copy copies what a field holds. It is selected, for the case that this is to be done
  // by hand.
  async #copy(field, done) {
    field.focus();
    field.select();
    const copied = navigator.clipboard
      ? await navigator.clipboard.writeText(field.value).then(() => true, () => false)
      : document.execCommand("copy"); // old, and all there is without TLS
    this.#notice.say(copied ? done : words.copyByHand);
  }

  #share() {
    // Whoever closes the system's sheet has thought better of it.
    navigator.share({ title: document.title, url: $("address").value }).catch(() => {});
  }

  // #show shows the link as squares, too, or says that what makes them is not there.
  async #show() {
    this.#fill();
    $("uncoded").textContent = "";
    const module = await demand("./qr.js", words.qrCode, (text) => {
      $("uncoded").textContent = text;
      this.#notice.speak(text);
    });
    paintCode($("code"), module?.qrCode($("address").value));
  }

  #fill() {
    $("address").value = addressOf(location.href, $("watching").checked);
    $("bot").value = botLine(addressOf(location.href, false));
  }
}

// paintCode paints the squares in an SVG, or hides it where there are none.
function paintCode(svg, dark) {
  svg.toggleAttribute("hidden", !dark);
  if (!dark) return;
  const size = dark.length + 2 * quiet;
  svg.setAttribute("viewBox", `0 0 ${size} ${size}`);
  const runs = dark.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + quiet} ${y + quiet}h1v1h-1z` : "")));
  svg.querySelector("path").setAttribute("d", runs.join(""));
}
