// The page's exchange: several of them, joined by a wire that a test may bend.
import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { Log } from "/static/log.js";
import { formatMessage } from "/static/message.js";
import { rowOf } from "/static/row.js";
import { Sponsor } from "/static/sponsor.js";
import { Exchange } from "/static/exchange.js";
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
  member.timer = setInterval(() => member.exchange.tick(), 100);
  timers.push(member.timer);
  for (const [other, { exchange }] of Object.entries(members)) {
    member.exchange.opened(other, exchange.capability);
    exchange.opened(name, member.exchange.capability);
  }
  members[name] = member;
  return member;
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

test("what was told in two ways is as its author has it", async () => {
  const { ana, bo, lea } = await liar();
  await until("all agree", () => lea.exchange.log.length === 9 && bo.faults.length > 0 && agree(ana, bo, lea));
  assert(names(bo, lea.exchange.log.site), `bo heard of ${JSON.stringify(bo.faults)}`);
  assert(lea.faults.every(({ n }) => n === 0), `lea gave up her own: ${JSON.stringify(lea.faults)}`);
  const third = [...bo.exchange.log.lacking(new Map())].find(({ n }) => n === 3);
  assert(third.row.color === 0xabcdefff, `the third is ${third.row.color.toString(16)}`);
});

test("without its author the smaller hash wins", async () => {
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
});

test("a promise that is not kept changes nothing", async () => {
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
});

test("what comes too fast is taken later", async () => {
  const { ana, bo } = room(["ana", "bo"]);
  for (let i = 0; i < 9000; i++) ana.exchange.draw(segment(i % 700));
  await until("all came", () => bo.exchange.log.length === 9000);
  await until("both agree", () => agree(ana, bo));
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
  sponsor.redraw(1000);
  sponsor.tick(3000);
  assert(sent.length === 1 + most && sent[0] === `{"event":"clear"}`, `it was shown ${sent.length} messages after an undo`);
});
