// What an exchange knows of one neighbour. The Go half is
// internal/exchange/neighbour.go.
import { Limits } from "./limit.js";
import { isSite } from "./message.js";
import { newDispute } from "./settle.js";
import { crowded, raise, reaches } from "./vector.js";

// A Neighbour is somebody whose link is open: a synced one, which writes as a
// site and keeps a log as we do; or a plain one, whose site is "".
export class Neighbour {
  id;
  site;
  lines; // it reads several messages in one
  limits = new Limits();
  leaves = false; // it has said so: nothing more is to be had from it

  // What it has said to hold. Of a message in parts, have and dead collect.
  /** @type {Vector} */
  have = new Map();
  /** @type {Vector} */
  dead = new Map();
  known = false; // it has said so, in full
  claimed = 0; // since when it has had what we lack
  gap = false; // it sent what we cannot take yet: others' entries lack
  holds = ""; // the sum that goes with have and dead
  sum = ""; // what it last said
  dispute = newDispute(); // the settler's

  told = -1; // the teller's: our version that it was last told
  skipped = 0; // the outbox's: the last entry of ours that it was not sent; it has to pull that

  // The heartbeat's.
  acks; // it need not be pinged to know that we live
  heard; // when it last showed a sign of life
  pinged; // when it was last sent a ping
  pause = 0; // ms until the next, at the earliest
  unsteady = false; // nothing gets through just now, and the link is being mended

  // Answers'.
  /** @type {{ have: Vector, dead: Vector } | null} */
  want = null; // collects
  /** @type {{ have: Vector, dead: Vector } | null} */
  answer = null; // what it still lacks, while frames are under way
  answering = false;

  // What came while a frame was inflated.
  inflating = false;
  /** @type {(string | ArrayBuffer)[]} */
  inbox = [];
  waiting = 0; // bytes

  // The sponsor's, of a plain one.
  older = false; // it throws at all but segments
  missed = false; // it was not sent all, and is to be shown it all again
  shown = false; // it has been shown the drawing once
  redraw; // when to show it all again
  /** @type {Segment[]} */
  replay = []; // what it is still to see

  // said is what it told beside its description; own, the site that we write as.
  constructor(id, said, own, now) {
    const synced = Number.isInteger(said?.v) && said.v >= 1 && isSite(said.site) && said.site !== own;
    this.id = id;
    this.site = synced ? said.site : "";
    this.lines = synced && said.lines === true;
    this.acks = synced && said.acks === true;
    this.heard = this.pinged = this.redraw = now;
  }

  // lacks says whether it has said to hold what a log does not.
  lacks(log) {
    return !log.covers(this.have, this.dead);
  }

  // claims notes that it holds so much, or knows it to be dead. It is false if
  // that is more sites than a room can have: then nothing is believed.
  /** @param {Vector} have @param {Vector} dead */
  claims(log, have, dead, now) {
    if (!this.lacks(log)) this.claimed = now;
    raise(this.have, have);
    raise(this.dead, dead);
    if (!crowded(this)) return true;
    this.have = new Map();
    this.dead = new Map();
    return false;
  }

  // differs says whether it holds another drawing although nothing is missing.
  // What is on its way is missing.
  differs(log) {
    return this.known && this.holds !== log.sum && !this.lacks(log) &&
      reaches(this.have, log.have) && reaches(this.dead, log.dead);
  }
}
