// Two links in one page, joined by a wire that a test may bend.
import { Link } from "/static/link.js";

// pair makes links a, which offers, and b. bend(from, event, data, deliver) may
// hold, change or lose what is relayed; without it everything is delivered.
/** @returns {any} */
function pair(bend = (from, event, data, deliver) => deliver(), capability) {
  const wire = { iceServers: [] };
  for (const [name, other] of [["a", "b"], ["b", "a"]]) {
    const states = [];
    const heard = [];
    const link = new Link({ id: other }, {
      relay: async (event, data) => {
        const copy = JSON.parse(JSON.stringify(data)); // as it arrives
        const does = { "ice-candidate": "candidate", "session-description": "description", renegotiate: "asked" };
        await bend(name, event, copy, () => wire[other].link[does[event]](event === "renegotiate" ? undefined : copy));
      },
      capability,
      iceServers: () => wire.iceServers,
      onMessage: (text) => heard.push(text),
      onChange: () => states.push(link.state),
    });
    wire[name] = { link, states, heard };
  }
  wire.introduce = () => {
    wire.b.link.introduce({ id: "a" }, false);
    wire.a.link.introduce({ id: "b" }, true);
  };
  return wire;
}

async function until(what, condition) {
  for (const end = Date.now() + 50000; Date.now() < end; ) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`in vain: ${what}`);
}

const bothOpen = ({ a, b }) => until("both open", () => a.link.state === "open" && b.link.state === "open");

function assert(condition, says) {
  if (!condition) throw new Error(says);
}

async function talk({ a, b }) {
  const text = `hello ${Math.random()}`;
  a.link.send(text);
  b.link.send(text);
  await until("a message each way", () => a.heard.includes(text) && b.heard.includes(text));
}

// made gives the browser's connection that something makes.
function made(act) {
  const Native = window.RTCPeerConnection;
  let pc;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      pc = this;
    }
  };
  act();
  window.RTCPeerConnection = Native;
  return pc;
}

// pretend lets a connection say that its network path is in a state; without one,
// what is true.
function pretend(pc, state) {
  if (state) Object.defineProperty(pc, "connectionState", { value: state, configurable: true });
  else delete pc.connectionState;
  pc.dispatchEvent(new Event("connectionstatechange"));
}

// outage has the side from lose its network path, on a wire that loses the first
// answer to a restart if told so, and gives what was relayed after it.
async function outage(from, { lose = false, capability = { v: 1, restart: true } } = {}) {
  const relayed = [];
  const first = {};
  let losing = lose;
  const pcs = {};
  const wire = pair((by, event, data, deliver) => {
    if (event !== "ice-candidate") relayed.push({ by, event, ...data });
    if (data.type) first[data.type] ??= data.sdp;
    if (data.type === "answer" && data.sdp !== first.answer && losing) losing = false;
    else if (data.type === "offer") pcs.b = made(deliver) ?? pcs.b;
    else deliver();
  }, capability);
  pcs.a = made(wire.introduce);
  await bothOpen(wire);
  wire.iceServers = [{ urls: "stun:127.0.0.1:9" }];
  relayed.length = wire.a.states.length = wire.b.states.length = 0;
  pretend(pcs[from], "disconnected");
  wire.a.link.send("during");
  await until("a second answer", () => relayed.filter(({ type }) => type === "answer").length > Number(lose));
  pretend(pcs[from]);
  await bothOpen(wire);
  await talk(wire);
  return { wire, relayed, first, pcs };
}

// sameSession says whether two descriptions are of one connection, and sameUfrag
// whether of one path.
const sameSession = (a, b) => a.match(/^o=\S+ \S+/m)[0] === b.match(/^o=\S+ \S+/m)[0];
const sameUfrag = (a, b) => a.match(/^a=ice-ufrag:.*/m)[0] === b.match(/^a=ice-ufrag:.*/m)[0];

function isMended({ a, b, iceServers }, { relayed, first, pcs }, order) {
  const got = relayed.map(({ by, event, type }) => `${by} ${type ?? event}`).join();
  assert(order.test(got), `relayed was ${got}`);
  for (const { type, sdp } of relayed.filter((r) => r.type)) {
    assert(sameSession(sdp, first[type]) && !sameUfrag(sdp, first[type]), `the ${type} is not of another path of the same connection`);
  }
  for (const [side, pc] of Object.entries(pcs)) {
    const [server] = pc.getConfiguration().iceServers;
    assert([server?.urls].flat()[0] === iceServers[0].urls, `${side} was mended with the servers of before`);
  }
  const states = [...a.states, ...b.states];
  assert(states.includes("unsteady") && !states.includes("lost") && !states.includes("connecting"), `they were ${states}`);
  assert(b.heard.filter((text) => text === "during").length === 1, `b heard ${b.heard}`);
}

// earlyCandidates lets one side's candidates overtake its description, and the
// other side's get lost, so that there is no other way to connect.
async function earlyCandidates(early) {
  let timer;
  let description;
  const wire = pair((from, event, data, deliver) => {
    if (from !== early) {
      if (event === "session-description") deliver();
      return;
    }
    if (event === "session-description") description = deliver;
    else deliver();
    // The description follows once there have been no candidates for a while.
    clearTimeout(timer);
    timer = setTimeout(() => description(), 300);
  });
  wire.introduce();
  await bothOpen(wire);
  await talk(wire);
}

export const tests = {
  async "opens, and carries messages both ways"() {
    const wire = pair();
    wire.introduce();
    await bothOpen(wire);
    await talk(wire);
  },

  async "keeps candidates that come before the offer"() {
    await earlyCandidates("a");
  },

  async "keeps candidates that come before the answer"() {
    await earlyCandidates("b");
  },

  async "sends candidates after the description has arrived, in order"() {
    const log = [];
    const wire = pair(async (from, event, data, deliver) => {
      log.push(`${from} ${event} begins`);
      await new Promise((resolve) => setTimeout(resolve, event === "session-description" ? 200 : 20));
      deliver();
      log.push(`${from} ${event} ends`);
    });
    wire.introduce();
    await bothOpen(wire);
    for (const from of ["a", "b"]) {
      const mine = log.filter((line) => line.startsWith(from));
      assert(mine[0].includes("session-description"), `${from} begins with ${mine[0]}`);
      for (let i = 0; i + 1 < mine.length; i += 2) {
        assert(mine[i].endsWith("begins") && mine[i + 1] === mine[i].replace("begins", "ends"),
          `${from} relays ${mine[i]} and then ${mine[i + 1]}`);
      }
    }
  },

  async "offers again when an offer is lost"() {
    let offers = 0;
    const wire = pair((from, event, data, deliver) => {
      if (data.type === "offer" && ++offers === 1) return;
      deliver();
    });
    wire.introduce();
    await bothOpen(wire);
    assert(offers === 2, `${offers} offers`);
    assert(wire.a.states.includes("lost"), `a was ${wire.a.states}`);
    await talk(wire);
  },

  async "offers again when relaying fails"() {
    let tries = 0;
    const wire = pair((from, event, data, deliver) => {
      if (data.type === "offer" && ++tries <= 2) throw new Error("502");
      deliver();
    });
    wire.introduce();
    await bothOpen(wire);
    assert(tries === 3, `${tries} tries`);
  },

  async "is left alone by a second introduction"() {
    const wire = pair();
    wire.introduce();
    await bothOpen(wire);
    wire.a.states.length = wire.b.states.length = 0;
    wire.introduce();
    await talk(wire);
    const states = [...wire.a.states, ...wire.b.states];
    assert(!states.includes("connecting") && !states.includes("lost"), `a was ${wire.a.states}, b was ${wire.b.states}`);
  },

  async "offers if the second introduction said so"() {
    const offers = [];
    const wire = pair((from, event, data, deliver) => {
      if (data.type === "offer") offers.push(from);
      deliver();
    });
    wire.introduce();
    await bothOpen(wire);
    wire.a.link.introduce({ id: "b" }, false); // the roles change
    wire.b.link.introduce({ id: "a" }, true);
    wire.b.link.send("x".repeat(65537)); // which a does not forgive
    await until("lost", () => wire.b.states.includes("lost"));
    await bothOpen(wire);
    await talk(wire);
    assert(offers.join() === "a,b", `offers came from ${offers}`);
  },

  async "is replaced by a new offer"() {
    const wire = pair();
    wire.introduce();
    await bothOpen(wire);
    wire.a.link.close(); // a loses its connection without a word
    wire.a.link.state = "lost";
    wire.introduce();
    await until("a opens", () => wire.a.link.state === "open");
    await bothOpen(wire);
    await talk(wire);
  },

  async "ignores an answer that nobody asked for"() {
    let answer;
    const wire = pair((from, event, data, deliver) => {
      if (data.type === "answer") answer = data;
      deliver();
    });
    wire.introduce();
    await bothOpen(wire);
    wire.a.link.description(answer);
    wire.b.link.description(answer);
    wire.a.link.description(null);
    await talk(wire);
    assert(!wire.a.states.includes("lost"), `a was ${wire.a.states}`);
  },

  async "is given up when a message is too long, and only then"() {
    const wire = pair();
    wire.introduce();
    await bothOpen(wire);
    wire.a.link.send("x".repeat(65536));
    await until("the longest message", () => wire.b.heard.some((text) => text.length === 65536));
    wire.a.link.send("é".repeat(32769)); // 65538 bytes
    await until("lost", () => wire.b.states.includes("lost"));
    assert(wire.b.heard.length === 1, `b heard ${wire.b.heard.length} messages`);
    await bothOpen(wire);
  },

  async "is given up when it does not keep up"() {
    const wire = pair();
    wire.introduce();
    await bothOpen(wire);
    const text = "x".repeat(65536);
    for (let i = 0; i < 16; i++) wire.a.link.send(text); // 1 MiB waits
    assert(wire.a.link.state === "open", `a was ${wire.a.states}`);
    for (let i = 0; i < 2; i++) wire.a.link.send(text);
    assert(wire.a.link.state === "lost", `a was ${wire.a.states}`);
    await bothOpen(wire);
    await talk(wire);
  },

  async "hears the last words of a peer that has left"() {
    const wire = pair();
    wire.introduce();
    await bothOpen(wire);
    const states = wire.b.states.length;
    for (let i = 0; i < 100; i++) wire.a.link.send(`word ${i}`);
    wire.b.link.finish(); // the server was quicker
    await until("the last word", () => wire.b.heard.includes("word 99"));
    wire.a.link.close();
    assert(wire.b.heard.length === 100, `b heard ${wire.b.heard.length} words`);
    assert(wire.b.states.length === states, `b was ${wire.b.states}`);
  },

  async "is mended by who offered it"() {
    const { wire, ...seen } = await outage("a");
    isMended(wire, seen, /^a offer,b answer$/);
  },

  async "is mended when the other side asks"() {
    const { wire, ...seen } = await outage("b");
    isMended(wire, seen, /^b renegotiate,a offer,b answer$/);
  },

  async "is mended though an answer is lost"() {
    const { wire, ...seen } = await outage("a", { lose: true });
    isMended(wire, seen, /^a offer,b answer,a offer,b answer$/);
    assert(sameUfrag(seen.relayed[0].sdp, seen.relayed[2].sdp), "the second offer is of another path");
  },

  async "is made anew with a peer that mends nothing"() {
    const offers = [];
    const wire = pair((from, event, data, deliver) => {
      if (data.type === "offer") offers.push(data.sdp);
      deliver();
    }, { v: 1 });
    const pc = made(wire.introduce);
    await bothOpen(wire);
    wire.a.link.asked(); // which is nothing to it
    pretend(pc, "failed");
    await until("lost", () => wire.a.states.includes("lost"));
    await bothOpen(wire);
    await talk(wire);
    assert(offers.length === 2 && !sameSession(...offers), `${offers.length} offers`);
  },

  async "says that it is lost, and until when"() {
    const wire = pair(() => {});
    wire.introduce();
    await until("lost", () => wire.a.link.state === "lost");
    const wait = wire.a.link.until - Date.now();
    assert(wait > 0 && wait <= 1300, `tries again in ${wait} ms, want 1 s ± 30 %`);
    wire.a.link.close();
    wire.b.link.close();
  },
};
