// What a page shows of a plain peer's strokes that are not in the log yet.
import { Exchange } from "/static/exchange.js";
import { formatClear } from "/static/entry.js";
import { View } from "/static/view.js";
import { format } from "/static/wire.js";
import { Author } from "./author.js";

function assert(condition, says) {
  if (!condition) throw new Error(says);
}

/** @returns {Segment} */
const segment = (y, color = "#ff0000", x = 20) =>
  ({ type: "segment", from: { x, y }, to: { x: x + 60, y }, force: 1.5, color });

export const tests = {
  async "a plain peer's strokes show before they are logged, and once"() {
    const stage = new Stage();
    const drawn = segment(50, "#ff000080");
    stage.plain(drawn);
    await stage.frames(3);
    stage.expect({ overlay: true, picture: false });
    await stage.adopts(drawn);
    await stage.frames(3);
    stage.expect({ overlay: false, picture: true });
    stage.steady();

    stage.at = { x: 20, y: 90 };
    const rect = { type: "rect", origin: { x: 20, y: 60 }, width: 60, height: 60, lineWidth: 4, color: "#0000ff80" };
    stage.plain(rect);
    await stage.frames(2);
    stage.expect({ overlay: true, picture: false });
    stage.exchange.draw(segment(150)); // which changes nothing about it
    await stage.frames(2);
    await stage.adopts(rect);
    stage.plain(rect); // as those pages do
    await stage.frames(3);
    stage.expect({ overlay: false, picture: true });
    stage.steady();
  },

  async "it is logged by whoever heard it if nobody else does"() {
    const stage = new Stage();
    const now = performance.now();
    stage.plain(segment(50, "#ff000080"), now);
    await stage.frames(2);
    stage.exchange.tick(now + 1900);
    assert(stage.exchange.log.length === 0, "it is logged too early");
    stage.exchange.tick(now + 2100);
    assert(stage.exchange.log.length === 1, "it is not logged");
    await stage.frames(3);
    stage.expect({ overlay: false, picture: true });
    stage.steady();
  },

  async "a plain peer's clear hides the picture, until it is cleared"() {
    const stage = new Stage();
    await stage.adopts(segment(50, "#ff000080"));
    await stage.frames(2);
    stage.expect({ overlay: false, picture: true });
    stage.plain({ type: "clear" });
    const heard = clock(); // by the sponsor as well
    await stage.frames(2);
    stage.expect({ overlay: false, picture: false });
    stage.plain(segment(50, "#00ff0080")); // behind it
    await stage.frames(2);
    stage.expect({ overlay: true, picture: false });
    stage.seen.length = 0;
    await stage.clears(heard);
    await stage.frames(2);
    await stage.adopts(segment(50, "#00ff0080"));
    await stage.frames(2);
    stage.expect({ overlay: false, picture: true });
    stage.steady();
    const later = performance.now() + 3000;
    stage.plain({ type: "clear" }, later);
    stage.exchange.tick(later + 2000); // nobody else does it
    await stage.frames(2);
    stage.expect({ overlay: false, picture: false });
    assert(stage.exchange.log.length === 0, `${stage.exchange.log.length} entries are left of what was cleared`);
  },
};

// clock is the time, in ticks.
const clock = () => Math.floor((performance.timeOrigin + performance.now()) * 16);

// sponsor has a site that is smaller than nearly all.
function sponsor() {
  for (;;) {
    const author = new Author();
    if (author.log.site < "0") return author;
  }
}

// A Stage is a view of somebody who hears a plain peer and that peer's sponsor.
class Stage {
  at = { x: 50, y: 50 }; // where to look
  seen = []; // at each frame, how often there is ink
  #sponsor = sponsor();
  #picture = document.createElement("canvas");
  #overlay = document.createElement("canvas");
  #view;

  constructor() {
    document.body.append(this.#picture, this.#overlay);
    this.exchange = new Exchange({
      wire: { send: () => true, queued: () => 0, reset() {} },
      onChange: (change) => this.#view.change(change),
      onPreview: (peer, rect) => this.#view.preview(peer, rect),
      onProvisional: (ops, cleared) => this.#view.provisional(ops, cleared),
      onState() {}, onFault() {},
    });
    this.#view = new View(this.#picture, this.#overlay, this.exchange.log);
    this.#view.look({ x: 0, y: 0, scale: 1, ratio: 1, width: 200, height: 200, ink: null });
    this.exchange.opened("sponsor", this.#sponsor.capability);
    this.exchange.opened("plain", undefined);
  }

  plain(op, now = performance.now()) {
    this.exchange.heard("plain", format(op), now);
  }

  async adopts(op) {
    this.#sponsor.log.adopt("plain", op, clock());
    this.exchange.heard("sponsor", await this.#sponsor.live());
    await this.#settled();
  }

  async clears(at) {
    this.exchange.heard("sponsor", formatClear(/** @type {ClearMark} */ (await this.#sponsor.log.clearAt(at))));
    await this.#settled();
  }

  async #settled() {
    while (this.exchange.isBusy) await new Promise((resolve) => setTimeout(resolve));
  }

  #ink(canvas) {
    return canvas.style.visibility !== "hidden" && canvas.getContext("2d").getImageData(this.at.x, this.at.y, 1, 1).data[3] > 0;
  }

  // frames waits for some, and looks after each what it shows.
  async frames(count) {
    for (let i = 0; i < count; i++) {
      await new Promise(requestAnimationFrame);
      await new Promise((resolve) => setTimeout(resolve));
      this.seen.push(Number(this.#ink(this.#overlay)) + Number(this.#ink(this.#picture)));
    }
  }

  expect({ overlay, picture }) {
    assert(this.#ink(this.#overlay) === overlay, `the overlay shows ${!overlay}`);
    assert(this.#ink(this.#picture) === picture, `the picture shows ${!picture}`);
  }

  // steady makes sure that there was ink once, at each frame since the last time.
  steady() {
    assert(this.seen.every((n) => n === 1), `there was ink ${this.seen} times`);
    this.seen.length = 0;
  }
}
