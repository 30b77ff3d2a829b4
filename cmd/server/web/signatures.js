// Signing and verifying, which nobody waits for: a browser's own Ed25519 answers by
// promises only, and where it has none, ours takes so long that it belongs into a
// worker. That a page is without TLS (no crypto.subtle at all) and that a browser is
// old (it knows no Ed25519) are two things; that is tried once.
//
// What is signed is given in the order in which it was asked for, so that heads go out
// as they were written. Verifying keeps no order: whoever asks, waits for its own.
import * as plain from "./ed25519.js";

// An Engine signs as one key, and verifies for any.
/** @typedef {{ sign(message: Uint8Array): Promise<Uint8Array>,
 *    verify(key: Uint8Array, message: Uint8Array, signature: Uint8Array): Promise<boolean> }} Engine */

export class Signatures {
  key; // the public key, 32 bytes
  #engine;
  /** @type {Promise<unknown>} */
  #signed = Promise.resolve(); // the last of all

  // seed is the private key, 32 random bytes. subtle is WebCrypto, if there is any;
  // work makes a worker, or throws where there can be none.
  /** @param {{ seed?: Uint8Array, subtle?: SubtleCrypto, work?: () => Worker }} options */
  constructor({ seed = crypto.getRandomValues(new Uint8Array(32)), subtle = crypto.subtle, work = newWorker } = {}) {
    this.key = plain.publicKey(seed);
    this.#engine = native(subtle, seed, this.key).catch(() => inWorker(work, seed, this.key));
  }

  // sign gives a signature of 64 bytes.
  /** @param {Uint8Array} message @returns {Promise<Uint8Array>} */
  sign(message) {
    const signature = this.#engine.then((engine) => engine.sign(message));
    const inTurn = this.#signed.then(() => signature);
    this.#signed = inTurn;
    return inTurn;
  }

  // verify says whether a key signed a message. Any of the three may be anybody's.
  /** @param {Uint8Array} key @param {Uint8Array} message @param {Uint8Array} signature */
  async verify(key, message, signature) {
    return (await this.#engine).verify(key, message, signature);
  }
}

// native is the browser's own. Browsers disagree on odd points, of which nobody honest
// makes any: there ours decides, as everywhere.
/** @returns {Promise<Engine>} */
async function native(subtle, seed, key) {
  const name = "Ed25519";
  const url = (bytes) => btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  const pair = { kty: "OKP", crv: name, d: url(seed), x: url(key) };
  const own = await subtle.importKey("jwk", pair, name, false, ["sign"]);
  const sign = async (message) => {
    try {
      return new Uint8Array(await subtle.sign(name, own, message));
    } catch {
      return plain.sign(seed, key, message); // what is drawn is never lost for want of a signature
    }
  };
  /** @type {[Uint8Array, CryptoKey][]} */
  const keys = []; // those last imported
  const imported = async (raw) => {
    const known = keys.find(([bytes]) => bytes.every((b, i) => b === raw[i]));
    if (known) return known[1];
    const made = await subtle.importKey("raw", raw, name, false, ["verify"]);
    if (keys.unshift([raw, made]) > maxKeys) keys.pop();
    return made;
  };
  return {
    sign,
    async verify(raw, message, signature) {
      if (raw.length !== 32 || signature.length !== 64) return false;
      if (plain.isOdd(raw) || plain.isOdd(signature.subarray(0, 32))) return plain.verify(raw, message, signature);
      try {
        return await subtle.verify(name, await imported(raw), signature, message);
      } catch {
        return false; // the key is no point of the curve
      }
    },
  };
}

const maxKeys = 64; // twice as many as a room has peers

function newWorker() {
  return new Worker(new URL("./signer.js", import.meta.url), { type: "module" });
}

// inWorker is ours, in a worker, or here if there is none, or it fails.
/** @returns {Engine} */
function inWorker(work, seed, key) {
  const own = here(seed, key);
  /** @type {Worker} */
  let worker;
  try {
    worker = work();
  } catch {
    return own;
  }
  let failed = false;
  /** @type {{ name: string, what: Uint8Array[], answer(result: any): void }[]} */
  const waiting = []; // it answers in order
  const ask = (name, ...what) => failed ? own[name](...what) : new Promise((answer) => {
    waiting.push({ name, what, answer });
    worker.postMessage([name, ...what]);
  });
  worker.onmessage = ({ data }) => waiting.shift()?.answer(data);
  worker.onerror = () => {
    failed = true;
    worker.terminate();
    for (const { name, what, answer } of waiting.splice(0)) answer(own[name]?.(...what));
  };
  ask("begin", seed, key);
  return { sign: (message) => ask("sign", message), verify: (...what) => ask("verify", ...what) };
}

// here is ours, on the page's own thread.
/** @returns {Engine} */
function here(seed, key) {
  return {
    sign: async (message) => plain.sign(seed, key, message),
    verify: async (...what) => plain.verify(...what),
  };
}
