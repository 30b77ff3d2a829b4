// What of a drawing is kept in the browser, and what of it is there at the next visit.
import { deepEqual, equal, notDeepEqual } from "node:assert/strict";
import { test } from "node:test";
import { Exchange } from "/static/exchange.js";
import { frameOf } from "/static/frame.js";
import { Shelving } from "/static/shelving.js";
import { Author } from "./author.js";

const silent = { send: () => true, queued: () => 0, reset() {} };

// A MemoryShelf is what shelf.js has in an IndexedDB. Reading it takes until open is called.
class MemoryShelf {
  pieceList = [];
  isBroken = false;
  #read = 0;

  constructor() {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }

  async pieces() {
    await this.opened;
    this.#read = this.pieceList.length;
    return [...this.pieceList];
  }

  async add(list, anew) {
    if (this.isBroken) throw new Error("no place");
    this.pieceList = [...this.pieceList.slice(anew ? this.#read : 0), ...list];
    this.#read = this.pieceList.length;
  }
}

function visit(shelf) {
  const exchange = new Exchange({
    wire: silent, onChange() {}, onPreview() {}, onProvisional() {}, onState() {}, onFault() {},
    onTaken: (frame, runs) => shelving.took(frame, runs),
  });
  const shelving = new Shelving({ exchange, shelf, onState() {} });
  return { exchange, shelving };
}

const line = (y) => /** @type {PlainOp} */ ({ type: "segment", from: { x: 0, y }, to: { x: 9, y }, force: 1, color: "#ff0000" });

// settled keeps until all is kept.
async function settled({ exchange, shelving }) {
  for (let i = 0; i < 200 && shelving.state !== "all"; i++) {
    await new Promise((resolve) => setTimeout(resolve, 5));
    await shelving.keep();
  }
  equal(shelving.state, "all");
  return exchange.log.digest;
}

async function next(shelf, digest) {
  const page = visit(shelf);
  await page.shelving.recall();
  equal(page.exchange.log.digest, digest);
  return page;
}

test("what is drawn is there at the next visit, and at the one after that", async () => {
  const shelf = new MemoryShelf();
  shelf.open();
  const first = visit(shelf);
  await first.shelving.recall();
  first.exchange.draw(line(1));
  const second = await next(shelf, await settled(first));
  second.exchange.draw(line(2));
  const { exchange } = await next(shelf, await settled(second));
  equal(exchange.log.length, 2);
});

test("what is drawn while the shelf is read is kept, too, and nothing there is lost meanwhile", async () => {
  const before = new MemoryShelf();
  before.open();
  const first = visit(before);
  await first.shelving.recall();
  first.exchange.draw(line(1));
  await settled(first);

  const shelf = new MemoryShelf();
  shelf.pieceList = [...before.pieceList];
  const second = visit(shelf);
  const recalled = second.shelving.recall();
  second.exchange.draw(line(2));
  while (!second.exchange.log.isSigned) await new Promise((resolve) => setTimeout(resolve, 1));
  await second.shelving.keep();
  deepEqual(shelf.pieceList, before.pieceList, "nothing is written before all has been read");
  shelf.open();
  await recalled;
  const { exchange } = await next(shelf, await settled(second));
  equal(exchange.log.length, 2);
});

test("what was cleared stays away, and is not kept", async () => {
  const shelf = new MemoryShelf();
  shelf.open();
  const first = visit(shelf);
  await first.shelving.recall();
  for (let y = 0; y < 100; y++) first.exchange.draw(line(y));
  await settled(first);
  first.exchange.draw({ type: "clear" });
  while (first.exchange.log.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  const second = await next(shelf, await settled(first));
  equal(second.exchange.log.length, 0);
  equal(shelf.pieceList.length, 1, "the clear alone");
});

test("many pieces become few", async () => {
  const shelf = new MemoryShelf();
  shelf.open();
  const page = visit(shelf);
  await page.shelving.recall();
  for (let y = 0; y < 210; y++) {
    page.exchange.draw(line(y));
    await settled(page);
  }
  equal(shelf.pieceList.length < 50, true, `${shelf.pieceList.length} pieces`);
  await next(shelf, page.exchange.log.digest);
});

test("a shelf without place is said to keep nothing, and the page goes on", async () => {
  const shelf = new MemoryShelf();
  shelf.open();
  const page = visit(shelf);
  await page.shelving.recall();
  shelf.isBroken = true;
  page.exchange.draw(line(1));
  while (!page.exchange.log.isSigned) await new Promise((resolve) => setTimeout(resolve, 1));
  await page.shelving.keep();
  equal(page.shelving.state, "none");
  equal(page.exchange.log.length, 1);
});

// hears has a page hear a frame of runs, and gives it.
async function hears(page, author, runs) {
  const frame = await frameOf(runs);
  page.exchange.opened(author.log.site, author.capability);
  page.exchange.heard(author.log.site, frame.slice().buffer);
  while (page.exchange.isBusy) await new Promise((resolve) => setTimeout(resolve, 1));
  return frame;
}

// drew gives what somebody has drawn besides, from a number on, as runs.
async function drew(author, count, from = 1) {
  for (let i = 0; i < count; i++) author.log.draw(line(i), 0, 1);
  await author.log.sign();
  return author.log.runs(author.log.site, from);
}

async function opened() {
  const shelf = new MemoryShelf();
  shelf.open();
  const page = visit(shelf);
  await page.shelving.recall();
  return { shelf, page };
}

test("a large frame is kept as it came, and a small one with what else is new", async () => {
  const { shelf, page } = await opened();
  const [ana, bo] = [new Author(), new Author()];
  const large = await hears(page, ana, [...await drew(ana, 1100), ...await drew(bo, 9)]); // not as we write it, in paint order
  await settled(page);
  deepEqual(shelf.pieceList, [large]);
  const small = await hears(page, ana, [...await drew(ana, 3, 1101), ...await drew(bo, 3, 10)]); // likewise
  page.exchange.draw(line(5));
  const { exchange } = await next(shelf, await settled(page));
  equal(exchange.log.length, 1116);
  for (const piece of shelf.pieceList) notDeepEqual(piece, small);
});

for (const [name, from, isTold] of /** @type {[string, number, boolean][]} */ ([
  ["follows what is not kept", 21, true], ["does not say whose it is", 1, false],
])) {
  test(`a large frame that ${name} is written anew`, async () => {
    const shelf = new MemoryShelf();
    const page = visit(shelf);
    const recalled = page.shelving.recall();
    const ana = new Author();
    await hears(page, ana, await drew(ana, 20));
    await hears(page, ana, (await drew(ana, 1100, from)).map((run) => (isTold ? run : { ...run, key: null })));
    equal(page.exchange.log.length, 1120);
    shelf.open();
    await recalled;
    await next(shelf, await settled(page));
  });
}

test("a large frame that was cleared before it was kept is not", async () => {
  const shelf = new MemoryShelf();
  const page = visit(shelf);
  const recalled = page.shelving.recall();
  const ana = new Author();
  await hears(page, ana, await drew(ana, 1100));
  page.exchange.draw({ type: "clear" });
  while (page.exchange.log.length > 0) await new Promise((resolve) => setTimeout(resolve, 1));
  shelf.open();
  await recalled;
  await settled(page);
  equal(shelf.pieceList.length, 1, "the clear alone");
});

test("a frame that says what we have drawn does not keep that from being kept", async () => {
  const { shelf, page } = await opened();
  page.exchange.draw(line(5));
  while (!page.exchange.log.isSigned) await new Promise((resolve) => setTimeout(resolve, 1));
  const [own] = page.exchange.log.runs(page.exchange.log.site, 1);
  const ana = new Author();
  await hears(page, ana, [...await drew(ana, 1100), { ...own, sig: new Uint8Array(64) }]);
  const { exchange } = await next(shelf, await settled(page));
  equal(exchange.log.length, 1101);
});
