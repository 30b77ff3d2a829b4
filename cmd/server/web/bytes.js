// Bytes, as frames are written and read.

// A ByteWriter appends to a list of bytes. Varints are unsigned LEB128.
export class ByteWriter {
  bytes = [];

  varint(v) {
    for (; v >= 128; v = Math.floor(v / 128)) this.bytes.push((v % 128) | 128);
    this.bytes.push(v);
  }

  text(s) {
    for (let i = 0; i < s.length; i++) this.bytes.push(s.charCodeAt(i));
  }

  all(bytes) {
    for (const b of bytes) this.bytes.push(b);
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
