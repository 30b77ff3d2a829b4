// Finds modules of the page that import one another in a circle.
import { readdirSync, readFileSync } from "node:fs";

const folder = new URL("web/", import.meta.url);
const modules = readdirSync(folder).filter((name) => name.endsWith(".js"));
const imports = new Map(modules.map((name) => {
  const text = readFileSync(new URL(name, folder), "utf8");
  return [name, Array.from(text.matchAll(/^import\b[^"]*"\.\/([^"]+)";$/gm), ([, imported]) => imported)];
}));

// circle gives the first circle that goes on from a path, or null.
function circle(path, done) {
  const name = path.at(-1);
  for (const next of imports.get(name) ?? []) {
    if (path.includes(next)) return [...path.slice(path.indexOf(next)), next];
    const found = done.has(next) ? null : circle([...path, next], done);
    if (found) return found;
  }
  done.add(name);
  return null;
}

const checked = new Set();
const circles = modules.map((name) => circle([name], checked)).filter(Boolean);
for (const found of circles) console.error(`a circle of imports: ${found.join(" → ")}`);
if (circles.length > 0 || modules.length === 0) process.exit(1);
