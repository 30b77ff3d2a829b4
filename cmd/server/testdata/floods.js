// Whoever floods a page's links is kept of within bounds.
import { Connection } from "/static/connection.js";
import { Mesh } from "/static/mesh.js";

function assert(condition, says) {
  if (!condition) throw new Error(says);
}

export const tests = {
  async "what a peer signals faster than it is taken is bounded"() {
    const native = RTCPeerConnection.prototype.setRemoteDescription;
    let taken = 0;
    RTCPeerConnection.prototype.setRemoteDescription = async () => {
      taken++;
      await new Promise((resolve) => setTimeout(resolve, 1));
      throw new Error("none");
    };
    try {
      const c = new Connection({ iceServers: () => [], relay: async () => {}, capability: null, onOpen() {}, onMessage() {}, onSteady() {}, onEnd() {} });
      const before = c.waiting;
      for (let i = 0; i < 100; i++) c.description({ type: "offer", sdp: "x".repeat(60000) });
      assert(before === 0 && c.waiting <= 128 << 10, `${c.waiting} characters wait`);
      await new Promise((resolve) => setTimeout(resolve, 100));
      assert(c.waiting === 0 && taken === 1, `${c.waiting} characters wait for ever`);
    } finally {
      RTCPeerConnection.prototype.setRemoteDescription = native;
    }
  },

  "long candidates are left out"() {
    const told = [];
    const mesh = new Mesh({ relay: async () => {}, capability: null, onMessage() {}, onOpen() {}, onSteady() {}, onDown() {}, onChange() {} });
    mesh.hear("connected", { user: { id: "us" } });
    const links = (candidate) => {
      mesh.hear("ice-candidate", { peer: { id: "eve" }, data: candidate });
      return mesh.strangers("eve");
    };
    const fine = { candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host", sdpMid: "0", sdpMLineIndex: 0, usernameFragment: "abcd" };
    assert(links(fine) === 1, "a candidate is not kept");
    for (const name of ["candidate", "sdpMid", "usernameFragment", "more"]) {
      assert(links({ ...fine, [name]: "x".repeat(2000) }) === 1, `one whose ${name} is long is kept`);
    }
    assert(told.length === 0 && links(undefined) === 2, "none at all is fine");
  },
};
