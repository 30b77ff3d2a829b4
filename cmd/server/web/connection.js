// One WebRTC connection to one peer, from its offer to its end.

const answerTime = 5000; // ms for the answer to an offer
const openTime = 15000; // ms for the data channel to open
const highWater = 1 << 20; // bytes that may wait to be sent
const maxMessage = 64 << 10; // bytes
const maxEarly = 64; // candidates
const maxWaiting = 128 << 10; // characters of what is taken one after another
const lingerTime = 2000; // ms for what a peer sent before it left

// A lost network path is mended by ICE restarts, where the peer takes that up:
// the channel lives on, and nothing is lost. Who offered the connection makes all
// further offers; the other asks for them. The Go half is internal/mesh/icerestart.go.
const mendWait = 2000; // ms for the path to come back by itself
const mendTime = 60000; // ms, then a new connection is made
const askedTime = 1000; // ms between two offers that were asked for

// canConnect says whether this browser makes connections. A setting or an
// extension may have taken them away, or have left something that throws.
export function canConnect() {
  try {
    const pc = new RTCPeerConnection();
    pc.createDataChannel("updates");
    pc.close();
    return true;
  } catch {
    return false;
  }
}

// A Connection is used once: it opens, and ends. Then a new one is made.
//
// relay(event, data) sends to the peer through the server, and may reject; with
// each description goes the capability, which tells a peer of our kind what we
// are. onOpen(said), with what the peer told in this way, onMessage(data), a
// text or an ArrayBuffer, onSteady(whether) and onEnd(reason) are called back;
// onEnd once and last.
export class Connection {
  #pc;
  /** @type {any} an RTCDataChannel */
  #channel = null;
  #relay;
  #capability;
  #said; // the peer's capability
  #on;
  #iceServers; // tells those of now
  /** @type {any[]} */
  #early = []; // their candidates, until their description
  /** @type {RTCIceCandidate[]} */
  #mine = []; // candidates to send, once the description was
  #described = false; // the peer has our description
  #remote = Promise.resolve(); // what came from them is taken one after another
  #waiting = 0; // characters of it
  #openTimer;
  #answerTimer;
  #offers = false; // this side does
  #theirs = ""; // the last description that was taken
  /** @type {any} */
  #outage = null; // { since, tries } while there is no network path
  #mendTimer;
  #asked = -Infinity; // when the peer last wanted an offer
  #ended = false;

  constructor({ iceServers, relay, capability, onOpen, onMessage, onSteady, onEnd }) {
    this.#relay = relay;
    this.#capability = capability;
    this.#on = { onOpen, onMessage, onSteady, onEnd };
    this.#iceServers = iceServers;
    this.#pc = new RTCPeerConnection({ iceServers: iceServers() });
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#mine.push(candidate);
      this.#trickle();
    };
    this.#pc.ondatachannel = ({ channel }) => this.#use(channel);
    this.#pc.onconnectionstatechange = () => this.#path(this.#pc.connectionState);
    this.#openTimer = setTimeout(() => this.#end("it took too long"), openTime);
  }

  // waiting is how much the peer has signaled that is not taken yet, in characters.
  get waiting() {
    return this.#waiting;
  }

  get open() {
    return this.#channel?.readyState === "open";
  }

  // offer begins: this side creates the channel.
  async offer() {
    this.#offers = true;
    try {
      this.#use(this.#pc.createDataChannel("updates"));
      await this.#pc.setLocalDescription();
      await this.#describe();
      this.#answerTimer = setTimeout(() => {
        if (!this.#pc.remoteDescription) this.#end("no answer");
      }, answerTime);
    } catch (error) {
      this.#end(error.message);
    }
  }

  // continues says whether an offer is of this connection, with another path.
  continues({ sdp }) {
    return !this.#offers && this.#mends && session(sdp) !== "" && session(sdp) === session(this.#theirs);
  }

  // description takes the peer's offer or answer.
  description(description) {
    this.#inTurn(async () => {
      const expected = description?.type === "offer" ? "stable" : "have-local-offer";
      if (this.#pc.signalingState !== expected) return; // an answer to an older offer
      const again = this.#theirs !== "";
      if (again && session(description.sdp) !== session(this.#theirs)) throw new Error("the peer has lost it");
      if (again && description.type === "offer" && description.sdp === this.#theirs) return this.#restate(); // the answer was lost
      this.#theirs = String(description.sdp);
      this.#said = description.mesh;
      if (again && description.type === "offer") this.#renew();
      await this.#pc.setRemoteDescription({ type: description.type, sdp: description.sdp });
      clearTimeout(this.#answerTimer);
      for (const candidate of this.#early.splice(0)) await this.#add(candidate);
      if (description.type !== "offer") return;
      this.#described = false; // candidates of the answer come after it
      await this.#pc.setLocalDescription();
      await (again ? this.#restate() : this.#describe());
    }, description);
  }

  // asked takes the peer's word that it has lost the path.
  asked(now = performance.now()) {
    if (!this.#offers || !this.#mends || !this.open || now - this.#asked < askedTime) return;
    this.#asked = now;
    this.#restart();
  }

  get #mends() {
    return this.#said?.restart === true;
  }

  // #path follows the network path's state.
  #path(state) {
    const lost = state === "disconnected" || state === "failed";
    if (!this.open || (state === "failed" && !this.#mends)) {
      if (state === "failed") this.#end("the network path was lost");
      return;
    }
    this.#on.onSteady(!lost);
    if (!lost) {
      this.#outage = null;
      clearTimeout(this.#mendTimer);
    } else if (this.#mends && !this.#outage) {
      this.#outage = { since: performance.now(), tries: 0 };
      this.#mendTimer = setTimeout(() => this.#mend(), mendWait);
    }
  }

  // #mend offers a new path or asks for that, again and again.
  #mend() {
    const left = this.#outage.since + mendTime - performance.now();
    if (left <= 0) {
      this.#end("the network path was lost");
      return;
    }
    if (this.#offers) this.#restart();
    else this.#relay("renegotiate", {}).catch(() => {}); // the next one may get through
    this.#mendTimer = setTimeout(() => this.#mend(), Math.min(1000 * 2 ** this.#outage.tries++, 15000, left));
  }

  // #restart offers a new path. An offer that was not answered is made again.
  #restart() {
    this.#inTurn(async () => {
      if (this.#pc.signalingState === "stable") {
        this.#described = false; // the candidates of the offer come after it
        this.#renew();
        this.#pc.restartIce();
        await this.#pc.setLocalDescription();
      }
      await this.#restate();
    });
  }

  // #renew makes a restart use the ICE servers of now: the credentials that the
  // connection was made with may have run out.
  #renew() {
    this.#pc.setConfiguration({ ...this.#pc.getConfiguration(), iceServers: this.#iceServers() });
  }

  // #restate gives the peer the description while there may be no way to.
  async #restate() {
    await this.#describe().catch(() => {});
  }

  // candidate takes one of the peer's addresses, also before its description.
  candidate(candidate) {
    this.#inTurn(() => {
      if (this.#pc.remoteDescription) return this.#add(candidate);
      if (this.#early.length < maxEarly) this.#early.push(candidate);
      return undefined;
    }, candidate);
  }

  // send queues a message, or says with false that it could not. A peer that
  // does not keep up is given up: it would cost memory without end.
  send(data) {
    if (!this.open) return false;
    if (this.#channel.bufferedAmount > highWater) {
      this.#end("it does not keep up");
      return false;
    }
    this.#channel.send(data);
    return true;
  }

  // queued is how many bytes wait to be sent.
  get queued() {
    return this.#channel?.bufferedAmount ?? 0;
  }

  // route says whether the network path leads over a relay, and how many ms there and back
  // take; or null where there is none.
  async route() {
    const stats = [...(await this.#pc.getStats()).values()];
    const chosen = stats.find(({ type }) => type === "transport")?.selectedCandidatePairId;
    const pair = stats.find(({ id, type, nominated, state }) => (chosen ? id === chosen : type === "candidate-pair" && nominated && state === "succeeded"));
    if (!pair) return null;
    const ends = stats.filter(({ id }) => id === pair.localCandidateId || id === pair.remoteCandidateId);
    return { isRelayed: ends.some(({ candidateType }) => candidateType === "relay"), time: 1000 * pair.currentRoundTripTime };
  }

  // finish closes the connection once the peer has, for what it sent before it
  // left may still be on its way. Only onMessage is called back from now on.
  finish() {
    if (!this.open) {
      this.close();
      return;
    }
    this.#on = { ...this.#on, onOpen() {}, onSteady() {}, onEnd() {} };
    setTimeout(() => this.close(), lingerTime);
  }

  // close ends the connection without calling back.
  close() {
    this.#ended = true;
    clearTimeout(this.#openTimer);
    clearTimeout(this.#answerTimer);
    clearTimeout(this.#mendTimer);
    this.#pc.close();
  }

  #end(reason) {
    if (this.#ended) return;
    this.close();
    this.#on.onEnd(reason);
  }

  #use(channel) {
    this.#channel = channel;
    channel.binaryType = "arraybuffer";
    channel.onopen = () => {
      clearTimeout(this.#openTimer);
      if (!this.#ended) this.#on.onOpen(this.#said);
    };
    channel.onclose = () => this.#end("the peer closed it");
    channel.onmessage = ({ data }) => {
      if (this.#ended) return;
      if (sizeOf(data) > maxMessage) this.#end("a message was too long");
      else this.#on.onMessage(data);
    };
  }

  // #describe gives the peer the description, and then whatever candidates
  // there are: older pages throw away a candidate that comes first.
  async #describe() {
    const { type, sdp } = /** @type {RTCSessionDescription} */ (this.#pc.localDescription);
    await this.#relay("session-description", { type, sdp, mesh: this.#capability });
    this.#described = true;
    this.#trickle();
  }

  async #trickle() {
    if (!this.#described) return;
    this.#described = false; // while this loop runs there is no other
    try {
      while (this.#mine.length > 0 && !this.#ended) {
        await this.#relay("ice-candidate", this.#mine.shift());
      }
      this.#described = true;
    } catch (error) {
      if (!this.open) this.#end(error.message);
    }
  }

  // #add ignores a candidate that is none: others may do.
  #add(candidate) {
    return this.#pc.addIceCandidate(candidate).catch(() => {});
  }

  // #inTurn does what a message of the peer's asks for, if that is not too much
  // at once.
  #inTurn(step, message = "") {
    const size = JSON.stringify(message)?.length ?? 0;
    if (this.#waiting + size > maxWaiting) return;
    this.#waiting += size;
    this.#remote = this.#remote
      .then(() => (this.#ended ? undefined : step()))
      .catch((error) => this.#end(error.message))
      .finally(() => (this.#waiting -= size));
  }
}

// session is what tells, in a description, which connection it belongs to: its
// o= line without the version (RFC 8829, section 5.2.2). It is "" without one.
function session(sdp) {
  return /^o=(\S+ \S+) /m.exec(sdp)?.[1] ?? "";
}

// sizeOf is how many bytes a message has; counted only where it may matter.
function sizeOf(data) {
  if (typeof data !== "string") return data.byteLength;
  return data.length * 3 <= maxMessage ? data.length : new TextEncoder().encode(data).length;
}
