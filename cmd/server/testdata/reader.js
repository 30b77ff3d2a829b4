// Reads frames in the page's own worker.
import { FrameReader } from "/static/framereader.js";
import { newLog } from "./log.js";

// readInWorker merges frames, as base64, and gives the digest, how many entries there are,
// and how many frames the worker was asked to read.
export async function readInWorker(frames, now) {
  let asked = 0;
  const worker = new Worker("/static/reader.bundle.js", { type: "module" });
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (frame) => {
    asked++;
    post(frame);
  };
  const reader = new FrameReader(() => worker);
  await new Promise((resolve) => worker.addEventListener("message", resolve, { once: true })); // after the reader's
  const log = newLog();
  for (const text of frames) {
    const frame = await reader.read(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)));
    await log.merge(frame?.runs ?? [], now);
  }
  return { digest: log.digest, length: log.length, asked };
}
