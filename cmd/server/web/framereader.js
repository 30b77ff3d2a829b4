// Reading frames takes a while, most of all to hash their chains: that belongs into a
// worker. Until that is there, and where it cannot be, the page reads them itself.
import { check } from "./bytes.js";
import { readFrame, unpack } from "./frame.js";
import { Rows } from "./rows.js";

export class FrameReader {
  /** @type {Worker | null} */
  #worker = null; // once it is there
  /** @type {((answer: any) => void)[]} */
  #waiting = []; // it answers in order

  // work makes a worker, or throws where there can be none.
  constructor(work = newWorker) {
    try {
      const worker = work();
      worker.onmessage = () => { // it has loaded
        this.#worker = worker;
        worker.onmessage = ({ data }) => this.#waiting.shift()?.(data);
      };
    } catch {
      // The page reads all of them.
    }
  }

  // read is readFrame of frame.js.
  /** @param {Uint8Array} frame @returns {Promise<Frame | null>} */
  async read(frame) {
    const worker = this.#worker;
    if (!worker) return readFrame(frame);
    const { isDamaged, packed } = await new Promise((resolve) => {
      this.#waiting.push(resolve);
      worker.postMessage(frame);
    });
    check(!isDamaged);
    return packed && unpack({ ...packed, rows: Rows.of(packed.rows) });
  }
}

function newWorker() {
  return new Worker(new URL("./reader.js", import.meta.url), { type: "module" });
}
