// One WebRTC connection to one peer, from its offer to its end.

const answerTime = 5000; // ms for the answer to an offer
const openTime = 15000; // ms for the data channel to open
const highWater = 1 << 20; // bytes that may wait to be sent
const maxMessage = 64 << 10; // bytes
const maxEarly = 64; // candidates
const lingerTime = 2000; // ms for what a peer sent before it left

// A Connection is used once: it opens, and ends. Then a new one is made, for a
// browser's and pion's idea of a second negotiation differ.
//
// relay(event, data) sends to the peer through the server, and may reject; with
// each description goes the capability, which tells a peer of our kind what we
// are. onOpen(said), with what the peer told in this way, onMessage(data), a
// text or an ArrayBuffer, onSteady(whether) and onEnd(reason) are called back;
// onEnd once and last.
export class Connection {
  #pc;
  #channel = null;
  #relay;
  #capability;
  #said; // the peer's capability
  #on;
  #early = []; // their candidates, until their description
  #mine = []; // candidates to send, once the description was
  #described = false; // the peer has our description
  #remote = Promise.resolve(); // what came from them is taken one after another
  #openTimer;
  #answerTimer;
  #ended = false;

  constructor({ iceServers, relay, capability, onOpen, onMessage, onSteady, onEnd }) {
    this.#relay = relay;
    this.#capability = capability;
    this.#on = { onOpen, onMessage, onSteady, onEnd };
    this.#pc = new RTCPeerConnection({ iceServers });
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) this.#mine.push(candidate);
      this.#trickle();
    };
    this.#pc.ondatachannel = ({ channel }) => this.#use(channel);
    this.#pc.onconnectionstatechange = () => {
      const state = this.#pc.connectionState;
      if (state === "failed") this.#end("the network path was lost");
      else if (this.open) this.#on.onSteady(state !== "disconnected");
    };
    this.#openTimer = setTimeout(() => this.#end("it took too long"), openTime);
  }

  get open() {
    return this.#channel?.readyState === "open";
  }

  // offer begins: this side creates the channel.
  async offer() {
    this.#use(this.#pc.createDataChannel("updates"));
    try {
      await this.#pc.setLocalDescription();
      await this.#describe();
      this.#answerTimer = setTimeout(() => {
        if (!this.#pc.remoteDescription) this.#end("no answer");
      }, answerTime);
    } catch (error) {
      this.#end(error.message);
    }
  }

  // description takes the peer's offer or answer.
  description(description) {
    this.#inTurn(async () => {
      const expected = description?.type === "offer" ? "stable" : "have-local-offer";
      if (this.#pc.signalingState !== expected) return; // an answer to an older offer
      this.#said = description.mesh;
      await this.#pc.setRemoteDescription({ type: description.type, sdp: description.sdp });
      clearTimeout(this.#answerTimer);
      for (const candidate of this.#early.splice(0)) await this.#add(candidate);
      if (description.type !== "offer") return;
      await this.#pc.setLocalDescription();
      await this.#describe();
    });
  }

  // candidate takes one of the peer's addresses, also before its description.
  candidate(candidate) {
    this.#inTurn(() => {
      if (this.#pc.remoteDescription) return this.#add(candidate);
      if (this.#early.length < maxEarly) this.#early.push(candidate);
    });
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
      if (size(data) > maxMessage) this.#end("a message was too long");
      else this.#on.onMessage(data);
    };
  }

  // #describe gives the peer the description, and then whatever candidates
  // there are: older pages throw away a candidate that comes first.
  async #describe() {
    const { type, sdp } = this.#pc.localDescription;
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

  #inTurn(step) {
    this.#remote = this.#remote
      .then(() => (this.#ended ? undefined : step()))
      .catch((error) => this.#end(error.message));
  }
}

// size is how many bytes a message has; counted only where it may matter.
function size(text) {
  if (typeof text !== "string") return text.byteLength;
  return text.length * 3 <= maxMessage ? text.length : new TextEncoder().encode(text).length;
}
