// A camera says which part of the sheet a canvas shows, and how: { x, y, scale,
// ratio, width, height, ink }. The place x, y of the sheet is the upper left of a
// canvas of width × height CSS pixels, with scale of these in a pixel of the sheet
// and ratio device pixels in each. ink gives the color that one has on this paper
// (see paper.js), or is null where that is its own.

// isSame says whether two cameras see the same, of which either may be null.
/** @param {Camera | null} a @param {Camera | null} b */
export function isSame(a, b) {
  return a === b || (a !== null && b !== null && Object.keys(a).every((name) => a[name] === b[name]));
}

// seen is the box of the sheet that a camera sees.
/** @param {Camera} camera @returns {Box} */
export function seen({ x, y, scale, width, height }) {
  return { left: x, top: y, right: x + width / scale, bottom: y + height / scale };
}

// hang shows a canvas that was painted for one camera where what it shows is for another.
/** @param {HTMLCanvasElement} canvas @param {Camera} painted @param {Camera} now */
export function hang({ style }, painted, now) {
  style.width = `${painted.width}px`;
  style.height = `${painted.height}px`;
  style.transform = isSame(painted, now) ? ""
    : `translate(${(painted.x - now.x) * now.scale}px, ${(painted.y - now.y) * now.scale}px) scale(${now.scale / painted.scale})`;
}
