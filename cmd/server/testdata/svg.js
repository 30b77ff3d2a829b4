// How far an SVG is from a PNG of the same drawing.

// compare takes both in base 64, and gives { width, height, touched, off }: the SVG's size,
// how many pixels have ink in either, and how many of these differ by more than 32 in any
// value.
export async function compare(svg, png) {
  const [a, b] = await Promise.all([pixelsOf(`data:image/svg+xml;base64,${svg}`), pixelsOf(`data:image/png;base64,${png}`)]);
  let touched = 0;
  let off = 0;
  for (let i = 0; i < b.data.length; i += 4) {
    const values = [0, 1, 2].map((j) => [a.data[i + j], b.data[i + j]]);
    if (values.every(([v, w]) => v === 255 && w === 255)) continue;
    touched++;
    if (values.some(([v, w]) => Math.abs(v - w) > 32)) off++;
  }
  return { width: a.width, height: a.height, touched, off };
}

async function pixelsOf(address) {
  const image = Object.assign(new Image(), { src: address });
  await image.decode();
  const { width, height } = image;
  const context = /** @type {any} */ (Object.assign(document.createElement("canvas"), { width, height }).getContext("2d"));
  context.drawImage(image, 0, 0);
  return context.getImageData(0, 0, width, height);
}
