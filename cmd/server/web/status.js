// How things stand, where the page shows it: who is here, the stream from the server, the
// drawing, and what is not well.
import { demand } from "./demand.js";
import { displayName, drawingWords, Faults, faultWords, paintFace, reachWords, showPeople, signalingWords } from "./people.js";
import { standingWords } from "./standing.js";
import { words } from "./words.js";

const drawingTime = 100; // ms between two looks at the drawing
const momentTime = 3000; // ms

/** @returns {any} an element of index.html */
const $ = (id) => document.getElementById(id);

// A Status shows how the room and its drawing stand, of which it asks its parts. see(links)
// hears who is there, and onDrawing() that how the drawing stands has been shown.
export class Status {
  #parts;
  #faults = new Faults($("fault"));
  /** @type {{ state: string, until?: number, why?: any }} */
  #stream = { state: "connecting", until: 0 };
  #since = Date.now(); // the stream stands as it does
  #odd = ""; // that somebody has another drawing
  /** @type {any} */
  #looking = null; // at the drawing, the next time
  /** @type {import("./details.js").Details | null} */
  #details = null; // once somebody has looked
  #ticking; // while something is waited for, the words count down

  constructor(parts) {
    this.#parts = parts;
    $("details").addEventListener("toggle", () => this.#look());
  }

  // stand shows how the stream from the server stands.
  stand(stream) {
    if (stream.state !== this.#stream.state) this.#since = Date.now();
    this.#stream = stream;
    this.room();
  }

  // room shows who is here, and how this page and the links to them stand.
  room() {
    const { me, mesh, see } = this.#parts;
    const { links } = mesh;
    const stream = this.#stream;
    paintFace($("face"), me.id, me.name);
    showPeople({ list: $("others"), faces: $("faces"), count: $("count"), me, links, stream });
    $("signaling").dataset.state = stream.state;
    $("words").textContent = signalingWords(stream, navigator.onLine);
    $("reach").textContent = reachWords(links);
    this.#details?.show();
    see(links);
    this.#hint();
    const { dataset } = document.documentElement;
    dataset.signaling = stream.state;
    dataset.links = String(links.filter((link) => link.healthy).length);
    this.#trouble();
    clearTimeout(this.#ticking);
    this.drawingSoon();
    if (stream.until || stream.state === "connecting" || links.some((link) => link.until)) this.#ticking = setTimeout(() => this.room(), 1000);
  }

  // drawingSoon shows how the drawing stands, at most a few times a second.
  drawingSoon() {
    if (this.#looking === null) this.#looking = setTimeout(() => this.#drawing(), drawingTime);
  }

  #drawing() {
    this.#looking = null;
    const { exchange, mesh, shelving, onDrawing } = this.#parts;
    const { state } = exchange;
    const { links } = mesh;
    const stream = this.#stream;
    const odd = links.filter(({ peer }) => state.differ.includes(peer.id)).map(({ peer }) => displayName(peer));
    const isAll = stream.state === "connected" && state.synced === links.length && links.every((link) => link.state === "open");
    $("drawing").textContent = drawingWords(state, odd, isAll);
    $("standing").textContent = standingWords(state, { stream, links, odd, isAll });
    this.#odd = odd.length > 0 ? $("drawing").textContent : "";
    this.#trouble();
    const { dataset } = document.documentElement;
    dataset.sum = state.sum;
    dataset.synced = state.synced;
    dataset.agree = state.agree;
    dataset.kept = shelving.state;
    this.#hint();
    onDrawing();
  }

  // #look has the details be there, or says there that they are not.
  async #look() {
    if (this.#details || !$("details").open) return;
    const { me, mesh, notice } = this.#parts;
    const found = await demand("./details.js", words.details, (text) => {
      $("routes").replaceChildren(Object.assign(document.createElement("li"), { textContent: text }));
      notice.speak(text);
    });
    if (found) this.#details ??= new found.Details({ parts: { details: $("details"), picture: $("mesh"), routes: $("routes") }, mesh, me });
  }

  // fault tells what is wrong with somebody.
  fault(fault) {
    const { mesh, notice } = this.#parts;
    const what = faultWords(fault, displayName(mesh.peer(fault.peer)));
    this.#faults.show(what, fault.lied === true);
    document.documentElement.dataset.fault = JSON.stringify(fault);
    notice.say(what, "trouble", 15000);
  }

  #hint() {
    const { exchange, mesh } = this.#parts;
    $("hint").hidden = mesh.links.length > 0 || this.#stream.state !== "connected" || exchange.log.length > 0;
  }

  // #trouble puts into everybody's sight that the server is away, or that a drawing is
  // another. Connecting alone is no trouble, if it takes but a moment.
  #trouble() {
    const { state } = this.#stream;
    const isLong = state !== "connecting" || Date.now() - this.#since > momentTime;
    const isAway = state !== "connected" && isLong;
    const trouble = isAway ? signalingWords(this.#stream, navigator.onLine) : $("reach").textContent || this.#odd;
    this.#parts.notice.stand(trouble, state === "connected");
  }
}
