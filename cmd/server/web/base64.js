// base64url without padding (RFC 4648, section 5), in which keys, sites, signatures and
// chains are written.
const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const values = new Map(Array.from(digits, (c, i) => [c, i]));

/** @param {Uint8Array} bytes */
export function encode64(bytes) {
  let text = "";
  let bits = 0;
  let count = 0;
  for (const b of bytes) {
    bits = (bits << 8) | b;
    for (count += 8; count >= 6; bits &= (1 << count) - 1) text += digits[bits >> (count -= 6)];
  }
  return count > 0 ? text + digits[bits << (6 - count)] : text;
}

// decode64 gives so many bytes, or null if a value is not their text: bits that are
// left over are zero.
/** @param {unknown} text @param {number} length @returns {Uint8Array | null} */
export function decode64(text, length) {
  if (typeof text !== "string" || text.length !== Math.ceil((length * 4) / 3)) return null;
  const bytes = new Uint8Array(length);
  let bits = 0;
  let count = 0;
  let at = 0;
  for (const c of text) {
    const value = values.get(c);
    if (value === undefined) return null;
    bits = (bits << 6) | value;
    if ((count += 6) < 8) continue;
    bytes[at++] = bits >> (count -= 8);
    bits &= (1 << count) - 1;
  }
  return bits === 0 ? bytes : null;
}

// compare64 orders texts of one length as their bytes.
/** @param {string} a @param {string} b */
export function compare64(a, b) {
  if (a === b) return 0;
  for (let i = 0; ; i++) {
    if (a[i] === b[i] && i < a.length) continue;
    return (values.get(a[i]) ?? -1) - (values.get(b[i]) ?? -1);
  }
}
