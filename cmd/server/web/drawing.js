// A Drawing is the log, and how much has become of it. The Go half is
// internal/exchange/drawing.go.
import { Log } from "./log.js";

export class Drawing {
  log;
  version = 0; // counts what has been taken in or drawn
  #onChange;

  constructor({ site, onChange }) {
    this.log = new Log(site);
    this.#onChange = onChange;
  }

  // changed notes a change of the picture.
  /** @param {Change} change */
  changed(change) {
    this.version++;
    this.#onChange(change);
  }
}
