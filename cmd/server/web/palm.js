// Palms: which touches are none of a finger that draws.

const penTime = 60_000; // ms for which who has used a pen draws with that, and rests a hand
const busyTime = 500; // ms after which a pen that tells nothing is away
const palmSize = 100; // CSS pixels across, that no fingertip has

// A Palm knows when a pen was last near a canvas.
export class Palm {
  #pen = -Infinity; // ms

  // see takes note of an event of a pointer.
  see({ pointerType, timeStamp }) {
    if (pointerType === "pen") this.#pen = timeStamp;
  }

  // isPalm says whether a touch is none at all: it is too large for a finger, or the
  // hand of a pen that is at work.
  isPalm({ pointerType, width, height, timeStamp }) {
    return pointerType === "touch" && (Math.max(width, height) > palmSize || timeStamp - this.#pen < busyTime);
  }

  // rests says whether a touch by itself draws nothing. Who writes with a pen puts
  // down the hand before it.
  rests({ pointerType, timeStamp }) {
    return pointerType === "touch" && timeStamp - this.#pen < penTime;
  }
}
