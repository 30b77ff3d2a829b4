// What an exchange knows of one neighbour. The Go half is
// internal/exchange/neighbour.go.
import { decode64, encode64 } from "./base64.js";
import { keyOf, siteOf } from "./chain.js";
import { newDispute } from "./compare.js";
import { Holdings } from "./holdings.js";
import { Limits } from "./limit.js";

const version = 2; // of the exchange; those of the first one, whose entries nobody signs, are plain peers to us

// A Neighbour is somebody whose link is open: a synced one, which writes as a
// site and keeps a log as we do; or a plain one, whose site is "".
export class Neighbour extends Holdings {
  id;
  site = "";
  /** @type {Uint8Array | null} */
  key = null; // the site's
  limits = new Limits();
  leaves = false; // it has said so: nothing more is to be had from it

  dispute = newDispute(); // the comparer's
  lazily = false; // the receiver's: what it drew was taken in before anybody looked at a signature

  // The teller's.
  told = 0; // the log's version that it was last told
  telling = false; // it is about to be told

  skipped = 0; // the outbox's: the last entry of ours that it was not sent; it has to pull that

  // The heartbeat's.
  acks = false; // it need not be pinged to know that we live
  heard; // when it last showed a sign of life
  pinged; // when it was last sent a ping
  pause = 0; // ms until the next, at the earliest
  unsteady = false; // nothing gets through just now, and the link is being mended

  // Answers'.
  /** @type {{ have: Vector, clear: number, void: string[] } | null} */
  want = null; // collects
  /** @type {{ have: Vector, proofs: Proof[] } | null} */
  answer = null; // what it still lacks, while frames are under way
  answering = false;

  // What came while something before was inflated or verified.
  busy = false;
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
    super();
    this.id = id;
    this.heard = this.pinged = this.redraw = now;
    const key = Number.isInteger(said?.v) && said.v >= version ? keyOf(decode64(said.key, 32)) : null;
    if (!key || siteOf(key) === own) return;
    this.key = key;
    this.site = siteOf(key);
    this.acks = said.acks === true;
  }
}

// capabilityOf is what to say beside a description of who signs with a key.
/** @param {Uint8Array} key @returns {Capability} */
export function capabilityOf(key) {
  return { v: version, key: encode64(key), restart: true };
}
