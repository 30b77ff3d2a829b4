// Frames that were read, as they are passed from the thread that read them to the page's:
// as objects, rows would take as long to pass as to read.
import { Rows } from "./rows.js";

// pack gives a message that says what a frame does, and what of it is moved.
/** @param {Frame} frame */
export function pack({ runs, proof }) {
  const all = new Rows("", 0);
  const list = (proof ? [proof.first, proof.second] : runs).map(({ rows, ...run }) => {
    for (const row of rows) all.append(row);
    return { run, count: rows.length };
  });
  const { contents, moved } = all.contents;
  return { message: { isProof: proof !== undefined, list, contents }, moved };
}

// unpack is the frame of which a message says what it does.
/** @param {ReturnType<typeof pack>["message"]} message @returns {Frame} */
export function unpack({ isProof, list, contents }) {
  const all = Rows.of(contents);
  let n = 0;
  const runs = list.map(({ run, count }) => ({ ...run, rows: Array.from({ length: count }, () => all.row(++n)) }));
  return isProof ? { proof: { first: runs[0], second: runs[1] } } : { runs };
}
