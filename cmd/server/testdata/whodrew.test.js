// Who drew what.
import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { Timeline } from "/static/timeline.js";
import { WhoDrew } from "/static/whodrew.js";
import { Author } from "./author.js";
import { newLog } from "./log.js";

/** @returns {Segment} */
const segment = (x, color = "#ff000080") => ({ type: "segment", from: { x, y: 0 }, to: { x: x + 1, y: 0 }, force: 1, color });

test("people of one name are one, each author has a color, and what erases keeps its own", async () => {
  const log = newLog();
  const authors = Array.from({ length: 14 }, () => new Author());
  for (const [i, author] of authors.entries()) {
    for (let j = 0; j <= i; j++) author.log.draw(segment(i), 0, 1000 + 100 * i + j);
    await log.merge(await author.runs(), 1e6);
  }
  log.adopt("plain", segment(50), 5000);
  log.draw(segment(51, "#ffffff"), 0, 6000);
  const timeline = new Timeline([log.era]);
  for (const _ of timeline.make());
  const names = new Map([[authors[13].log.site, "Ana"], [authors[0].log.site, "Ana"], [authors[12].log.site, "Bo"]]);
  const whoDrew = new WhoDrew(timeline, ({ site, by }) => by ? `by ${by}` : names.get(site) ?? "");
  for (const _ of whoDrew.make());
  const told = whoDrew.authors.map(({ name, count }) => `${name} ${count}`);
  deepEqual(told.slice(0, 3), ["Ana 15", "Bo 13", "Somebody 1 12"]);
  equal(told.length, 15);
  deepEqual(told.slice(13).sort(), ["Somebody 12 1", "by plain 1"]);
  equal(new Set(whoDrew.authors.map(({ color }) => color)).size, 15);
  for (const { color } of whoDrew.authors) equal(/^#[0-9a-f]{6}$/.test(color), true, color);
  const ana = parseInt(whoDrew.authors[0].color.slice(1), 16);
  equal(whoDrew.ink(0, 0xff000080), ana * 256 + 0x80);
  equal(whoDrew.ink(timeline.length - 1, 0xffffffff), 0xffffffff);
});
