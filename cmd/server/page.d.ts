// What travels between the modules of the page, for tsc: a module that takes or
// gives one of these names it in its comments. Lengths are in CSS pixels, times in
// ms, unless said otherwise.

interface Point { x: number; y: number }
interface Camera { x: number; y: number; scale: number; ratio: number; width: number; height: number; ink: ((color: string) => string) | null }
interface Box { left: number; top: number; right: number; bottom: number }

// What is drawn: see wire.js.
interface Segment { type: "segment"; from: Point; to: Point; force: number; color: string; older?: boolean }
interface Rectangle { origin: Point; width: number; height: number; lineWidth: number; color: string; older?: boolean }
interface Rect extends Rectangle { type: "rect" }
interface Preview extends Rectangle { type: "preview" }
interface Clear { type: "clear"; older?: boolean }
interface Toggle { type: "undo" | "redo" }
type PlainOp = Segment | Rect | Preview | Clear;
type Op = PlainOp | Toggle;

// How far somebody has come with each site.
type Vector = Map<string, number>;
type Mark = [site: string, n: number];

// What is in the log: see row.js.
interface Entry { site: string; n: number; t: number; k: number; op: Op; by: string; cut: Vector | null }
interface Row { kind: number; t: number; k: number; xy: number[]; pen: number; color: number; by: string; cut: Mark[] | null }
interface Place { t: number; site: string; n: number }
interface Change { kind: number; from: Place; boxes: Box[] }
interface Written { entry: Entry | null; change: Change }

// Binary messages: see frame.js.
interface Run { site: string; first: number; rows: Row[] }
interface Frame { gone: Mark[]; runs: Run[] }

// Text messages: see message.js.
interface EntryMessage { type: "entry"; entry: Entry }
interface PlainMessage { type: "plain"; op: PlainOp }
interface Have { type: "have"; have: Vector; dead: Vector; sum: string; more?: boolean }
interface Want { type: "want"; have: Vector; dead: Vector; more?: boolean }
interface Sums { type: "sums"; sums: Map<string, string>; more?: boolean }
interface Ping { type: "ping"; sum: string }
interface Bye { type: "bye" }
interface Unknown { type: "unknown" }
type Message = EntryMessage | PlainMessage | Have | Want | Sums | Ping | Bye | Unknown;

// Carries messages to neighbours, and does not wait.
interface Wire {
  send(id: string, data: string | Uint8Array): boolean; // whether it could
  queued(id: string): number; // bytes that wait
  reset(id: string): void; // makes the link anew
}

// The time, which tests let pass as they like.
interface Clock {
  now(): number;
  setTimeout(call: () => void, delay: number): unknown;
}

// What is wrong with a neighbour: see exchange.js and settle.js.
type Fault =
  | { peer: string; lost: true }
  | { peer: string; site: string; n: number; ours: string; theirs: string };

// What a neighbour says of itself beside its description.
interface Capability { v: number; site: string; lines?: boolean; restart?: boolean }
type Log = import("./web/log.js").Log;
type Neighbour = import("./web/neighbour.js").Neighbour;

// The pull of sites of which a neighbour's entries are to be believed: see settle.js.
interface Settlement {
  n: Neighbour;
  sums: Map<string, string>; // promised
  have: Vector; // that the sums are about
  dead: Vector;
  copy: Log;
  frames: Frame[];
  size: number; // bytes
  progress: number;
}
