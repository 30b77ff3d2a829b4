// The page's exchange: several of them, joined by a wire that a test may bend.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Log } from "/static/log.js";
import { rowOf } from "/static/row.js";
import { Signatures } from "/static/signatures.js";
import { Sponsor } from "/static/sponsor.js";
import { Exchange } from "/static/exchange.js";
import { Author } from "./author.js";
import { format } from "/static/wire.js";

const timers = [];
afterEach(() => timers.splice(0).forEach(clearInterval));

async function until(what, condition) {
  for (const end = Date.now() + 40000; Date.now() < end; ) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`in vain: ${what}`);
}

// room makes exchanges by name, each linked to each. bend(from, to, data) gives what
// arrives instead of a text.
function room(all, bend = (from, to, data) => data) {
  const members = {};
  for (const name of all) join(members, name, () => {}, bend);
  return members;
}

// join takes somebody into a room. hear(from, data) hears what comes to it.
function join(members, name, hear, bend = (from, to, data) => data, { seed = undefined, others = undefined } = {}) {
  const member = { faults: [], frames: 0, hear, others };
  const arrive = (to, data) => {
    const other = members[to];
    if (!other || !members[name] || !linked(members, name, to)) return;
    const isText = typeof data === "string";
    if (!isText) other.frames++;
    other.hear(name, data);
    if (members[name]) other.exchange.heard(name, isText ? bend(name, to, data) : data.slice().buffer);
  };
  member.exchange = new Exchange({
    signatures: new Signatures({ seed }),
    wire: {
      send(to, data) {
        queueMicrotask(() => arrive(to, data));
        return to in members;
      },
      queued: () => 0,
      reset(to) {
        member.faults.push({ reset: to });
        queueMicrotask(() => relink(members, name, to));
      },
    },
    onChange() {}, onPreview() {}, onProvisional() {}, onState() {},
    onFault: (fault) => member.faults.push(fault),
  });
  member.timer = setInterval(() => member.exchange.tick(), 100);
  timers.push(member.timer);
  members[name] = member;
  for (const [other, { exchange }] of Object.entries(members)) {
    if (other === name || !linked(members, name, other)) continue;
    member.exchange.opened(other, exchange.capability);
    exchange.opened(name, member.exchange.capability);
  }
  return member;
}

// relink makes a link anew.
function relink(members, a, b) {
  const [one, other] = [members[a].exchange, members[b].exchange];
  one.closed(b);
  other.closed(a);
  one.opened(b, other.capability);
  other.opened(a, one.capability);
}

// linked says whether two are: all that do not say with whom they are.
function linked(members, a, b) {
  const knows = (one, other) => !members[one].others || members[one].others.includes(other);
  return knows(a, b) && knows(b, a);
}

// leave takes somebody out of a room.
function leave(members, name) {
  clearInterval(members[name].timer);
  delete members[name];
  for (const { exchange } of Object.values(members)) exchange.closed(name);
}

/** @returns {Segment} */
const segment = (y, color = "#ff0000", x = 20) =>
  ({ type: "segment", from: { x, y }, to: { x: x + 60, y }, force: 1.5, color });

const sameSums = (...members) => members.every(({ exchange }) => exchange.log.digest === members[0].exchange.log.digest);
const agree = (...members) => sameSums(...members) && members.every(({ exchange }) => exchange.state.agree);

// twins are two exchanges that write as one site, each linked to one of two others, who
// are linked to each other.
function twins() {
  const seed = crypto.getRandomValues(new Uint8Array(32));
  const members = room(["ana", "bo"]);
  for (const [name, other] of [["lea", "ana"], ["leo", "bo"]]) {
    join(members, name, () => {}, undefined, { seed, others: [other] });
  }
  return members;
}

test("who tells two stories is void for everybody, and named", async () => {
  const { ana, bo, lea, leo } = twins();
  const { site } = lea.exchange.log;
  assert(leo.exchange.log.site === site, "they are two");
  ana.exchange.draw(segment(1));
  await until("all have that", () => agree(ana, bo) && lea.exchange.log.length === 1 && leo.exchange.log.length === 1);
  lea.exchange.draw(segment(2));
  leo.exchange.draw(segment(3, "#00ff00"));
  const named = ({ faults }, peer) => faults.some((f) => f.lied && f.site === site && f.peer === peer);
  await until("both know", () => named(ana, "lea") && named(bo, "leo") && agree(ana, bo));
  for (const { exchange } of [ana, bo]) {
    assert(exchange.log.length === 1, `${exchange.log.length} operations are left`);
    assert(exchange.state.synced === 1, `it counts ${exchange.state.synced} who could agree`);
  }
});

test("who told two stories and left is named", async () => {
  const members = twins();
  const { ana, bo, lea } = members;
  const { site } = lea.exchange.log;
  ana.others = ["lea"]; // for a moment
  lea.exchange.draw(segment(2));
  members.leo.exchange.draw(segment(3, "#00ff00"));
  await until("each has one story", () => ana.exchange.log.length === 1 && bo.exchange.log.length === 1);
  for (const name of ["lea", "leo"]) leave(members, name);
  ana.others = undefined;
  relink(members, "ana", "bo");
  const named = ({ faults }, peer) => faults.some((f) => f.lied && f.site === site && f.peer === peer);
  await until("both know", () => named(ana, "lea") && named(bo, "leo") && agree(ana, bo));
});

test("nobody agrees on what is not verified, or with who does not answer", async () => {
  const { ana, bo } = room(["ana", "bo"]);
  ana.exchange.draw(segment(1));
  assert(!ana.exchange.state.agree, "it agrees before it has signed");
  await until("both agree", () => bo.exchange.log.length === 1 && agree(ana, bo));
  let claimed = 0; // while more showed than was verified
  const { log } = bo.exchange;
  bo.hear = () => queueMicrotask(() => (claimed += Number(log.length > log.haveSince(0).sites.get(ana.exchange.log.site) && bo.exchange.state.agree)));
  const shown = setInterval(bo.hear);
  timers.push(shown);
  for (let i = 2; i < 12; i++) {
    ana.exchange.draw(segment(i));
    await until("it came", () => log.length === i);
  }
  await until("both agree again", () => agree(ana, bo));
  assert(claimed === 0, `it agreed ${claimed} times on what nobody had verified`);
  ana.exchange.wavers("bo", true);
  assert(!ana.exchange.state.agree, "it agrees with who does not answer");
  ana.exchange.wavers("bo", false);
  assert(ana.exchange.state.agree, "it does not agree with who answers again");
});

test("what its author did not sign is taken back, and the link made anew", async () => {
  const bend = (from, to, data) => (from === "lea" && to === "bo" ? data.replaceAll("#abcdef", "#fedcba") : data);
  const { bo, lea } = room(["lea", "bo"], bend);
  lea.exchange.draw(segment(1));
  await until("the first came", () => bo.exchange.log.length === 1);
  lea.exchange.draw(segment(2, "#abcdef"));
  await until("it came", () => bo.exchange.log.length === 2);
  await until("it is gone", () => bo.faults.some((f) => f.forged) && bo.faults.some((f) => f.reset === "lea"));
  await until("it comes as it is", () => agree(lea, bo) && bo.exchange.log.length === 2);
  assert([...bo.exchange.log.paint()].at(-1).of.row(2).color === 0xabcdefff, "it is another");
});

test("a clear takes what was drawn before it, and nothing after", async () => {
  const { ana, bo, cy } = room(["ana", "bo", "cy"]);
  for (const [i, { exchange }] of [ana, bo, cy].entries()) exchange.draw(segment(i));
  await until("all came", () => cy.exchange.log.length === 3 && agree(ana, bo, cy));
  ana.exchange.draw({ type: "clear" });
  ana.exchange.draw(segment(9));
  await until("all see it", () => [ana, bo, cy].every(({ exchange }) => exchange.log.length === 1) && agree(ana, bo, cy));
  bo.exchange.draw(segment(10));
  await until("it goes on", () => cy.exchange.log.length === 2 && agree(ana, bo, cy));
  assert([ana, bo, cy].every(({ faults }) => faults.length === 0), "somebody complained");
});

test("an entry of a kind that nobody knows is held, undone by its author, and handed on", async () => {
  const members = room(["ana"]);
  const { ana } = members;
  const author = new Author();
  ana.exchange.opened("later", author.capability);
  const payload = `{"at":{"x":1,"y":2},"text":"hej"}`;
  const now = Math.floor(performance.timeOrigin * 16);
  /** @type {Op} */
  const words = { type: "other", name: "text", payload };
  author.log.draw(words, 0, now);
  author.log.draw(segment(1), 0, now);
  author.log.draw(words, 2, now); // a part of that stroke
  ana.exchange.heard("later", await author.live());
  ana.exchange.heard("later", `{"event":"text","text":"h","live":true,"n":9,"t":9,"k":9}`);
  ana.exchange.heard("later", `{"event":"wave","hand":"left"}`);
  await until("it came", () => ana.exchange.log.length === 3);
  author.log.undo(1, now);
  ana.exchange.heard("later", await author.live());
  await until("the undo came", () => ana.exchange.log.length === 4);
  ana.exchange.closed("later");
  const bo = join(members, "bo", () => {});
  await until("both agree", () => bo.exchange.log.length === 4 && agree(ana, bo));
  for (const { exchange: { log }, faults } of [ana, bo]) {
    assert(log.digest === author.log.digest, "it holds something else");
    assert(Array.from(log.paint(), ({ n }) => n).join() === "2", "it paints something else");
    const [s] = log.live;
    assert([1, 3].every((n) => s.row(n).payload === payload && s.row(n).name === "text"), "it holds other words");
    assert(faults.length === 0, `it heard of ${JSON.stringify(faults)}`);
  }
  bo.exchange.draw({ type: "clear" });
  await until("it is cleared", () => agree(ana, bo) && ana.exchange.log.length === 0);
});

// headless says how many of a message's lines come after its last head, and draw.
const headless = (data) => {
  const lines = data.split("\n").map((line) => JSON.parse(line).event);
  return lines.slice(lines.lastIndexOf("head") + 1).filter((event) => event === "draw").length;
};

test("what comes too fast is taken later", async () => {
  let lost = 0;
  const { ana, bo } = room(["ana", "bo"], (from, to, data) => {
    lost += headless(data);
    return data;
  });
  for (let i = 0; i < 9000; i++) ana.exchange.draw(segment(i % 700));
  await until("all came", () => bo.exchange.log.length === 9000);
  await until("both agree", () => agree(ana, bo));
  assert(lost === 0, `${lost} lines came without a head`);
  assert(bo.frames > 0, "all came as it was drawn");
  assert(bo.faults.length === 0, `bo heard of ${JSON.stringify(bo.faults)}`);
});

test("an answer ends with what there is", async () => {
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
});

test("what is drawn faster than by hand is pulled", async () => {
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
});

test("if who is asked leaves, another is asked", async () => {
  const members = room(["ana", "bo"]);
  const { ana, bo } = members;
  const author = new Log(new Signatures(), () => {});
  for (let i = 0; i < 20000; i++) author.draw(segment(Math.random() * 700, "#ff0000", Math.random() * 1000), 0, 0);
  await author.sign();
  for (const { exchange } of [ana, bo]) await exchange.log.merge(author.runs(author.site, 1), 1);
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
});

test("what a plain peer draws too fast is lost, and said to be", async () => {
  const { ana } = room(["ana"]);
  ana.exchange.opened("plain", undefined);
  for (let i = 0; i < 7000; i++) ana.exchange.heard("plain", format(segment(i)), 1000);
  assert(ana.exchange.log.length === 5000, `${ana.exchange.log.length} were taken`);
  assert(ana.faults.length === 1 && ana.faults[0].lost, `ana heard of ${JSON.stringify(ana.faults)}`);
  for (let i = 0; i < 500; i++) ana.exchange.heard("plain", format(segment(i, "#00ff00")), 2000);
  assert(ana.exchange.log.length === 5500, `${ana.exchange.log.length} were taken a second later`);
});

test("a plain peer is shown what others drew, and not what it drew itself", async () => {
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
});

test("a plain peer is shown as much of a large drawing again as when it came", async () => {
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
  sponsor.outdated();
  sponsor.tick(1000);
  sponsor.tick(3000);
  assert(sent.length === 1 + most && sent[0] === `{"event":"clear"}`, `it was shown ${sent.length} messages after an undo`);
});

test("that a plain peer's strokes are not kept is said once while it is so", () => {
  const told = [];
  let full = true;
  const sponsor = new Sponsor(/** @type {any} */ ({
    drawing: { log: { site: "A", next: (t) => t, get isFull() { return full; } }, ticks: (now) => now },
    pen: { adopt: () => !full },
    neighbours: new Map(),
    onFault: (fault) => told.push(fault.peer),
    onProvisional() {},
  }));
  const draw = (id) => sponsor.heard(/** @type {any} */ ({ id, limits: { admits: () => true } }), format(segment(1)), 1000);
  for (let i = 0; i < 5; i++) for (const id of ["bo", "cy"]) draw(id);
  assert(told.join() === "bo,cy", `while it is full: ${told}`);
  full = false;
  draw("bo");
  full = true;
  draw("bo");
  draw("cy");
  assert(told.join() === "bo,cy,bo", `once bo could draw: ${told}`);
  sponsor.wiped();
  draw("cy");
  assert(told.join() === "bo,cy,bo,cy", `after a clear: ${told}`);
});
