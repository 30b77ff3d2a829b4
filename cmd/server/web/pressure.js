// How hard a hand presses, as devices tell it.

// A Pressure follows one stroke. force is 1 until a device tells another, and
// where an event does not tell, it is what it was: a button that goes up, a
// pointer that is taken away and a pen in the air all say 0.
export class Pressure {
  force = 1;
  feels = false; // the device can tell

  feel({ pointerType, pressure, webkitForce }) {
    if (webkitForce > 0) {
      // Safari on a trackpad: 1 is a click, 2 the harder one. (Touch.force comes
      // as the pressure of a pointer event.)
      this.feels = true;
      this.force = webkitForce;
    } else if (pressure > 0 && pointerType !== "mouse") {
      // Half is a hand at ease. Screens that cannot feel say 0, ½ or 1 throughout.
      this.feels ||= pointerType === "pen" || pressure % 0.5 !== 0;
      if (this.feels) this.force = 0.5 + pressure;
    }
  }
}
