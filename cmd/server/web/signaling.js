// Signaling: how this page hears of others and reaches them before there is a
// direct connection. The Go half is signaling/client.go.
import { backoff } from "./backoff.js";
import { Place } from "./tabs.js";

const silence = 25000; // ms without even a ping: the stream is dead
const requestTime = 10000; // ms for one request
const crowdedTime = 5000; // ms until a tab that has to wait asks the others again
const relayed = ["add-peer", "remove-peer", "session-description", "ice-candidate", "renegotiate", "ice-servers"];

// A Refusal is an answer of the server that is not 200.
class Refusal extends Error {
  constructor(response) {
    super(`${response.status} ${response.statusText}`);
    this.status = response.status;
    this.retryAfter = Number(response.headers.get("Retry-After")) * 1000 || 0; // ms
  }
}

// Signaling keeps one event stream open for as long as it can, and is a member
// of one room through it.
//
// onEvent(name, data) hears "connected" and what the server or a peer says.
// onState({ state, until }) hears how the stream stands: "connecting",
// "connected", "waiting" or "full" (both until a time in ms since the epoch,
// when it tries again), "crowded" while other tabs have all the streams that
// there can be, or "replaced", which is final.
export class Signaling {
  #room;
  #name;
  #onEvent;
  #onState;
  #onAlive; // whatever is heard is a sign of this page's own life
  #token = null;
  #named; // the name in the token
  #renewal; // timer
  #lastEventId = "";
  #failures = 0;
  #hangUp = () => {}; // ends the stream
  #wake = () => {}; // ends a pause
  #pausing = false;
  #hurry = false; // the next pause is to be skipped
  #ended = false;
  #place = new Place(() => this.#wake());

  constructor({ room, name, onEvent, onState, onAlive = () => {} }) {
    this.#room = encodeURIComponent(room);
    this.#name = name;
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
      let wait;
      let state = "waiting";
      try {
        this.#onState({ state: "connecting" });
        while (!(await this.#place.take())) {
          this.#onState({ state: "crowded" });
          await this.#pause(crowdedTime);
          if (this.#ended) return;
        }
        while (!this.#token || this.#named !== this.#name) await this.#access();
        await this.#listen();
      } catch (error) {
        this.#failures++;
        wait = error.retryAfter;
        if (error.status === 409) state = "full";
        else await this.#replaceToken();
      }
      if (this.#ended) return;
      if (!this.#hurry) {
        const delay = Math.max(wait || 0, backoff(Math.max(1, this.#failures)));
        this.#onState({ state, until: Date.now() + delay });
        await this.#pause(delay);
      }
      this.#hurry = false;
    }
  }

  // relay sends data to a peer, and returns when the server has it.
  async relay(peer, event, data) {
    await this.#post(`/relay/${encodeURIComponent(peer)}/${event}`, data);
  }

  // rename makes this page known under another name. The others see it leave
  // and come back: a name belongs to a stream.
  rename(name) {
    this.#name = name;
    this.restart();
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
    if (this.#token) {
      fetch(`/${this.#room}/leave`, { method: "POST", keepalive: true, headers: this.#headers() })
        .catch(() => {}); // then they learn it from the stream
    }
  }

  #end() {
    this.#ended = true;
    clearTimeout(this.#renewal);
    this.#place.free();
    this.#hangUp();
    this.#wake();
  }

  // #listen opens a stream and hears it to its end. It throws if the stream did
  // not come to life.
  async #listen() {
    const query = new URLSearchParams({ token: this.#token });
    if (this.#lastEventId) query.set("lastEventId", this.#lastEventId);
    // An EventSource tries again by itself after some failures and never after
    // others. This page always does it itself, with a new one.
    const stream = new EventSource(`/connect?${query}`);
    let joined = false;
    try {
      await new Promise((resolve, reject) => {
        let over = false;
        this.#hangUp = () => {
          over = true;
          resolve();
        };
        stream.onerror = () => reject(new Error("the stream ended"));
        let watchdog = setTimeout(resolve, silence);
        const hear = (name, react) => stream.addEventListener(name, (event) => {
          clearTimeout(watchdog);
          watchdog = setTimeout(resolve, silence);
          this.#onAlive();
          if (over) return; // it comes from before this page slept
          const data = decode(event.data);
          if (data) react(data);
          if (event.lastEventId) this.#lastEventId = event.lastEventId;
        });
        hear("ping", () => {});
        hear("replaced", () => {
          this.#onState({ state: "replaced" });
          this.#end();
        });
        hear("connected", (data) => {
          this.#onEvent("connected", data);
          const join = data.recovered ? Promise.resolve() : this.#post(`/${this.#room}/join`);
          join.then(() => {
            joined = true;
            this.#failures = 0;
            this.#onState({ state: "connected" });
          }).catch(reject);
        });
        for (const name of relayed) hear(name, (data) => this.#onEvent(name, data));
      });
    } catch (error) {
      if (!joined) throw error;
    } finally {
      stream.close();
      this.#hangUp = () => {};
    }
  }

  // #access gets a token: a fresh one with the same id while the old one is
  // good, else a new one.
  async #access() {
    const name = this.#name;
    const response = await this.#post("/access", { username: name });
    const { token } = await response.json();
    this.#token = token;
    this.#named = name;
    clearTimeout(this.#renewal);
    const { iat, exp } = decode(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/"))) ?? {};
    const halfLife = ((exp - iat) / 2) * 1000 || 30 * 60000; // ms
    this.#renewal = setTimeout(() => this.#access().catch(() => {}), halfLife);
  }

  // #replaceToken finds out whether the token is why a stream failed, which an
  // EventSource does not tell, and then forgets it.
  async #replaceToken() {
    try {
      if (this.#token) await this.#access();
    } catch (error) {
      if (error.status === 401 || error.status === 403) {
        this.#token = null;
        this.#lastEventId = "";
      }
    }
  }

  async #post(path, data) {
    const response = await fetch(path, {
      method: "POST",
      headers: this.#headers(),
      body: data === undefined ? undefined : JSON.stringify(data),
      signal: AbortSignal.timeout(requestTime),
    });
    if (!response.ok) throw new Refusal(response);
    return response;
  }

  #headers() {
    return this.#token ? { Authorization: `Bearer ${this.#token}` } : {};
  }

  async #pause(delay) {
    this.#pausing = true;
    await new Promise((resolve) => {
      this.#wake = resolve;
      setTimeout(resolve, delay);
    });
    this.#pausing = false;
  }
}

// decode reads the data of an event. Half an event, or one of another kind of
// server, gives null.
function decode(text) {
  try {
    const data = JSON.parse(text);
    return data !== null && typeof data === "object" ? data : null;
  } catch {
    return null;
  }
}
