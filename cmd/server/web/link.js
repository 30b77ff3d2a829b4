// What joins this page to one peer: a connection, and another when that is lost.
import { backoff } from "./backoff.js";
import { Connection } from "./connection.js";

const patience = 20000; // ms that the one who is called waits for an offer
const roles = ["bot", "keeper"];
const maxEarly = 64; // candidates

// A Link stays for as long as the peer is a member. One side of each pair, told
// so by the server, makes all the offers; the other waits to be called.
//
// state is "connecting", "open", "unsteady" (open, but not answering just now)
// or "lost"; until is when a lost one is tried again, in ms since the epoch, or
// 0 if that is the peer's to do.
export class Link {
  state = "connecting";
  until = 0;
  role = ""; // what the peer says to be: "bot", "keeper", or nothing
  #peer;
  #offers = false;
  #on;
  /** @type {Connection | null} */
  #connection = null;
  #early = []; // candidates that came before an offer
  #failures = 0;
  #name = ""; // that the peer has told since the link opened
  #up = false; // onOpen was called, and onDown not yet
  /** @type {any} */
  #timer; // the next try, or the end of patience

  constructor(peer, on) {
    this.#peer = peer;
    // { relay(event, data), onMessage(data), onChange(), iceServers() }, and for
    // those who care { capability, onOpen(said), onSteady(steady), onDown() }; see connection.js.
    this.#on = { onOpen() {}, onSteady() {}, onDown() {}, ...on };
  }

  get peer() {
    return this.#name ? { ...this.#peer, username: this.#name } : this.#peer;
  }

  // offers says whether this side makes the offers: then the peer was there first.
  get offers() {
    return this.#offers;
  }

  // rename notes what the peer says it is called now.
  rename(name) {
    this.#name = name;
    this.#on.onChange();
  }

  get healthy() {
    return this.state === "open" || this.state === "unsteady";
  }

  // isUnreachable says whether no way to the peer was found more than once.
  get isUnreachable() {
    return !this.healthy && this.#failures > 1;
  }

  // introduce says who makes the offers. A link that works is left alone.
  introduce(peer, offers) {
    this.#peer = peer;
    this.#offers = offers;
    if (this.healthy) return;
    if (offers) this.#call();
    else this.#await();
  }

  description(description) {
    if (description?.type !== "offer") {
      this.#connection?.description(description);
      return;
    }
    if (this.#connection?.continues(description)) {
      this.#connection.description(description);
      return;
    }
    // Both offering at once: ours is under way. Otherwise an offer says that
    // the peer has lost what this side may still hold to be good.
    if (this.#offers && this.#connection && !this.healthy) return;
    this.#connect();
    this.#connection?.description(description);
    for (const candidate of this.#early.splice(0)) this.#connection?.candidate(candidate);
  }

  candidate(candidate) {
    if (this.#connection) this.#connection.candidate(candidate);
    else if (this.#early.length < maxEarly) this.#early.push(candidate);
  }

  // asked passes on that the peer wants another network path.
  asked() {
    this.#connection?.asked();
  }

  // send gives a message to the peer, or says with false that it could not.
  send(data) {
    return this.#connection?.send(data) ?? false;
  }

  // queued is how many bytes wait to be sent.
  get queued() {
    return this.#connection?.queued ?? 0;
  }

  // route says how the connection leads to the peer: see connection.js.
  async route() {
    return (await this.#connection?.route()) ?? null;
  }

  // reset gives up a connection that does not do what it should.
  reset() {
    this.#connection?.close();
    this.#lost();
  }

  close() {
    clearTimeout(this.#timer);
    this.#connection?.close();
    this.#connection = null;
    this.#down();
  }

  // finish is close, for a peer that has left: its last messages are heard.
  finish() {
    clearTimeout(this.#timer);
    this.#connection?.finish();
    this.#connection = null;
    this.#down();
  }

  #call() {
    this.#connect();
    this.#connection?.offer();
  }

  #await() {
    this.#set("connecting");
    this.#timer = setTimeout(() => {
      this.#failures++;
      this.#set("lost");
    }, patience);
  }

  // #connect makes a new connection, if the browser lets it: it may have too many.
  #connect() {
    this.close();
    try {
      this.#connection = this.#newConnection();
      this.#set("connecting");
    } catch {
      this.#lost();
    }
  }

  #newConnection() {
    return new Connection({
      iceServers: () => this.#on.iceServers?.() ?? [],
      relay: this.#on.relay,
      capability: this.#on.capability,
      onMessage: this.#on.onMessage,
      onOpen: (said) => {
        this.#failures = 0;
        this.#up = true;
        this.#name = "";
        this.role = roles.includes(said?.role) ? said.role : "";
        this.#on.onOpen(said);
        this.#set("open");
      },
      onSteady: (steady) => {
        if (!this.healthy) return;
        this.#on.onSteady(steady);
        this.#set(steady ? "open" : "unsteady");
      },
      onEnd: () => this.#lost(),
    });
  }

  #down() {
    if (!this.#up) return;
    this.#up = false;
    this.#on.onDown();
  }

  #lost() {
    this.#connection = null;
    this.#down();
    let delay = 0;
    this.#failures++;
    if (this.#offers) {
      delay = backoff(this.#failures);
      this.#timer = setTimeout(() => this.#call(), delay);
    }
    this.#set("lost", delay && Date.now() + delay);
  }

  #set(state, until = 0) {
    if (state !== "lost") clearTimeout(this.#timer);
    this.state = state;
    this.until = until;
    this.#on.onChange();
  }
}
