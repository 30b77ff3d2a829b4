// The bar of the history: what it shows, and what people do to it.
import { words } from "./words.js";

const playIcon = "M8 5.5v13l10.5-6.5z";
const pauseIcon = "M8 6v12M16 6v12";

// Its style comes with it, or neither does.
const sheet = element("link", { rel: "stylesheet", href: new URL("./history.css", import.meta.url).href });
document.head.append(sheet);
await new Promise((resolve, reject) => Object.assign(sheet, { onload: resolve, onerror: reject })).catch((error) => {
  sheet.remove();
  throw error;
});

// A HistoryBar stands in the place of the tools. on has what is called: seek(at), ms of a
// replay; play(), color(), again() and close().
export class HistoryBar {
  #root = element("section", { id: "history", className: "card", ariaLabel: words.history });
  #moment = element("b", { id: "moment" });
  #news = element("span", { id: "meanwhile" });
  #play = element("button", { id: "play", type: "button" });
  #slider = element("input", { id: "when", type: "range", min: "0", step: "any", ariaLabel: words.moment });
  #color = element("button", { id: "who-drew", type: "button", className: "quiet", textContent: words.whoDrew, title: words.whoDrewLong, ariaPressed: "false" });
  #again = element("button", { id: "again", type: "button", className: "quiet", textContent: words.bringBack, title: words.bringBackLong });
  #legend = element("ul", { id: "legend", ariaLabel: words.whoDrew, hidden: true });
  #resized = new ResizeObserver(() => this.#makeRoom());

  constructor({ duration, canDraw, told, on }) {
    const back = element("button", { id: "now", type: "button", className: "main", textContent: words.backToNow, title: `${words.backToNow} (Esc)` });
    const does = [[this.#play, on.play], [this.#color, on.color], [this.#again, on.again], [back, on.close]];
    for (const [button, act] of does) button.addEventListener("click", act);
    this.#slider.max = duration;
    this.#slider.addEventListener("input", () => on.seek(this.#slider.valueAsNumber));
    this.#slider.setAttribute("aria-describedby", "told");
    this.#again.hidden = !canDraw;
    this.#root.append(
      element("p", { className: "head" }, this.#moment, this.#news),
      element("div", { className: "track" }, this.#play, this.#slider),
      this.#legend,
      element("div", { className: "acts" }, this.#color, this.#again, back),
      element("p", { id: "told", className: "told", textContent: told }),
    );
    this.playing(false);
  }

  // show has the bar be there.
  show() {
    document.querySelector("#tools")?.before(this.#root);
    this.#resized.observe(this.#root);
    this.#slider.focus();
  }

  remove() {
    if (this.#root.contains(document.activeElement)) document.getElementById("back")?.focus();
    this.#resized.disconnect();
    this.#root.remove();
    document.documentElement.style.removeProperty("--tools");
  }

  // moment shows a moment of the replay, in words as well; a screen reader hears of it
  // where somebody has gone there.
  moment(at, text, isSpoken) {
    this.#slider.value = at;
    this.#moment.textContent = text;
    if (isSpoken) this.#slider.setAttribute("aria-valuetext", text);
  }

  playing(isPlaying) {
    const does = isPlaying ? words.pause : words.play;
    Object.assign(this.#play, { ariaLabel: does, title: does });
    this.#play.replaceChildren(icon(isPlaying ? pauseIcon : playIcon));
  }

  news(text) {
    this.#news.textContent = text;
  }

  // legend shows authors and their colors, or with null nothing.
  /** @param {{ name: string, color: string }[] | null} authors */
  legend(authors) {
    this.#color.ariaPressed = String(authors !== null);
    this.#legend.hidden = authors === null;
    this.#legend.replaceChildren(...(authors ?? []).map(({ name, color }) => {
      const dot = element("span", { className: "light" });
      dot.style.backgroundColor = color;
      return element("li", {}, dot, name);
    }));
  }

  // canAgain says whether something can be brought back now.
  canAgain(can) {
    this.#again.ariaDisabled = String(!can);
  }

  // #makeRoom has all that stands above the tools stand above the bar.
  #makeRoom() {
    document.documentElement.style.setProperty("--tools", `${this.#root.offsetHeight}px`);
  }
}

/** @returns {any} */
function element(tag, properties, ...children) {
  const e = Object.assign(document.createElement(tag), properties);
  e.append(...children);
  return e;
}

function icon(d) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}
