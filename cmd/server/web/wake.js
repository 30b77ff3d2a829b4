// Sleep: a lid that is closed, or a tab that the browser freezes, stops this page
// without a word. It learns that from the clock, afterwards.

const beatTime = 1000; // ms between two looks at the clock
// Others give a link up that is silent for 15 s. Where nobody looks at a page its
// timers may run once a minute, but whatever it hears counts, and the server says
// something every 10 s.
const sleepTime = 20000; // ms

// watchSleep calls back when the page has slept. It gives a function to call at
// each sign of life.
export function watchSleep(onWake) {
  let last = Date.now();
  const alive = () => {
    const slept = Date.now() - last >= sleepTime;
    last = Date.now();
    if (slept) onWake();
  };
  setInterval(alive, beatTime);
  for (const event of ["resume", "visibilitychange"]) document.addEventListener(event, alive);
  return alive;
}
