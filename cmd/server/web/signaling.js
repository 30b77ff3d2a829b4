// Signaling: how this page hears of others and reaches them before there is a
// direct connection. The Go half is signaling/client.go.
import { backoff } from "./backoff.js";
import { ask, decode, listen, post } from "./request.js";
import { Place } from "./tabs.js";
import { Token } from "./token.js";

const silence = 25000; // ms without even a ping: the stream is dead
const greetTime = 10000; // ms for its first event
const crowdedTime = 5000; // ms until a tab that has to wait asks the others again
const fullTries = 3; // after so many failures a full room is not asked less often
const relayed = ["add-peer", "remove-peer", "session-description", "ice-candidate", "renegotiate", "ice-servers"];

const hungUp = new Error("this page ended the stream");
const silent = new Error("the stream is silent");

// A HeldBack is a stream that carries nothing although the server answers:
// something in between holds messages back.
class HeldBack extends Error {
  kind = "held";
}

// Signaling keeps one event stream open for as long as it can, and is a member
// of one room through it. The stream alone is no membership: the room may be
// full, and the request to be let in may be lost. It is sent again until the
// server has acknowledged it.
//
// A name that the server does not take is replaced by spareName: "connected" says
// who this page is.
//
// onEvent(name, data) hears "connected" and what the server or a peer says.
// onState({ state, until, why }) hears how this page stands: "connecting";
// "connected", which is in the room; "waiting" or "full" (both until a time in ms
// since the epoch, when it tries again; why is the error), "crowded" while other
// tabs have all the streams that there can be, or "replaced", which is final.
export class Signaling {
  #room;
  #token;
  #onEvent;
  #onState;
  #onAlive; // whatever is heard is a sign of this page's own life
  #lastEventId = "";
  #joined = false; // the server has acknowledged it, and has not forgotten it since
  #failures = 0;
  #hangUp = () => {}; // ends the stream
  #wake = () => {}; // ends a pause
  #pausing = false;
  #hurry = false; // the next pause is to be skipped
  #ended = false;
  #place = new Place(() => this.#wake());

  constructor({ room, name, spareName = name, onEvent, onState, onAlive = () => {} }) {
    this.#room = encodeURIComponent(room);
    this.#token = new Token({ name, spareName, onLost: () => this.restart() });
    this.#onEvent = onEvent;
    this.#onState = onState;
    this.#onAlive = onAlive;
  }

  // run connects, and connects again whenever the stream is lost. It returns
  // when the page has left for good.
  async run() {
    addEventListener("pageshow", () => this.#wake());
    addEventListener("online", () => this.#retry()); // the old stream may be of another network
    while (!this.#ended) {
      let why;
      try {
        this.#onState({ state: "connecting" });
        while (!(await this.#place.take())) {
          this.#onState({ state: "crowded" });
          await this.#pause(crowdedTime);
          if (this.#ended) return;
        }
        while (!this.#token.isGood) await this.#token.get();
        await this.#listen();
      } catch (error) {
        why = error;
        this.#failures++;
        if (await this.#token.doubt(error)) this.#lastEventId = "";
      }
      if (this.#ended) return;
      if (!this.#hurry) await this.#wait(why);
      this.#hurry = false;
    }
  }

  // ahead is by how many ms the server's clock is ahead of ours, about.
  get ahead() {
    return this.#token.ahead;
  }

  // relay sends data to a peer, and returns when the server has it.
  async relay(peer, event, data) {
    await post(`relay/${encodeURIComponent(peer)}/${event}`, this.#token.text, data);
  }

  // rename makes this page known under another name, to the server from its next stream
  // on, for a name belongs to a stream. It gives the name that the server takes.
  async rename(name) {
    this.#token.rename(name);
    await this.#token.get().catch(() => {}); // the next stream asks again
    return this.#token.name;
  }

  // restart enters the room anew, for this page knows nothing of what is there.
  restart() {
    this.#lastEventId = "";
    this.#retry();
  }

  // #retry opens another stream at once.
  #retry() {
    if (this.#pausing) this.#wake();
    else this.#hurry = true;
    this.#failures = 0;
    this.#hangUp();
  }

  // leave tells the others at once; the stream's end alone would take them ten
  // seconds to believe. The page may be going away: the request outlives it.
  leave() {
    this.#end();
    if (this.#token.text) {
      ask(`${this.#room}/leave`, this.#token.text, { method: "POST", keepalive: true })
        .catch(() => {}); // then they learn it from the stream
    }
  }

  #end() {
    this.#ended = true;
    this.#token.end();
    this.#place.free();
    this.#hangUp();
    this.#wake();
  }

  // #listen opens a stream and hears it to its end. It throws if that was before
  // this page was in the room.
  async #listen() {
    const query = this.#lastEventId && `?${new URLSearchParams({ lastEventId: this.#lastEventId })}`;
    const stream = new AbortController();
    const isOver = () => stream.signal.aborted;
    this.#hangUp = () => stream.abort(hungUp);
    let entered = false;
    let beats = false; // what the server says from time to time gets through
    let watchdog;
    const watch = (ms) => {
      clearTimeout(watchdog);
      watchdog = setTimeout(() => stream.abort(silent), ms);
    };
    const hear = ({ name, data, id }) => {
      watch(silence);
      this.#onAlive();
      if (isOver()) return; // it comes from before this page slept
      beats ||= name === "ping";
      const said = decode(data);
      if (said && name === "connected") {
        this.#tell(name, said);
        this.#enter(said.recovered, isOver).then(() => (entered ||= !isOver()), (error) => stream.abort(error));
      } else if (said && relayed.includes(name)) this.#tell(name, said);
      if (id) this.#lastEventId = id;
      if (name === "replaced") {
        this.#onState({ state: "replaced" });
        this.#end();
      }
    };
    watch(greetTime);
    try {
      await listen(`connect${query}`, this.#token.text, stream.signal, hear);
      throw new Error("the stream ended");
    } catch (error) {
      const why = isOver() ? stream.signal.reason : error;
      if (why === hungUp) return;
      if (why === silent && !beats && (await this.#token.get().then(() => true, () => false))) throw new HeldBack("the stream is held back");
      if (!entered) throw why;
    } finally {
      clearTimeout(watchdog);
      stream.abort(hungUp);
      this.#hangUp = () => {};
    }
  }

  // #enter makes sure that the server has this page in the room. What comes of it
  // when the stream is over does not count.
  async #enter(recovered, isOver) {
    if (!recovered) this.#joined = false;
    if (!this.#joined) await post(`${this.#room}/join`, this.#token.text);
    if (isOver()) return;
    this.#joined = true;
    this.#failures = 0;
    this.#onState({ state: "connected" });
  }

  // #tell passes on one event. What goes wrong with it is no fault of the stream.
  #tell(name, data) {
    try {
      this.#onEvent(name, data);
    } catch (error) {
      reportError(error);
    }
  }

  // #wait waits until it is time to try again, after a failure or the end of a
  // stream.
  async #wait(why) {
    const isFull = why?.status === 409;
    const failures = Math.max(1, isFull ? Math.min(this.#failures, fullTries) : this.#failures);
    const delay = Math.max(why?.retryAfter ?? 0, backoff(failures));
    this.#onState({ state: isFull ? "full" : "waiting", until: Date.now() + delay, why });
    await this.#pause(delay);
  }

  async #pause(delay) {
    this.#pausing = true;
    await new Promise((/** @type {(value?: any) => void} */ resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, delay);
    });
    this.#pausing = false;
  }
}
