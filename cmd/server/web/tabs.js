// Over plain HTTP a browser opens six connections to one host, all tabs
// together, and an event stream holds one for as long as it lasts. With six
// streams no tab could say another word, nor be loaded to say why. So five tabs
// at most have a stream, and the others wait for one of them to be closed.
// HTTP/2, which takes TLS, has no such bound.

export const mostStreams = 5;
const answerTime = 100; // ms for the other tabs to answer

// A Place is this tab's, among those that may have a stream.
export class Place {
  #tabs = location.protocol === "http:" ? channel() : null;
  #id = crypto.getRandomValues(new Uint32Array(2)).join("-");
  #taken = false;
  #asking = false;
  #others = new Set(); // that said they have one
  #onFreed;

  // onFreed is called when another tab has given up its place.
  constructor(onFreed) {
    this.#onFreed = onFreed;
    if (this.#tabs) this.#tabs.onmessage = ({ data }) => this.#hear(data ?? {});
  }

  #hear({ asks, has, frees }) {
    // Of those that ask at once, one goes first.
    if (asks && (this.#taken || (this.#asking && this.#id < asks))) this.#tabs?.postMessage({ has: this.#id });
    if (has) this.#others.add(has);
    if (frees) this.#onFreed();
  }

  // take takes a place, or says with false that there is none.
  async take() {
    if (!this.#tabs || this.#taken) return true;
    this.#others.clear();
    this.#asking = true;
    this.#tabs.postMessage({ asks: this.#id });
    await new Promise((resolve) => setTimeout(resolve, answerTime));
    this.#asking = false;
    this.#taken = this.#others.size < mostStreams;
    return this.#taken;
  }

  // free gives the place to another tab.
  free() {
    if (this.#taken) this.#tabs?.postMessage({ frees: true });
    this.#taken = false;
  }
}

// channel reaches the other tabs, unless the browser keeps them apart: where it
// blocks the storage of a site, this may throw.
function channel() {
  try {
    return new BroadcastChannel("drawmesh");
  } catch {
    return null;
  }
}
