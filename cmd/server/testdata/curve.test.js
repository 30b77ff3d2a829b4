// Strokes that look drawn. The oracles are the true curves: circles and straight lines,
// which know nothing of splines.
import { deepEqual, equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { Curve } from "/static/curve.js";
import { lineWidth } from "/static/wire.js";

const hand = { unit: 1, eases: () => false, widthOf: lineWidth };

// draw gives the pieces of a line through samples.
function draw(samples, options = hand) {
  const [first, ...rest] = samples;
  const curve = new Curve(first, options);
  return [...rest.flatMap((sample) => curve.add(sample)), ...curve.end()];
}

// along gives samples that a device tells so many times a second of a place that moves.
function along(place, { hertz, seconds, force = (_t) => 1 }) {
  return Array.from({ length: Math.floor(hertz * seconds) + 1 }, (_, i) => ({ ...place(i / hertz), force: force(i / hertz) }));
}

// A place that moves on a circle at a speed, in pixels a second.
const circle = (radius, speed, phase = 0) => (t) => ({
  x: 400 + radius * Math.cos(phase + (speed * t) / radius), y: 400 + radius * Math.sin(phase + (speed * t) / radius),
});

// off is how far a line of pieces is from a circle, anywhere on it.
function off(pieces, radius) {
  let most = 0;
  for (const { from, to } of pieces) {
    for (let part = 0; part <= 1; part += 0.125) {
      const x = from.x + (to.x - from.x) * part - 400;
      const y = from.y + (to.y - from.y) * part - 400;
      most = Math.max(most, Math.abs(Math.hypot(x, y) - radius));
    }
  }
  return most;
}

function isConnected(pieces) {
  return pieces.every(({ from }, i) => i === 0 || (from.x === pieces[i - 1].to.x && from.y === pieces[i - 1].to.y));
}

test("a circle of 500 px/s from a 60 Hz mouse is within 0.5 px of the true one", () => {
  for (const radius of [15, 20, 30, 50, 80, 150, 400]) {
    for (let phase = 0; phase < 6; phase += 0.37) {
      const samples = along(circle(radius, 500, phase), { hertz: 60, seconds: 2 });
      const pieces = draw(samples, { ...hand, eases: () => true });
      ok(isConnected(pieces));
      const far = off(pieces, radius);
      ok(far < 0.5, `radius ${radius}: ${far.toFixed(2)} px off`);
      // Today's page has one for each sample.
      ok(pieces.length <= 1.5 * samples.length, `radius ${radius}: ${pieces.length} pieces of ${samples.length} samples`);
    }
  }
});

test("at other speeds and rates it is no further off than what the device leaves out", () => {
  for (const [hertz, speed] of [[60, 100], [60, 2000], [125, 500], [240, 800], [1000, 300], [1000, 3000]]) {
    for (const radius of [40, 100, 300]) {
      const samples = along(circle(radius, speed), { hertz, seconds: 1.5 });
      const pieces = draw(samples);
      const chord = speed / hertz;
      const bound = 0.5 + 1.3 * (chord * chord) / (8 * radius); // straight lines would be off by the latter
      const what = `${hertz} Hz, ${speed} px/s, radius ${radius}`;
      ok(off(pieces, radius) < bound, `${what}: ${off(pieces, radius).toFixed(2)} px off`);
      ok(pieces.length <= 1.5 * samples.length + 1, `${what}: ${pieces.length} pieces of ${samples.length} samples`);
    }
  }
});

test("a straight line stays one, and is not cut smaller than what was told", () => {
  const samples = along((t) => ({ x: 10 + 300 * t, y: 20 + 120 * t }), { hertz: 60, seconds: 1 });
  const pieces = draw(samples);
  for (const { to } of pieces) ok(Math.abs((to.y - 20) * 300 - (to.x - 10) * 120) / Math.hypot(300, 120) < 0.01);
  ok(pieces.length <= samples.length);
  deepEqual([pieces.at(-1).to.x, pieces.at(-1).to.y], [310, 140]);
});

test("a corner stays one", () => {
  const pieces = draw([[0, 0], [50, 0], [100, 0], [100, 50], [100, 100]].map(([x, y]) => ({ x, y, force: 1 })));
  ok(pieces.some(({ to }) => to.x === 100 && to.y === 0), "the corner");
  ok(pieces.every(({ to }) => Math.abs(to.y) < 1e-9 || Math.abs(to.x - 100) < 1e-9), "and nothing beside the two lines");
});

test("the steps of a slow mouse, which tells whole pixels, are not seen", () => {
  const samples = along((t) => ({ x: 10 + 60 * t, y: 20 + 33 * t }), { hertz: 125, seconds: 2 }).map(({ x, y, force }) => ({ x: Math.round(x), y: Math.round(y), force }));
  const turns = (points) => points.slice(2).map((c, i) => {
    const [a, b] = [points[i], points[i + 1]];
    return Math.abs(Math.atan2((b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x), (b.x - a.x) * (c.x - b.x) + (b.y - a.y) * (c.y - b.y)));
  });
  const moved = samples.filter((p, i) => i === 0 || p.x !== samples[i - 1].x || p.y !== samples[i - 1].y);
  const all = (list) => list.reduce((sum, v) => sum + v, 0);
  const pieces = draw(samples);
  const drawn = all(turns([pieces[0].from, ...pieces.map(({ to }) => to)]));
  const told = all(turns(moved));
  ok(drawn < told / 25, `it turns by ${drawn.toFixed(1)} in all, the samples by ${told.toFixed(1)}`);
});

test("the width changes in steps that nobody sees, though the pressure jumps", () => {
  const force = (t) => (t < 0.5 ? 1 : 1.5); // from 2 pixels to 10
  const widths = draw(along(circle(150, 600), { hertz: 120, seconds: 1, force })).map((piece) => lineWidth(piece.force));
  const most = Math.max(...widths.slice(1).map((width, i) => Math.abs(width - widths[i])));
  ok(most < 0.9, `by ${most.toFixed(2)} px`);
  ok(Math.abs(widths[0] - 2) < 0.01 && Math.abs(widths.at(-1) - 10.125) < 0.01);
});

test("without pressure, a line eases in, and out where the hand flies off", () => {
  const easing = { ...hand, eases: () => true };
  const quick = draw(along((t) => ({ x: 600 * t, y: 0 }), { hertz: 60, seconds: 0.5 }), easing).map(({ force }) => force);
  const middle = quick.slice(6, -6);
  ok(quick[0] < 0.9 && quick.at(-1) < 0.95, `${quick[0]} … ${quick.at(-1)}`);
  ok(middle.every((force) => force === 1), "and not between");
  const stops = draw(along((t) => ({ x: 600 * (t - t * t), y: 0 }), { hertz: 60, seconds: 0.5 }), easing);
  equal(stops.at(-1).force, 1, "a hand that stops has not flown off");
});

test("what is still open is shown as it will be drawn, and changes nothing", () => {
  const samples = along(circle(60, 500), { hertz: 60, seconds: 0.5 });
  const watched = new Curve(samples[0], hand);
  const pieces = [];
  for (const [i, sample] of samples.slice(1).entries()) {
    pieces.push(...watched.add(sample));
    const tail = watched.tail(samples.slice(i + 2, i + 4));
    ok(isConnected([...pieces.slice(-1), ...tail]));
  }
  deepEqual([...pieces, ...watched.end()], draw(samples));
  const curve = new Curve(samples[0], hand);
  for (const sample of samples.slice(1, 10)) curve.add(sample);
  deepEqual(curve.tail([]), curve.end(), "the tail is what the stroke would end with");
});

test("what is seen larger is drawn finer", () => {
  const samples = along(circle(25, 500), { hertz: 60, seconds: 1 });
  const small = samples.map(({ x, y, force }) => ({ x: x / 8, y: y / 8, force }));
  equal(draw(small, { ...hand, unit: 1 / 8, widthOf: (force) => lineWidth(force) / 8 }).length, draw(samples).length);
});
