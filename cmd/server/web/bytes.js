// Bytes, as frames are written and read.

// A ByteWriter appends bytes to one another. Varints are unsigned LEB128.
export class ByteWriter {
  #room = new Uint8Array(64);
  #length = 0;

  // bytes are all so far.
  get bytes() {
    return this.#room.subarray(0, this.#length);
  }

  byte(v) {
    if (this.#length === this.#room.length) this.#grow(1);
    this.#room[this.#length++] = v;
  }

  varint(v) {
    for (; v >= 128; v = Math.floor(v / 128)) this.byte((v % 128) | 128);
    this.byte(v);
  }

  text(s) {
    for (let i = 0; i < s.length; i++) this.byte(s.charCodeAt(i));
  }

  all(bytes) {
    if (this.#length + bytes.length > this.#room.length) this.#grow(bytes.length);
    this.#room.set(bytes, this.#length);
    this.#length += bytes.length;
  }

  #grow(more) {
    const room = new Uint8Array(2 * this.#room.length + more);
    room.set(this.bytes);
    this.#room = room;
  }
}

// A ByteReader reads bytes back. They may be anybody's: what is out of bounds
// throws a RangeError.
export class ByteReader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  get left() {
    return this.#bytes.length - this.#at;
  }

  byte() {
    check(this.left > 0);
    return this.#bytes[this.#at++];
  }

  // varint reads a number up to most, of at most 10 bytes.
  varint(most = Infinity) {
    const only = this.#bytes[this.#at];
    if (only < 128 && only <= most) {
      this.#at++;
      return only; // as most are
    }
    let v = 0;
    for (let scale = 1, i = 0; ; scale *= 128, i++) {
      const b = this.byte();
      check(i < 9 || b < 2);
      v += (b & 127) * scale;
      if (b >= 128) continue;
      check(v <= most);
      return v;
    }
  }

  take(length) {
    check(length <= this.left);
    return this.#bytes.subarray(this.#at, (this.#at += length));
  }

  text(length) {
    return String.fromCharCode(...this.take(length));
  }
}

// check throws what damaged bytes throw.
export function check(fine) {
  if (!fine) throw new RangeError("frame is damaged");
}
