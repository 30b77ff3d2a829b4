// What is under Details, which is loaded when somebody looks: a small picture of the mesh and
// the routes that its links take.
import { displayName, initialsOf, faceColor } from "./people.js";
import { words } from "./words.js";

const refreshTime = 2000; // ms between two looks at the routes
const maxShown = 24; // people in the picture
const [wide, high] = [280, 150]; // of the picture
const radius = 11; // of a face in it

// routeWords says how a link leads to somebody.
/** @param {{ isRelayed: boolean, time: number } | null} route @param {string} name */
export function routeWords(route, name) {
  if (!route) return words.noRoute(name);
  const time = Number.isFinite(route.time) ? words.roundTrip(Math.max(1, Math.round(route.time))) : "";
  return (route.isRelayed ? words.relayed : words.direct)(name, time);
}

// Details keeps what is under Details, for as long as that is open.
export class Details {
  #parts;
  #mesh;
  #me;

  // parts are the details element, an SVG and a list.
  constructor({ parts, mesh, me }) {
    this.#parts = parts;
    this.#mesh = mesh;
    this.#me = me;
    parts.details.addEventListener("toggle", () => this.#look());
    this.#look();
  }

  // show shows who is there now.
  show() {
    if (!this.#parts.details.open) return;
    paintMesh(this.#parts.picture, this.#me, this.#mesh.links);
  }

  async #look() {
    this.show();
    if (!this.#parts.details.open) return;
    const rows = await Promise.all(this.#mesh.links.map(async (link) => {
      const row = document.createElement("li");
      row.textContent = routeWords(await link.route(), displayName(link.peer));
      return row;
    }));
    this.#parts.routes.replaceChildren(...rows);
    setTimeout(() => this.#look(), refreshTime);
  }
}

// paintMesh paints this page in the middle, the others around it, and a line for each link.
// How the others are linked among themselves nobody tells.
function paintMesh(svg, me, links) {
  const shown = links.slice(0, maxShown);
  const places = shown.map((_, i) => {
    const angle = (2 * Math.PI * i) / shown.length - Math.PI / 2;
    return { x: wide / 2 + (wide / 2 - 2 * radius) * Math.cos(angle), y: high / 2 + (high / 2 - 1.5 * radius) * Math.sin(angle) };
  });
  const middle = { x: wide / 2, y: high / 2 };
  svg.setAttribute("viewBox", `0 0 ${wide} ${high}`);
  svg.replaceChildren(
    ...places.map(({ x, y }, i) => shape("line", { x1: middle.x, y1: middle.y, x2: x, y2: y, "data-state": shown[i].state })),
    ...places.flatMap((at, i) => face(at, shown[i].peer.id, displayName(shown[i].peer))),
    ...face(middle, me.id, me.name),
  );
}

function face({ x, y }, id, name) {
  const initials = shape("text", { x, y });
  initials.textContent = initialsOf(name);
  return [shape("circle", { cx: x, cy: y, r: radius, fill: faceColor(id) }), initials];
}

function shape(tag, attributes) {
  const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) e.setAttribute(name, String(value));
  return e;
}
