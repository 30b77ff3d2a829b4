// A worker that reads frames, for the page has to paint: see framereader.js. It answers in
// the order in which it is asked, and says first that it is there.
import { readFrame } from "./frame.js";
import { pack } from "./packed.js";

let last = Promise.resolve();

async function answer(data) {
  try {
    const frame = await readFrame(data);
    const { message, moved } = frame ? pack(frame) : { message: null, moved: [] };
    postMessage({ message }, { transfer: moved });
  } catch {
    postMessage({ isDamaged: true });
  }
}

addEventListener("message", ({ data }) => {
  last = last.then(() => answer(data));
});
postMessage("ready");
