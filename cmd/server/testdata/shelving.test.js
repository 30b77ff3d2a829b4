// What of a drawing is kept in the browser, and what of it is there at the next visit.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { Exchange } from "/static/exchange.js";
import { Shelving } from "/static/shelving.js";

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
  const exchange = new Exchange({ wire: silent, onChange() {}, onPreview() {}, onProvisional() {}, onState() {}, onFault() {} });
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
