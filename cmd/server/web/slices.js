// Work that takes long, done a part at a time.

const sliceTime = 10; // ms, so that hands are answered meanwhile

// inSlices runs a generator that pauses now and then to its end, and gives its result.
/** @template T @param {Generator<void, T>} work @returns {Promise<T>} */
export async function inSlices(work) {
  for (;;) {
    const until = performance.now() + sliceTime;
    while (performance.now() < until) {
      const { done, value } = work.next();
      if (done) return value;
    }
    await new Promise((resolve) => setTimeout(resolve));
  }
}
