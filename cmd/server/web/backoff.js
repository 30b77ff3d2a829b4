// How long to wait before trying again.

const first = 1000; // ms
const longest = 15000; // ms

// backoff is the delay in ms before the next try after that many failures in a
// row: 1, 2, 4, 8, then 15 seconds, ±30 % so that peers which failed together
// do not come back together.
export function backoff(failures) {
  const delay = Math.min(longest, first * 2 ** (failures - 1));
  return delay * (0.7 + 0.6 * Math.random());
}
