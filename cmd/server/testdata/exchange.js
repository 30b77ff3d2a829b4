// The page's exchange: several of them in one page, joined by a wire that a test
// may bend.
import { View } from "/static/view.js";
import { Log } from "/static/log.js";
import { formatMessage } from "/static/message.js";
import { Puller } from "/static/pull.js";
import { rowOf } from "/static/row.js";
import { Sponsor } from "/static/sponsor.js";
import { Exchange } from "/static/exchange.js";
import { format } from "/static/wire.js";

async function until(what, condition) {
  for (const end = Date.now() + 40000; Date.now() < end; ) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`in vain: ${what}`);
}

function assert(condition, says) {
  if (!condition) throw new Error(says);
}

// room makes exchanges by name, each linked to each. bend(from, to, data) gives what
// arrives instead of a text.
function room(all, bend = (from, to, data) => data) {
  const members = {};
  for (const name of all) join(members, name, () => {}, bend);
  return members;
}

// join takes somebody into a room. hear(from, data) hears what comes to it.
function join(members, name, hear, bend = (from, to, data) => data) {
  const member = { faults: [], frames: 0, hear };
  const arrive = (to, data) => {
    const other = members[to];
    if (!other || !members[name]) return;
    const isText = typeof data === "string";
    if (!isText) other.frames++;
    other.hear(name, data);
    if (members[name]) other.exchange.heard(name, isText ? bend(name, to, data) : data.slice().buffer);
  };
  member.exchange = new Exchange({
    wire: {
      send(to, data) {
        queueMicrotask(() => arrive(to, data));
        return to in members;
      },
      queued: () => 0, reset: (to) => member.faults.push({ reset: to }),
    },
    onChange() {}, onPreview() {}, onProvisional() {}, onState() {},
    onFault: (fault) => member.faults.push(fault),
  });
  member.timers = [setInterval(() => member.exchange.tick(), 100)];
  for (const [other, { exchange }] of Object.entries(members)) {
    member.exchange.opened(other, exchange.capability);
    exchange.opened(name, member.exchange.capability);
  }
  members[name] = member;
  return member;
}

// leave takes somebody out of a room.
function leave(members, name) {
  members[name].timers.forEach(clearInterval);
  delete members[name];
  for (const { exchange } of Object.values(members)) exchange.closed(name);
}

/** @returns {Segment} */
const segment = (y, color = "#ff0000", x = 20) =>
  ({ type: "segment", from: { x, y }, to: { x: x + 60, y }, force: 1.5, color });

const sameSums = (...members) => members.every(({ exchange }) => exchange.log.sum === members[0].exchange.log.sum);
const agree = (...members) => sameSums(...members) && members.every(({ exchange }) => exchange.state.agree);

// liar makes a room in which lea tells bo another color than ana.
async function liar() {
  const bend = (from, to, data) => (from === "lea" && to === "bo" ? data.replaceAll("#abcdef", "#fedcba") : data);
  const members = room(["ana", "bo", "lea"], bend);
  members.lea.exchange.draw(segment(1));
  for (let y = 2; y < 10; y++) members.lea.exchange.draw(segment(y, y === 3 ? "#abcdef" : "#123456"));
  return members;
}

const names = ({ faults }, site) => faults.some((f) => f.site === site && f.n === 3 && f.ours !== f.theirs);

export const tests = {
  async "what was told in two ways is as its author has it"() {
    const { ana, bo, lea } = await liar();
    await until("all agree", () => lea.exchange.log.length === 9 && bo.faults.length > 0 && agree(ana, bo, lea));
    assert(names(bo, lea.exchange.log.site), `bo heard of ${JSON.stringify(bo.faults)}`);
    assert(lea.faults.every(({ n }) => n === 0), `lea gave up her own: ${JSON.stringify(lea.faults)}`);
    const third = [...bo.exchange.log.lacking(new Map())].find(({ n }) => n === 3);
    assert(third.row.color === 0xabcdefff, `the third is ${third.row.color.toString(16)}`);
  },

  async "without its author the smaller hash wins"() {
    const members = await liar();
    const { ana, bo, lea } = members;
    const { site } = lea.exchange.log;
    // Before they can compare.
    await until("all came", () => ana.exchange.log.length === 9 && bo.exchange.log.length === 9);
    leave(members, "lea");
    const smaller = [ana, bo].map(({ exchange }) => exchange.log.sum).sort()[0];
    await until("both agree", () => agree(ana, bo));
    if (ana.faults.length + bo.faults.length === 0) return; // bo had asked lea by then
    assert(ana.exchange.log.sum === smaller || names(bo, site), `ana heard of ${JSON.stringify(ana.faults)}, bo of ${JSON.stringify(bo.faults)}`);
  },

  async "a promise that is not kept changes nothing"() {
    const { ana, bo } = room(["ana", "bo"]);
    ana.exchange.draw(segment(1));
    bo.exchange.draw(segment(2));
    await until("both agree", () => ana.exchange.log.length === 2 && agree(ana, bo));
    const { have, dead, sum, sums } = bo.exchange.log;
    const { site } = bo.exchange.log;
    ana.exchange.heard("bo", formatMessage({ type: "have", have, dead, sum: "00000000000000ff" }));
    ana.exchange.heard("bo", formatMessage({ type: "sums", sums: new Map(sums).set(site, "0000000000000001") }));
    await until("it is found out", () => ana.faults.some((f) => f.site === site && f.n === 0 && f.theirs.endsWith("1")));
    assert(ana.exchange.log.sum === sum, "the drawing is another");
  },

  async "what comes too fast is taken later"() {
    const { ana, bo } = room(["ana", "bo"]);
    for (let i = 0; i < 9000; i++) ana.exchange.draw(segment(i % 700));
    await until("all came", () => bo.exchange.log.length === 9000);
    await until("both agree", () => agree(ana, bo));
    assert(bo.frames > 0, "all came as it was drawn");
    assert(bo.faults.length === 0, `bo heard of ${JSON.stringify(bo.faults)}`);
  },

  async "one is asked, and in the beginning the same one again"() {
    const { puller, ana, bo, asked, told } = pulling();
    puller.ask(1000); // nobody has said what it holds
    ana.known = bo.known = true;
    ana.lacking = bo.lacking = true;
    ana.claimed = 1000;
    bo.claimed = 1001;
    puller.ask(1001); // at once, with nothing there
    for (let now = 1100; now < 9000; now += 100) {
      puller.came(ana, now); // something, again and again
      puller.ask(now);
    }
    assert(asked.join() === "ana", `${asked} were asked`);
    ana.lacking = false;
    puller.answered(bo);
    assert(told.length === 0, "who was not asked is told");
    puller.answered(ana);
    puller.answered(ana);
    assert(told.join() === "ana", `${told} were told`);
    puller.ask(9000);
    assert(asked.join() === "ana,ana", `${asked} were asked`);
    puller.answered(ana); // it had nothing
    puller.ask(9100);
    assert(asked.length === 2, "what is on its way is not waited for");
    for (let now = 9200; now <= 12000; now += 200) {
      puller.ask(now);
      puller.answered(ana);
    }
    assert(asked.join() === "ana,ana,ana,ana,ana,ana,ana,bo", `${asked} were asked`);
  },

  async "after two seconds without anything another is asked"() {
    const { puller, ana, bo, asked } = pulling();
    ana.known = bo.known = true;
    ana.lacking = bo.lacking = true;
    bo.claimed = 1;
    puller.ask(1000);
    puller.came(ana, 1500);
    puller.ask(3499);
    assert(asked.join() === "ana", `${asked} were asked`);
    puller.ask(3500);
    assert(asked.join() === "ana,bo", `${asked} were asked`);
    puller.forsake(bo);
    bo.lacking = false;
    puller.ask(3600);
    assert(asked.join() === "ana,bo", "who was asked just now is asked again at once");
    puller.ask(3900);
    assert(asked.join() === "ana,bo,ana", `${asked} were asked`);
  },

  async "an answer ends with what there is"() {
    const said = [];
    const { ana, bo } = room(["ana", "bo"], (from, to, data) => {
      if (from === "ana") said.push(data.startsWith('{"event":"have"') ? "have" : "text");
      return data;
    });
    const hear = bo.hear;
    bo.hear = (from, data) => (typeof data === "string" ? hear(from, data) : said.push("frame"));
    for (let i = 0; i < 9000; i++) ana.exchange.draw(segment(i % 500));
    await until("both agree", () => bo.exchange.log.length === 9000 && agree(ana, bo));
    const after = said.slice(said.lastIndexOf("frame") + 1);
    assert(said.includes("frame") && after.includes("have"), `after the last frame came ${after}`);
  },

  async "what is drawn faster than by hand is pulled"() {
    let texts = 0; // that draw
    const { ana, bo } = room(["ana", "bo"], (from, to, data) => {
      texts += from === "ana" ? data.split("\n").filter((text) => text.startsWith('{"event":"draw')).length : 0;
      return data;
    });
    for (let i = 0; i < 20000; i++) ana.exchange.draw(segment(i % 500));
    await until("both agree", () => bo.exchange.log.length === 20000 && agree(ana, bo));
    assert(texts < 15000, `${texts} came as text`); // 500 more for each second that it takes
    ana.exchange.draw(segment(9)); // and one more is sent as ever
    await until("both agree again", () => bo.exchange.log.length === 20001 && agree(ana, bo));
  },

  async "if who is asked leaves, another is asked"() {
    const members = room(["ana", "bo"]);
    const { ana, bo } = members;
    const author = new Log("AAAAAAAAAAA");
    for (let i = 0; i < 20000; i++) {
      const { entry } = author.draw(segment(Math.random() * 700, "#ff0000", Math.random() * 1000));
      ana.exchange.log.add(entry);
      bo.exchange.log.add(entry);
    }
    ana.exchange.draw(segment(1)); // and thus they tell each other
    bo.exchange.draw(segment(2));
    await until("both agree", () => ana.exchange.log.length === 20002 && agree(ana, bo));
    let source = "";
    const cy = join(members, "cy", (from, data) => {
      if (typeof data !== "string") source ||= from;
    });
    await until("a frame came", () => source !== "");
    leave(members, source);
    await until("all came", () => cy.exchange.log.length === 20002);
    assert(source !== "" && cy.faults.length === 0, `cy heard of ${JSON.stringify(cy.faults)}`);
  },

  async "what a plain peer draws too fast is lost, and said to be"() {
    const { ana } = room(["ana"]);
    ana.exchange.opened("plain", undefined);
    for (let i = 0; i < 7000; i++) ana.exchange.heard("plain", format(segment(i)), 1000);
    assert(ana.exchange.log.length === 5000, `${ana.exchange.log.length} were taken`);
    assert(ana.faults.length === 1 && ana.faults[0].lost, `ana heard of ${JSON.stringify(ana.faults)}`);
    for (let i = 0; i < 500; i++) ana.exchange.heard("plain", format(segment(i, "#00ff00")), 2000);
    assert(ana.exchange.log.length === 5500, `${ana.exchange.log.length} were taken a second later`);
  },

  async "a plain peer is shown what others drew, and not what it drew itself"() {
    const told = { bo: [], cy: [] };
    const exchange = new Exchange({
      wire: { send: (to, data) => told[to].push(data) > 0, queued: () => 0, reset() {} },
      onChange() {}, onPreview() {}, onProvisional() {}, onState() {}, onFault() {},
    });
    const [own, theirs] = [segment(1), segment(2, "#00ff00")];
    exchange.draw(own);
    exchange.opened("bo", undefined);
    exchange.heard("bo", format(theirs));
    exchange.closed("bo");
    told.bo.length = 0;
    exchange.opened("bo", undefined); // its link was lost, and it has its drawing still
    exchange.opened("cy", undefined);
    const says = (list) => list.map((text) => JSON.parse(text).color).join();
    assert(says(told.bo) === own.color, `bo was shown ${told.bo}`);
    assert(says(told.cy) === `${own.color},${theirs.color}`, `cy was shown ${told.cy}`);
  },

  async "a plain peer is shown as much of a large drawing again as when it came"() {
    const most = 131072; // as in internal/exchange/outbox_test.go
    const row = rowOf({ op: segment(1), by: "" });
    const place = { of: { row: () => row }, n: 1 };
    let sent = [];
    /** @type {any} */
    const n = { id: "bo", replay: [], redraw: Infinity };
    const sponsor = new Sponsor(/** @type {any} */ ({
      drawing: { log: { site: "A", *paint() { for (let i = 0; i < 3 * most; i++) yield place; } } },
      outbox: { stuck: () => false },
      neighbours: new Map([["bo", n]]),
      wire: { send: (to, data) => sent.push(data), queued: () => 0 },
    }));
    sponsor.opened(n);
    assert(sent.length === most, `it was shown ${sent.length} operations when it came`);
    sent = [];
    sponsor.redraw(1000);
    sponsor.tick(3000);
    assert(sent.length === 1 + most && sent[0] === `{"event":"clear"}`, `it was shown ${sent.length} messages after an undo`);
  },

  async "a plain peer's strokes show before they are logged, and once"() {
    const stage = new Stage();
    const drawn = segment(50, "#ff000080");
    stage.plain(drawn);
    await stage.frames(3);
    stage.expect({ overlay: true, picture: false });
    stage.adopts(drawn);
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
    stage.adopts(rect);
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
    stage.adopts(segment(50, "#ff000080"));
    await stage.frames(2);
    stage.expect({ overlay: false, picture: true });
    stage.plain({ type: "clear" });
    await stage.frames(2);
    stage.expect({ overlay: false, picture: false });
    stage.plain(segment(50, "#00ff0080")); // behind it
    await stage.frames(2);
    stage.expect({ overlay: true, picture: false });
    stage.seen.length = 0;
    stage.says(stage.log.clear().entries[0]);
    await stage.frames(2);
    stage.adopts(segment(50, "#00ff0080"));
    await stage.frames(2);
    stage.expect({ overlay: false, picture: true });
    stage.steady();
    const later = performance.now() + 3000;
    stage.plain({ type: "clear" }, later);
    stage.exchange.tick(later + 2000); // nobody else does it
    await stage.frames(2);
    stage.expect({ overlay: false, picture: false });
    assert(stage.exchange.log.length === 1, `${stage.exchange.log.length} entries are left beside the clear`);
  },
};

// pulling is a puller with two neighbours, of whom a test says whether they hold
// something that is lacking here.
function pulling() {
  const [ana, bo] = ["ana", "bo"].map((id) => ({ id, site: id, known: false, claimed: 0, gap: false, lacking: false, lacks() { return this.lacking; } }));
  const asked = [];
  const told = [];
  const puller = new Puller({
    drawing: { get version() { return asked.length; }, log: { have: new Map(), dead: new Map() } },
    neighbours: new Map([["ana", ana], ["bo", bo]]),
    wire: { send: (id) => asked.push(id) },
    teller: { confirm: ({ id }) => told.push(id) },
  });
  return { puller, ana, bo, asked, told };
}

// A Stage is a view of somebody who hears a plain peer and that peer's sponsor.
class Stage {
  at = { x: 50, y: 50 }; // where to look
  seen = []; // at each frame, how often there is ink
  log = new Log("00000000000"); // the sponsor's
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
    this.#view.resize(200, 200, 1);
    this.exchange.opened("sponsor", { v: 1, site: this.log.site });
    this.exchange.opened("plain", undefined);
  }

  plain(op, now = performance.now()) {
    this.exchange.heard("plain", format(op), now);
  }

  adopts(op) {
    this.says(this.log.adopt("plain", op).entry);
  }

  says(entry) {
    this.exchange.heard("sponsor", formatMessage({ type: "entry", entry: { ...entry, site: "" } }));
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
