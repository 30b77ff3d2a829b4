// A worker that reads frames, for the page has to paint: see framereader.js. It answers in
// the order in which it is asked, and says first that it is there.
import { readPacked } from "./frame.js";

let last = Promise.resolve();

async function answer(data) {
  try {
    const packed = await readPacked(data);
    if (!packed) return postMessage({ packed });
    const { contents, moved } = packed.rows;
    postMessage({ packed: { ...packed, rows: contents } }, { transfer: moved });
  } catch {
    postMessage({ isDamaged: true });
  }
}

addEventListener("message", ({ data }) => {
  last = last.then(() => answer(data));
});
postMessage("ready");
