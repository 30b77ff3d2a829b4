// The mesh: a link to every other member of the room. It carries messages and
// never looks inside one. The Go half is internal/mesh.
import { Link } from "./link.js";

const maxStrangers = 64; // peers heard of before they were introduced
const maxGone = 4096; // peers who have left, whose names are remembered
const maxCandidate = 1 << 10; // characters of one as JSON; real ones have some 250

// A Mesh follows what signaling says.
//
// relay(peer, event, data) sends to a peer through the server, and capability
// goes with each description. onMessage(peer, data) hears what came over a link,
// also the last words of somebody who is gone; onOpen(peer, said) that a link is
// open, with that peer's capability, onSteady(peer, steady) whether anything gets
// through it just now, and onDown(peer) that it is not open any more; onChange() that somebody came or went or that a link stands differently.
export class Mesh {
  #links = new Map(); // by the peer's id
  #members = new Set(); // ids that the server says are in the room
  #strangers = new Map(); // candidates of peers not introduced yet, by id
  /** @type {Map<string, any>} */
  #gone = new Map(); // the latest peers who have left, by id
  #self = null;
  #iceServers = []; // of connections to come, or to be mended
  #on;

  constructor({ relay, capability, onMessage, onOpen, onSteady, onDown, onChange }) {
    this.#on = { relay, capability, onMessage, onOpen, onSteady, onDown, onChange };
  }

  get links() {
    return [...this.#links.values()];
  }

  // peer is somebody to whom there is a link, or was.
  peer(id) {
    return this.#links.get(id)?.peer ?? this.#gone.get(id);
  }

  // hear takes one event of the signaling stream.
  /** @param {string} event @param {any} said */
  hear(event, { peer, offer, data, user, recovered, rooms, iceServers }) {
    if (event === "connected" || event === "ice-servers") this.#iceServers = usable(iceServers);
    if (event === "connected") {
      if (this.#self !== user?.id) this.close(); // the others will know us as somebody else
      this.#self = user?.id;
      if (!recovered) this.#rejoin(Object.values(rooms ?? {}).flat());
      return;
    }
    const id = peer?.id;
    if (typeof id !== "string" || id === this.#self) return;
    switch (event) {
      case "add-peer":
        this.#members.add(id);
        this.#link(peer).introduce(peer, offer === true);
        break;
      case "remove-peer":
        this.#members.delete(id);
        this.#links.get(id)?.finish();
        this.#drop(id);
        break;
      case "session-description":
        this.#members.add(id);
        this.#link(peer).description(data);
        break;
      case "ice-candidate":
        if (JSON.stringify(data ?? null).length <= maxCandidate) this.#candidate(id, data);
        break;
      case "renegotiate":
        this.#links.get(id)?.asked();
        break;
    }
  }

  // strangers is how many candidates are kept of somebody not introduced yet.
  strangers(id) {
    return this.#strangers.get(id)?.length ?? 0;
  }

  // send gives a message to a peer, or says with false that it could not.
  send(id, data) {
    return this.#links.get(id)?.send(data) ?? false;
  }

  // rename notes what a peer says it is called now.
  rename(id, name) {
    this.#links.get(id)?.rename(name);
  }

  // queued is how many bytes wait to be sent to a peer.
  queued(id) {
    return this.#links.get(id)?.queued ?? 0;
  }

  // reset makes a peer's connection anew.
  reset(id) {
    this.#links.get(id)?.reset();
  }

  // close drops every link.
  close() {
    this.#members.clear();
    for (const id of [...this.#links.keys()]) this.#drop(id);
  }

  // #rejoin begins again with a server that does not remember this page, or not
  // all that it was told. A link that works proves more than a roster: after a
  // restart the others have not joined again yet. Whoever is really gone closes
  // it; see #changed.
  #rejoin(roster) {
    this.#members = new Set(roster.map((peer) => peer?.id));
    this.#strangers.clear();
    for (const [id, link] of this.#links) {
      if (!this.#members.has(id) && !link.healthy) this.#drop(id);
    }
  }

  #link(peer) {
    const { id } = peer;
    let link = this.#links.get(id);
    if (link) return link;
    link = new Link(peer, {
      iceServers: () => this.#iceServers,
      capability: this.#on.capability,
      relay: (event, data) => this.#on.relay(id, event, data),
      onMessage: (data) => this.#on.onMessage(id, data),
      onOpen: (said) => this.#on.onOpen(id, said),
      onSteady: (steady) => this.#on.onSteady(id, steady),
      onDown: () => this.#on.onDown(id),
      onChange: () => this.#changed(id),
    });
    this.#links.set(id, link);
    for (const candidate of this.#strangers.get(id) ?? []) link.candidate(candidate);
    this.#strangers.delete(id);
    return link;
  }

  #changed(id) {
    if (this.#links.get(id)?.state === "lost" && !this.#members.has(id)) this.#drop(id);
    else this.#on.onChange();
  }

  #drop(id) {
    const link = this.#links.get(id);
    this.#strangers.delete(id);
    if (!link) return;
    link.close();
    this.#links.delete(id);
    this.#gone.set(id, link.peer);
    if (this.#gone.size > maxGone) this.#gone.delete(/** @type {string} */ (this.#gone.keys().next().value));
    this.#on.onChange();
  }

  #candidate(id, candidate) {
    const link = this.#links.get(id);
    if (link) {
      link.candidate(candidate);
      return;
    }
    const early = this.#strangers.get(id) ?? [];
    if (early.length === 0 && this.#strangers.size >= maxStrangers) return;
    if (early.length < 64) this.#strangers.set(id, [...early, candidate]);
  }
}

// usable is the STUN and TURN servers that the server names, if the browser
// takes them.
function usable(iceServers) {
  try {
    new RTCPeerConnection({ iceServers }).close();
    return iceServers ?? [];
  } catch {
    return [];
  }
}
