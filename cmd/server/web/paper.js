// Papers: a person may have the sheet dark, on their own screen. What is drawn keeps
// its color; only how that is shown differs, so that what could be seen on white can
// be seen, and what was as white as the paper is as dark.

export const white = "#ffffff";
export const dark = "#1d1c24";

const ink = 0.94; // lightness (OKLab) that black has on the dark paper
const least = 0.62; // and what a vivid color has at least
const vivid = 0.12; // chroma from which on a color is one

// onDark is the color, #rrggbb or #rrggbbaa, that one has on the dark paper. Grays
// turn around between the paper and white, hues stay and become light enough.
/** @param {string} color */
export function onDark(color) {
  const { l, a, b } = labOf(color);
  const share = Math.min(1, Math.hypot(a, b) / vivid);
  const turned = paper.l + (ink - paper.l) * (1 - l);
  const lightness = turned + share * (Math.max(l, least) - turned);
  // Between them, a gray takes on the tint of the paper.
  const tint = (1 - share) * l;
  return hexOf(lightness, a + tint * paper.a, b + tint * paper.b) + color.slice(7);
}

// labOf is a color in OKLab (Björn Ottosson, "A perceptual color space for image
// processing"; W3C, CSS Color 4, 10.2).
function labOf(color) {
  const [r, g, b] = [1, 3, 5].map((i) => linear(parseInt(color.slice(i, i + 2), 16) / 255));
  const l = Math.cbrt(0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b);
  const m = Math.cbrt(0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b);
  const s = Math.cbrt(0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b);
  return {
    l: 0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s,
    a: 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s,
    b: 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s,
  };
}

function hexOf(lightness, a, b) {
  const l = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const m = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const s = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const rgb = [
    4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
    -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
    -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s,
  ];
  return "#" + rgb.map((v) => Math.round(255 * gamma(Math.min(1, Math.max(0, v)))).toString(16).padStart(2, "0")).join("");
}

// linear and gamma lead from sRGB to light and back (IEC 61966-2-1).
function linear(v) {
  return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4;
}

function gamma(v) {
  return v <= 0.0031308 ? 12.92 * v : 1.055 * v ** (1 / 2.4) - 0.055;
}

const paper = labOf(dark);
