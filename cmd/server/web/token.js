// The token: who this page is to the server. The Go half is signaling/renew.go.
import { decode, post, Stranger } from "./request.js";

const usualLife = 60 * 60000; // ms, of a token that does not say
const renewTime = 60000; // ms until a token that was not renewed is tried again
const goodClock = 3000; // ms by which clocks differ that are taken to be the same

// A Token is got for a name, and got again at half its life. A name that the
// server does not take is replaced by spareName. onLost() hears that the server
// does not know the token any more, which was found out by renewing it.
export class Token {
  /** @type {string | null} */
  text = null;
  ahead = 0; // ms by which the server's clock is ahead of ours, about
  #name;
  #spareName;
  #onLost;
  #named; // the name that it was asked for with
  #renewal; // timer
  #ended = false;

  constructor({ name, spareName, onLost }) {
    this.#name = name;
    this.#spareName = spareName;
    this.#onLost = onLost;
  }

  // isGood says whether there is one, of the present name.
  get isGood() {
    return this.text !== null && this.#named === this.#name;
  }

  // name is what to be called, unless the server has refused that.
  get name() {
    return this.#name;
  }

  rename(name) {
    this.#name = name;
  }

  // get gets a token: a fresh one with the same id while the old one is good,
  // else a new one.
  async get() {
    let name = this.#name;
    const text = await this.#ask(name).catch(async (error) => {
      const answer = await this.#askSpare(error);
      if (this.#name === name) this.#name = this.#spareName;
      name = this.#spareName;
      return answer;
    });
    const token = decode(text)?.token;
    if (typeof token !== "string") throw new Stranger("no token");
    this.text = token;
    this.#named = name;
    const { iat, exp } = claims(token);
    const ahead = iat * 1000 - Date.now();
    this.ahead = Math.abs(ahead) > goodClock ? ahead : 0;
    this.#renewIn(((exp - iat) * 1000 || usualLife) / 2);
  }

  // doubt finds out whether the token is why something was refused, and says
  // whether it is: then it is forgotten.
  async doubt({ status }) {
    if (this.text === null || (status !== 401 && status !== 403)) return false;
    const isBad = await this.get().then(() => false, ({ ours }) => ours === true);
    if (isBad) this.text = null;
    return isBad;
  }

  // end makes it be renewed no more.
  end() {
    this.#ended = true;
    clearTimeout(this.#renewal);
  }

  #ask(username) {
    return post("access", this.text, { username });
  }

  // #askSpare asks with another name, if the first may be why there was an error.
  #askSpare(error) {
    if (![400, 403, 413].includes(error.status) || error.ours) throw error;
    return this.#ask(this.#spareName).catch(() => {
      throw error; // it is not
    });
  }

  #renewIn(delay) {
    clearTimeout(this.#renewal);
    if (this.#ended) return;
    this.#renewal = setTimeout(() => this.get().catch((error) => {
      if (!error.ours) return this.#renewIn(renewTime);
      this.text = null;
      this.#onLost();
    }), delay);
  }
}

// claims are when a token was made, and until when it holds, by the server's clock: ours
// may be another.
function claims(token) {
  try {
    const { iat, exp } = decode(atob(token.split(".")[1].replaceAll("-", "+").replaceAll("_", "/")));
    return { iat, exp };
  } catch {
    return { iat: NaN, exp: NaN };
  }
}
