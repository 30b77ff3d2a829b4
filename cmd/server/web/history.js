// The history: the drawing as it was at any moment, for one person alone. Others notice
// nothing, and what they draw meanwhile is there afterwards.
import { bringBack, gone } from "./bringback.js";
import { union } from "./extent.js";
import { Film } from "./film.js";
import { HistoryBar } from "./historybar.js";
import { HistoryKeys } from "./historykeys.js";
import { clockWords, whenWords } from "./moment.js";
import { strokesSince } from "./meanwhile.js";
import { inSlices } from "./slices.js";
import { perMilli } from "./time.js";
import { Timeline } from "./timeline.js";
import { WhoDrew } from "./whodrew.js";
import { words } from "./words.js";

const longest = 30000; // ms that a replay takes: what is longer goes faster
const mostFrame = 100; // ms of a replay in one frame: nobody looked meanwhile
const newsTime = 500; // ms between two looks at what is drawn meanwhile

// A History shows on a canvas of its own, in the place of the picture, what the log has and
// what clears have wiped, as all that was when it was opened. who(author) is what to call
// somebody, ahead() how many ms the room's clock is ahead of ours, and onClose() hears that
// it is over.
export class History {
  #parts;
  #timeline;
  #film;
  #bar;
  #canvas = document.createElement("canvas");
  #whoDrew = /** @type {WhoDrew | null} */ (null); // once somebody has asked
  #isTinted = false;
  #camera = /** @type {Camera | null} */ (null);
  #position;
  #at; // ms of the replay
  #isPlaying = false;
  #isBusy = false; // something is being brought back
  #isOpen = true;
  #era; // what was there
  /** @type {any} */
  #looking;
  #keys = /** @type {HistoryKeys | null} */ (null); // while it is shown

  /** @param {{ exchange: any, notice: any, canDraw: boolean, who: (author: any) => string, ahead: () => number, onClose: () => void }} parts @param {Timeline} timeline @param {Era} era */
  constructor(parts, timeline, era) {
    this.#parts = parts;
    this.#timeline = timeline;
    this.#era = era;
    this.#film = new Film(this.#canvas, timeline);
    this.#position = timeline.length;
    this.#at = timeline.duration;
    const { since } = timeline;
    const told = [words.historyTold, since > 0 && words.historyLacks(clockWords(this.#ours(since), Date.now(), words.language))];
    this.#bar = new HistoryBar({
      duration: timeline.duration, canDraw: parts.canDraw, told: told.filter(Boolean).join(" "),
      on: { seek: (at) => this.#seek(at), play: () => this.#turn(!this.#isPlaying), color: () => this.#tint(), again: () => this.#bringBack(), close: () => this.close() },
    });
  }

  // open gives a history that is shown to a camera, or null if there is none.
  static async open(parts, camera) {
    const { log } = parts.exchange;
    const { era } = log;
    const timeline = new Timeline([...log.wiped.eras, era]);
    await inSlices(timeline.make());
    if (timeline.length === 0) return null;
    const history = new History(parts, timeline, era);
    history.#show(camera);
    return history;
  }

  #show(camera) {
    this.#canvas.id = "past";
    this.#canvas.dataset.length = String(this.#timeline.length);
    document.querySelector("#picture")?.after(this.#canvas);
    this.look(camera);
    this.#go(this.#position, this.#at);
    this.#bar.show();
    document.documentElement.dataset.past = "";
    const timeline = this.#timeline;
    this.#keys = new HistoryKeys({
      previous: () => this.#step(timeline.previous(this.#position)),
      next: () => this.#step(timeline.next(this.#position)),
      first: () => this.#step(0),
      last: () => this.#step(timeline.length),
      leap: (share) => this.#seek(Math.min(timeline.duration, Math.max(0, this.#at + share * timeline.duration))),
      play: () => this.#turn(!this.#isPlaying),
      close: () => this.close(),
    });
    this.#looking = setInterval(() => this.#look(), newsTime);
  }

  // look shows what another camera sees.
  /** @param {Camera} camera */
  look(camera) {
    const isOther = camera.ink !== this.#camera?.ink;
    this.#camera = camera;
    this.#film.look(camera);
    if (isOther && this.#isTinted) this.#legend();
  }

  // reach is the box around what is shown, or null.
  get reach() {
    const timeline = this.#timeline;
    let box = null;
    for (const i of timeline.shown(timeline.start(this.#position), this.#position, this.#position)) box = union(box, timeline.bounds(i));
    return box;
  }

  close() {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#isPlaying = false;
    clearInterval(this.#looking);
    this.#keys?.remove();
    delete document.documentElement.dataset.past;
    this.#film.close();
    this.#canvas.remove();
    this.#bar.remove();
    this.#parts.onClose();
  }

  // #ours is a time of the log by our clock, in ms since 1970.
  #ours(ticks) {
    return ticks / perMilli - this.#parts.ahead();
  }

  #seek(at) {
    this.#turn(false);
    this.#go(this.#timeline.position(at), at);
  }

  #step(position) {
    this.#turn(false);
    this.#go(position, this.#timeline.at(position));
  }

  // #go shows a position, at a time of the replay.
  #go(position, at) {
    this.#position = position;
    this.#at = at;
    this.#film.show(position);
    this.#bar.moment(at, this.#words(), !this.#isPlaying);
    this.#bar.canAgain(position < this.#timeline.length && !this.#isBusy);
  }

  #words() {
    const last = this.#timeline.last(this.#position);
    if (!last) return words.beforeAll;
    if (this.#position === this.#timeline.length) return words.asOpened;
    const name = this.#parts.who(last) || words.somebody;
    return `${whenWords(this.#ours(last.t), Date.now(), words.language)} · ${last.isClear ? words.clearedBy(name) : name}`;
  }

  // #turn has it play, or stop. In the end it begins anew.
  #turn(plays) {
    if (plays === this.#isPlaying) return;
    this.#isPlaying = plays;
    this.#bar.playing(plays);
    const { duration } = this.#timeline;
    if (!plays) this.#go(this.#position, this.#at);
    else if (this.#at >= duration) this.#go(0, 0);
    let before = performance.now();
    const speed = Math.max(1, duration / longest);
    const frame = (now) => {
      if (!this.#isPlaying) return;
      const at = Math.min(duration, this.#at + speed * Math.min(Math.max(0, now - before), mostFrame));
      before = now;
      this.#go(this.#timeline.position(at), at);
      if (at >= duration) this.#turn(false);
      else requestAnimationFrame(frame);
    };
    if (plays) requestAnimationFrame(frame);
  }

  // #look says what others draw meanwhile.
  #look() {
    const { log } = this.#parts.exchange;
    const strokes = strokesSince(log, this.#era);
    const isCleared = log.lastClear.t > this.#era.since;
    this.#bar.news([isCleared && words.clearedMeanwhile, strokes > 0 && words.newStrokes(strokes)].filter(Boolean).join(", "));
  }

  // #tint shows who drew what, or the drawing in its own colors again.
  async #tint() {
    this.#isTinted = !this.#isTinted;
    if (this.#isTinted && !this.#whoDrew) {
      this.#whoDrew = new WhoDrew(this.#timeline, this.#parts.who);
      await inSlices(this.#whoDrew.make());
    }
    const whoDrew = /** @type {WhoDrew} */ (this.#whoDrew);
    this.#film.tint(this.#isTinted ? (i, color) => whoDrew.ink(i, color) : null);
    this.#legend();
  }

  #legend() {
    const ink = this.#camera?.ink ?? ((color) => color);
    this.#bar.legend(this.#isTinted ? this.#whoDrew?.authors.map(({ name, color }) => ({ name, color: ink(color) })) ?? null : null);
  }

  // #bringBack draws again what shows here and does not now, and goes back to now. Who goes
  // back before has changed their mind.
  async #bringBack() {
    if (this.#isBusy || this.#position === this.#timeline.length) return;
    this.#turn(false);
    this.#isBusy = true;
    this.#bar.canAgain(false);
    const { exchange, notice } = this.#parts;
    const list = await gone(this.#timeline, this.#position, exchange.log);
    if (!this.#isOpen) return;
    this.close();
    await bringBack(list, exchange, notice);
  }
}
