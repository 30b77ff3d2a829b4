// What the page says to people.
import { equal } from "node:assert/strict";
import { test } from "node:test";
import {
  countWords, displayName, drawingWords, faultWords, initialsOf, linkWords, reachWords, signalingWords,
} from "/static/people.js";

const soon = () => Date.now() + 3500;
const bad = (username) => ({ isUnreachable: true, peer: { username } });
const good = { isUnreachable: false, peer: { username: "Zoe" } };
const waiting = (why) => ({ state: "waiting", until: soon(), why });
const refused = (status, said) => waiting({ kind: "refused", status, said, ours: false });
const drawn = (synced, agree) => ({ sum: "0123456789abcdef", synced, agree });

/** @type {[name: string, got: () => string, want: string][]} */
const tests = [
  ["name", () => displayName({ username: " Zoë " }), "Zoë"],
  ["no name", () => displayName({}), "somebody"],
  ["no peer", () => displayName(undefined), "somebody"],
  ["name of another type", () => displayName({ username: ["x"] }), "somebody"],
  ["name of nothing visible", () => displayName({ username: "\u202e\u0007 \u200b" }), "somebody"],
  ["name that turns the line around", () => displayName({ username: "a\u202eb" }), "ab"],
  ["initials", () => initialsOf("Ana maria Bo"), "AB"],
  ["initial", () => initialsOf("zoë"), "z"],
  ["initial that is not composed", () => initialsOf("E\u0301lodie"), "E\u0301"],
  ["initials of marks within words", () => initialsOf("Rene\u0301e Zoe\u0308b"), "RZ"],
  ["initial of a word of two parts", () => initialsOf("علی\u200cرضا"), "\u0639"],
  ["initial that is a family", () => initialsOf("👨\u200d👩\u200d👧 🙂"), "👨\u200d👩\u200d👧"],
  ["initial of a flag and letters", () => initialsOf("🇩🇪 Bo"), "B"],
  ["link open", () => linkWords({ state: "open" }, "Ana"), "connected"],
  ["link connecting", () => linkWords({ state: "connecting" }, "Ana"), "connecting to Ana…"],
  ["link unsteady", () => linkWords({ state: "unsteady" }, "Ana"), "not answering just now"],
  ["link lost, ours to mend", () => linkWords({ state: "lost", until: soon() }, "Ana"), "lost, trying again in 4 s"],
  ["link lost, theirs to mend", () => linkWords({ state: "lost", until: 0 }, "Ana"), "lost, waiting for Ana"],
  ["stream connected", () => signalingWords({ state: "connected" }), "Connected to the server"],
  ["stream connecting", () => signalingWords({ state: "connecting" }), "Connecting to the server…"],
  ["stream waiting", () => signalingWords({ state: "waiting", until: soon() }), "Reconnecting to the server in 4 s"],
  ["stream about to try", () => signalingWords({ state: "waiting", until: Date.now() - 100 }), "Reconnecting to the server in 1 s"],
  ["room full", () => signalingWords({ state: "full", until: soon() }), "This room is full, trying again in 4 s"],
  ["no WebRTC", () => signalingWords({ state: "unable" }), "WebRTC is switched off in this browser, by a setting or an extension: nobody else can see what you draw here"],
  ["stream held back", () => signalingWords(waiting({ kind: "held" })), "Something between you and the server holds messages back, trying again in 4 s"],
  ["sign in first", () => signalingWords(waiting({ kind: "stranger" })), "What answers is not the server, perhaps a network that wants you to sign in, trying again in 4 s"],
  ["busy", () => signalingWords(refused(429, "too many requests")), "The server is busy, trying again in 4 s"],
  ["password of a proxy", () => signalingWords(refused(407, "")), "Something before the server asks for a password (407), which to give it load the page again, trying again in 4 s"],
  ["gateway", () => signalingWords(refused(504, "Gateway Timeout")), "The server is out of reach (504), trying again in 4 s"],
  ["refused in words", () => signalingWords(refused(403, "a username is required")), "The server answered “a username is required” (403), trying again in 4 s"],
  ["refused without words", () => signalingWords(refused(418, "")), "The server answered 418, trying again in 4 s"],
  ["token worn out", () => signalingWords(waiting({ kind: "refused", status: 403, said: "bad or expired token", ours: true })), "Reconnecting to the server in 4 s"],
  ["another failure", () => signalingWords(waiting(new TypeError("Failed to fetch"))), "Reconnecting to the server in 4 s"],
  ["alone", () => countWords({ state: "connected" }, 0), "Just you"],
  ["connecting, alone or not", () => countWords({ state: "connecting" }, 0), "Connecting…"],
  ["waiting, alone or not", () => countWords({ state: "waiting" }, 0), "Not connected"],
  ["the server is away, and three are linked", () => countWords({ state: "waiting" }, 2), "3 here"],
  ["full", () => countWords({ state: "full" }, 0), "Room full"],
  ["in another tab", () => countWords({ state: "replaced" }, 0), "Not connected"],
  ["drawing, alone", () => drawingWords(drawn(0, true), [], true), "Drawing 01234567"],
  ["drawing, all have it", () => drawingWords(drawn(2, true), [], true), "Everybody has the same drawing, 01234567"],
  ["drawing, some cannot tell", () => drawingWords(drawn(2, true), [], false), "Drawing 01234567, the same for 2 others"],
  ["drawing, one of some can tell", () => drawingWords(drawn(1, true), [], false), "Drawing 01234567, the same for one other"],
  ["drawing on its way", () => drawingWords(drawn(2, false), [], true), "Drawing 01234567, being compared…"],
  ["drawing of somebody differs", () => drawingWords(drawn(2, false), ["Ana"], true), "Drawing 01234567 differs from that of Ana"],
  ["plain peer that draws too much", () => faultWords({ lost: true }, "Ana"), "Ana draws too much at once: some of it is lost"],
  ["drawing that differs somewhere", () => faultWords({ ours: "0123456789abcdef", theirs: "fedcba9876543210" }, "Ana"), "Ana has another drawing (fedcba98, here 01234567) although nothing is missing"],
  ["plain peer in a full room", () => faultWords({ unwritten: true, isFull: true }, "Ana"), "What Ana draws is not kept: this drawing is full"],
  ["plain peer whose strokes cannot be written", () => faultWords({ unwritten: true, isFull: false }, "Ana"), "What Ana draws is not kept"],
  ["forger", () => faultWords({ forged: true }, "Ana"), "Ana sent what nobody has signed: it does not count"],
  ["liar", () => faultWords({ lied: true, site: "x" }, "Ana"), "Ana told two stories; what they drew is gone"],
  ["too many tabs", () => signalingWords({ state: "crowded" }), "Other tabs have all the connections that a browser makes to a server without encryption: close one, or use https"],
  ["replaced", () => signalingWords({ state: "replaced" }), "This drawing is open in another tab"],
  ["offline", () => signalingWords({ state: "waiting", until: Date.now() + 1500 }, false), "You are offline: others see what you draw once you are back"],
  ["all reachable", () => reachWords([{ isUnreachable: false, peer: { username: "Ana" } }]), ""],
  ["one unreachable", () => reachWords([bad("Ana"), good, good]), "2 of 3 people reachable: Ana cannot be reached, their network or yours may block UDP"],
  ["several unreachable", () => reachWords([bad("Cy"), bad("Ana"), good, bad("Bo")]), "1 of 4 people reachable: Ana, Bo and Cy cannot be reached, their networks or yours may block UDP"],
];

for (const [name, got, want] of tests) test(name, () => equal(got(), want));
