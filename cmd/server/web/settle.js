// Settling: what becomes of it that somebody told different things to different
// peers. docs/sync.md has the rules in section 4; the Go half is
// internal/exchange/settle.go.
import { Log } from "./log.js";
import { formatMessage, maxSites, split } from "./message.js";
import { Sum } from "./hash.js";

const settleTime = 2000; // ms until sums are told again; twice as long each time
const maxSettle = 64000; // ms, but no longer than that
const maxYields = 3; // times that we take a site's entries over from one neighbour
const maxStands = 3; // times that we do not give in to one who does not either
const patience = 2000; // ms without anything new
const settleBytes = 16 << 20; // of frames that are kept until they prove to be what was promised

// newDispute is what we know of a neighbour that holds another drawing.
export function newDispute() {
  return {
    /** @type {Map<string, string>} */
    sums: new Map(), // collects what it says
    since: 0, // when we told our sums; 0 once we know what differs
    again: 0, // when to tell it our sums again, at the earliest
    wait: 0, // ms until the time after that
    /** @type {Map<string, number>} */
    yielded: new Map(), // times, by site
    /** @type {Map<string, number>} */
    stood: new Map(),
  };
}

// A Settler compares what neighbours hold, and takes over what it must. It is
// passive: exchange.js tells it the time and what comes.
//
// onFault({ peer, site, n, ours, theirs }) hears of which neighbour, and from which
// entry on, the drawing differs: n is 0 where ours stays, and site "" where it is
// not known.
export class Settler {
  #drawing;
  #log;
  #neighbours;
  #teller;
  #puller;
  #receiver;
  #sponsor;
  #wire;
  #onFault;
  /** @type {Settlement | null} */
  #pull = null; // the pull of sites of which a neighbour's entries are to be believed

  constructor({ drawing, neighbours, teller, puller, receiver, sponsor, wire, onFault }) {
    this.#drawing = drawing;
    this.#log = drawing.log;
    this.#neighbours = neighbours;
    this.#teller = teller;
    this.#puller = puller;
    this.#receiver = receiver;
    this.#sponsor = sponsor;
    this.#wire = wire;
    this.#onFault = onFault;
  }

  // suspect tells a neighbour that holds another drawing what ours consists of,
  // so that it does the same.
  /** @param {Neighbour} n @param {number} now */
  suspect(n, now) {
    const d = n.dispute;
    if (n.holds === this.#log.sum) d.wait = d.since = 0;
    if (now < d.again || !n.differs(this.#log)) return;
    d.since = now;
    d.wait = Math.min(Math.max(2 * d.wait, settleTime), maxSettle);
    d.again = now + d.wait;
    this.#teller.tell(n); // or it could not know what the sums are about
    for (const m of split({ type: "sums", sums: this.#log.sums })) this.#wire.send(n.id, formatMessage(m));
  }

  // tick does what time makes due.
  tick(now) {
    for (const n of this.#neighbours.values()) {
      if (!n.site) continue;
      this.#unexplained(n, now); // before what differs is told again
      this.suspect(n, now);
    }
    if (this.#pull && (now - this.#pull.progress >= patience || this.#neighbours.get(this.#pull.n.id) !== this.#pull.n)) this.#giveUp();
  }

  // #unexplained tells of a neighbour that holds another drawing and does not say
  // where.
  #unexplained(n, now) {
    const d = n.dispute;
    if (d.since === 0 || now - d.since < settleTime) return;
    d.since = 0;
    if (n.differs(this.#log)) this.#onFault({ peer: n.id, site: "", n: 0, ours: this.#log.sum, theirs: n.holds });
  }

  // heard notes what a neighbour's drawing consists of, and compares.
  /** @param {Neighbour} n @param {Sums} m @param {number} now */
  heard(n, { sums, more }, now) {
    const d = n.dispute;
    for (const [site, sum] of sums) d.sums.set(site, sum);
    if (more && d.sums.size <= maxSites) return;
    const theirs = d.sums;
    d.sums = new Map();
    if (theirs.size > maxSites) return;
    this.suspect(n, now);
    if (d.since === 0 || !n.differs(this.#log)) return; // once for each time that we tell ours
    d.since = 0;
    this.#compare(n, theirs, now);
  }

  // #compare decides, for each site whose entries differ, whose are to stay.
  #compare(n, theirs, now) {
    if (this.#pull) return; // one after the other
    const ours = this.#log.sums;
    const share = (sums, site) => sums.get(site) ?? nil;
    const differ = [...this.#log.have.keys()].filter((site) => share(ours, site) !== share(theirs, site)).sort();
    const take = differ.filter((site) => this.#yields(n, site, share(ours, site), share(theirs, site)));
    if (take.length > 0) {
      this.#begin(n, new Map(take.map((site) => [site, share(theirs, site)])), now);
      return;
    }
    const [first] = differ;
    const [mine, other] = first ? [share(ours, first), share(theirs, first)] : [this.#log.sum, n.holds];
    this.#onFault({ peer: n.id, site: first ?? "", n: 0, ours: mine, theirs: other });
  }

  // #yields says whether to give up our entries of a site for a neighbour's.
  #yields(n, site, ours, theirs) {
    const { yielded, stood } = n.dispute;
    if (site === this.#log.site || (yielded.get(site) ?? 0) >= maxYields) return false;
    if (site !== n.site) {
      if (this.#vouched(site)) return false;
      // Who stays firm although it should yield believes the site's own peer.
      // (Of texts of one length the smaller number comes first.)
      if (ours < theirs) {
        stood.set(site, (stood.get(site) ?? 0) + 1);
        if (stood.get(site) <= maxStands) return false;
      }
    }
    yielded.set(site, (yielded.get(site) ?? 0) + 1);
    return true;
  }

  // #vouched says whether we are linked to the site's own peer, and hold what it
  // does.
  #vouched(site) {
    const own = [...this.#neighbours.values()].find((n) => n.site === site);
    return own !== undefined && own.known && own.sum === this.#log.sum;
  }

  // #begin asks a neighbour for all of its entries of some sites. They are
  // collected beside the log: it gives up nothing before it has seen all that was
  // promised instead.
  /** @param {Neighbour} n @param {Map<string, string>} sums @param {number} now */
  #begin(n, sums, now) {
    const { have, dead } = this.#log;
    this.#pull = {
      n, sums, dead: new Map(dead), have: new Map([...sums.keys()].map((site) => [site, have.get(site)])),
      copy: new Log(""), frames: [], size: 0, progress: now,
    };
    for (const site of sums.keys()) {
      have.delete(site);
      dead.delete(site);
    }
    this.#puller.want(n, have, dead);
  }

  // collect keeps a frame, of so many bytes, that may be part of what was asked
  // for, and ends that when it is complete.
  /** @param {Neighbour} n @param {Frame} frame @param {number} size @param {number} now */
  collect(n, frame, size, now) {
    const pull = this.#pull;
    if (pull?.n !== n) return;
    pull.size += size;
    const merged = pull.copy.merge(frame);
    // All that is asked for is in the log as well, but for what differs: so more
    // than that is not what was asked for.
    const tooMuch = pull.size > settleBytes || pull.copy.length > this.#log.length;
    if (!merged || merged.results.includes("refused") || tooMuch) {
      this.#giveUp();
      return;
    }
    pull.frames.push(frame);
    pull.progress = now;
    if (pull.copy.covers(pull.have, new Map())) this.#settle(now);
  }

  // #settle puts what was collected in the place of what we held, if it is what
  // was promised.
  #settle(now) {
    const { n, sums, have, dead, copy, frames } = /** @type {Settlement} */ (this.#pull);
    for (const [site, promised] of sums) {
      const gone = dead.get(site) ?? 0;
      const sum = new Sum();
      for (const hash of copy.hashes(site).slice(0, (have.get(site) ?? 0) - gone)) sum.add(hash);
      if (sum.toString() !== promised || [copy, this.#log].some((log) => (log.dead.get(site) ?? 0) !== gone)) {
        this.#giveUp();
        return;
      }
    }
    this.#pull = null;
    const fault = [...sums.keys()].map((site) => this.#first(site, copy, dead.get(site) ?? 0)).find(Boolean);
    const changes = [...sums.keys()].map((site) => this.#log.forget(site));
    for (const frame of frames) changes.push(this.#log.merge(frame)?.change);
    for (const change of changes) if (change) this.#drawing.changed(change);
    for (const site of sums.keys()) this.#receiver.release(site, now);
    this.#sponsor.redraw(now);
    if (fault) this.#onFault({ peer: n.id, ...fault });
  }

  // #first names the first entry of a site whose hash differs.
  #first(site, copy, gone) {
    const ours = this.#log.hashes(site).map(String);
    const theirs = copy.hashes(site).map(String);
    const i = ours.findIndex((hash, at) => theirs[at] !== undefined && theirs[at] !== hash);
    return i >= 0 && { site, n: gone + i + 1, ours: ours[i], theirs: theirs[i] };
  }

  // #giveUp ends a pull of which nothing came that was promised.
  #giveUp() {
    const { n, sums } = /** @type {Settlement} */ (this.#pull);
    this.#pull = null;
    const [[site, theirs]] = sums;
    this.#onFault({ peer: n.id, site, n: 0, ours: this.#log.sums.get(site) ?? nil, theirs });
  }
}

const nil = String(new Sum());
