// Whom the page asks for what it lacks, and when. The vectors show it in whole.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Puller } from "/static/pull.js";

// pulling is a puller with two neighbours, of whom a test says whether they hold
// something that is lacking here.
function pulling() {
  const [ana, bo] = ["ana", "bo"].map((id) => ({
    id, site: id, known: false, claimed: 0, gap: false, vain: 0, lacking: false,
    lacks() { return this.lacking; }, owes() { return this.lacking; }, served() {}, shelve(now) { this.claimed = now; }, unshelve() {},
  }));
  const asked = [];
  const told = [];
  const puller = new Puller({
    drawing: {
      get isFresh() { return asked.length === 0; }, async verify() {}, soon: (promise) => promise,
      log: { haveSince: () => ({ sites: new Map(), clear: { t: 0 }, void: [] }) },
    },
    neighbours: new Map([["ana", ana], ["bo", bo]]),
    wire: { send: (id) => asked.push(id) },
    teller: { confirm: ({ id }) => told.push(id) },
  });
  const ask = async (now) => {
    puller.ask(now);
    await new Promise(setImmediate); // it looks at signatures before
  };
  return { puller, ask, ana, bo, asked, told };
}

test("one is asked, and in the beginning the same one again", async () => {
  const { puller, ask, ana, bo, asked, told } = pulling();
  await ask(1000); // nobody has said what it holds
  ana.known = bo.known = true;
  ana.lacking = bo.lacking = true;
  ana.claimed = 1000;
  bo.claimed = 1001;
  await ask(1001); // at once, with nothing there
  for (let now = 1100; now < 9000; now += 100) {
    puller.came(ana, true, now); // something, again and again
    await ask(now);
  }
  assert(asked.join() === "ana", `${asked} were asked`);
  ana.lacking = false;
  puller.answered(bo);
  assert(told.length === 0, "who was not asked is told");
  puller.answered(ana);
  puller.answered(ana);
  assert(told.join() === "ana", `${told} were told`);
  await ask(9000);
  assert(asked.join() === "ana,ana", `${asked} were asked`);
  puller.answered(ana); // it had nothing
  await ask(9100);
  assert(asked.length === 2, "what is on its way is not waited for");
  for (let now = 9200; now <= 12000; now += 200) {
    await ask(now);
    puller.answered(ana);
  }
  assert(asked.join() === "ana,ana,ana,ana,ana,ana,ana,bo", `${asked} were asked`);
});

test("after two seconds without anything another is asked", async () => {
  const { puller, ask, ana, bo, asked } = pulling();
  ana.known = bo.known = true;
  ana.lacking = bo.lacking = true;
  bo.claimed = 1;
  await ask(1000);
  puller.came(ana, true, 1500);
  await ask(3499);
  assert(asked.join() === "ana", `${asked} were asked`);
  await ask(3500);
  assert(asked.join() === "ana,bo", `${asked} were asked`);
  puller.forsake(bo);
  bo.lacking = false;
  await ask(3600);
  assert(asked.join() === "ana,bo", "who was asked just now is asked again at once");
  await ask(3900);
  assert(asked.join() === "ana,bo,ana", `${asked} were asked`);
});
