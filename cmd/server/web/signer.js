// A worker that signs and verifies where the browser cannot: see signatures.js.
import { sign, verify } from "./ed25519.js";

/** @type {Uint8Array} */
let seed;
/** @type {Uint8Array} */
let key;

const answers = {
  begin: (...pair) => {
    [seed, key] = pair;
    return true;
  },
  sign: (message) => sign(seed, key, message),
  verify,
};

addEventListener("message", ({ data: [name, ...what] }) => postMessage(answers[name](...what)));
