// Pointing: what this person's pointer tells the others, and the laser.

// installPointing has what moves over the canvas be told to others by tell(cursor), as
// far as they can see it. isLaser() says whether the laser is on.
export function installPointing({ canvas, viewport, tell, isLaser }) {
  const point = ({ clientX, clientY }) => tell({ ...viewport.place({ x: clientX, y: clientY }), laser: isLaser() });
  canvas.addEventListener("pointermove", (event) => event.isPrimary && point(event));
  canvas.addEventListener("pointerdown", (event) => event.isPrimary && point(event));
  canvas.addEventListener("pointerleave", (event) => event.isPrimary && tell(null)); // a finger does when it is lifted
  document.addEventListener("visibilitychange", () => document.hidden && tell(null));
}

// A LaserStroke is a press with the laser; see gesture.js. It draws nothing: onTrail(place)
// hears where it goes, and onEnd() that it is off.
export class LaserStroke {
  isEmpty = true;
  #place;
  #on;

  constructor(event, { place, onTrail, onEnd }) {
    this.#place = place;
    this.#on = { onTrail, onEnd };
    this.move([event]);
  }

  move(events) {
    for (const { clientX: x, clientY: y } of events) this.#on.onTrail(this.#place({ x, y }));
  }

  end() {
    this.#on.onEnd();
  }

  takeBack() {
    this.#on.onEnd();
  }
}
