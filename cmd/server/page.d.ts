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
interface Other { type: "other"; name: string; payload: string }
type PlainOp = Segment | Rect | Preview | Clear;
type Op = PlainOp | Toggle | Other;

// How far somebody has come with each site.
type Vector = Map<string, number>;

// What is in the log: see row.js. Times of the log are in ticks: see time.js.
interface Entry { site: string; n: number; t: number; k: number; op: Op; by: string }
interface Row { kind: number; t: number; k: number; xy: number[]; pen: number; color: number; by: string; name: string; payload: string }
interface Place { t: number; site: string; n: number }
interface Change { kind: number; from: Place; boxes: (Box & { of?: SiteLog; n?: number })[] }

// What lived between two clears: see wiped.js.
interface Era { since: number; until: number; by: string; sites: import("./web/rows.js").Rows[] }

// What its authors sign: see sitelog.js, run.js, proof.js and store.js.
interface Mark { n: number; chain: Uint8Array; sig: Uint8Array; mile: boolean }
interface Base { key: Uint8Array; dead: number; before: Uint8Array | null; witness: Row | null; tip: Uint8Array; heads: Mark[] }
interface Run { site: string; key: Uint8Array | null; first: number; before: Uint8Array; sig: Uint8Array; rows: Row[]; end?: Uint8Array }
interface Proof { first: Run; second: Run }
interface ClearMark { t: number; key: Uint8Array; sig: Uint8Array }
interface Holdings { whole: boolean; sites: Vector; clear: ClearMark; void: string[]; digest: string }
type Verify = (key: Uint8Array, message: Uint8Array, signature: Uint8Array) => Promise<boolean>;
interface Signer { key: Uint8Array; sign(message: Uint8Array): Promise<Uint8Array>; verify: Verify }

// What became of what others wrote: see take.js.
type Verdict = "taken" | "known" | "gap" | "early" | "bad" | "forked";
interface Taken { verdict: Verdict; proof?: Proof; change?: Change }
interface Looked { verdict?: Verdict; run: Run }
interface Merged { change: Change; taken: { site: string; first: number; last: number }[]; proofs: Proof[]; gap: number; early: number; bad: number }

// The parts of a log: see log.js.
type SiteLog = import("./web/sitelog.js").SiteLog;
interface LogParts {
  store: import("./web/store.js").Store;
  picture: import("./web/picture.js").Picture;
  strokes: import("./web/strokes.js").Strokes;
  signatures: Signer;
  onChange(change: Change): void;
}
interface VouchedParts extends LogParts { voucher: import("./web/vouch.js").Voucher }

// Binary messages: see frame.js.
interface Packed { isProof: boolean; runs: (Omit<Run, "rows"> & { count: number })[]; rows: import("./web/rows.js").Rows }
type Frame = { runs: Run[]; proof?: undefined } | { proof: Proof; runs?: undefined };

// Text messages: see message.js.
interface EntryMessage { type: "entry"; entry: Entry }
interface HeadMessage { type: "head"; site: string; key: Uint8Array | null; n: number; sig: Uint8Array }
interface ClearMessage { type: "clear"; clear: ClearMark }
interface PlainMessage { type: "plain"; op: PlainOp }
interface Have { type: "have"; all: boolean; have: Vector; clear: ClearMark | null; void: string[]; sum: string; more?: boolean }
interface Want { type: "want"; have: Vector; clear: number; void: string[]; more?: boolean }
interface Heads { type: "heads"; heads: { site: string; n: number; chain: Uint8Array; sig: Uint8Array }[]; more?: boolean }
interface Ping { type: "ping"; sum: string }
interface Bye { type: "bye" }
interface Unknown { type: "unknown" }
type Message = EntryMessage | HeadMessage | ClearMessage | PlainMessage | Have | Want | Heads | Ping | Bye | Unknown;

// Carries messages to neighbours, and does not wait.
interface Wire {
  send(id: string, data: string | Uint8Array): boolean; // whether it could
  queued(id: string): number; // bytes that wait
  reset(id: string): void; // makes the link anew
}

// The time, which tests let pass as they like.
interface Clock {
  epoch: number; // of now, in ms since 1970
  now(): number;
  setTimeout(call: () => void, delay: number): unknown;
}

// What is wrong with a neighbour: see exchange.js.
type Fault =
  | { peer: string; lost: true }
  | { peer: string; unwritten: true; isFull: boolean }
  | { peer: string; forged: true }
  | { peer: string; lied: true; site: string }
  | { peer: string; ours: string; theirs: string };

// What a plain peer did, for a synced one to log: see sponsor.js.
interface Adoption { by: string; op: PlainOp; heard: number; t: number; content: string }

// What a neighbour says of itself beside its description.
interface Capability { v: number; key: string; restart?: boolean }
type Log = import("./web/log.js").Log;
type Neighbour = import("./web/neighbour.js").Neighbour;
