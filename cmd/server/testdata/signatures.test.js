// Hashes and signatures, against the RFCs, node's own, and what Go says of a thousand
// signatures: see signatures_test.go.
import { deepEqual, equal, ok } from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import * as plain from "/static/ed25519.js";
import { sha256 } from "/static/sha256.js";
import { sha512 } from "/static/sha512.js";
import { Signatures } from "/static/signatures.js";

const hex = (bytes) => Buffer.from(bytes).toString("hex");
const unhex = (text) => new Uint8Array(Buffer.from(text, "hex"));
const unbase64 = (text) => new Uint8Array(Buffer.from(text ?? "", "base64"));
const ascii = (text) => new TextEncoder().encode(text);

// RFC 6234, section 8.5: the messages of TEST1, TEST2_1, TEST2_2 and TEST4.
const messages = [
  "abc",
  "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
  "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
  "0123456701234567012345670123456701234567012345670123456701234567".repeat(10),
];

test("SHA-256 of RFC 6234", () => {
  deepEqual([messages[0], messages[1], messages[3]].map((m) => hex(sha256(ascii(m)))), [
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5",
  ]);
});

test("SHA-512 of RFC 6234", () => {
  deepEqual([messages[0], messages[2], messages[3]].map((m) => hex(sha512(ascii(m)))), [
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
    "89d05ba632c699c31231ded4ffc127d5a894dad412c0e024db872d1abd2ba8141a0f85072a9be1e2aa04cf33c765cb510813a39cd5a84c4acaa64d3f3fb7bae9",
  ]);
});

test("hashes of every length up to four blocks, in a buffer's middle", () => {
  const buffer = Uint8Array.from({ length: 600 }, (_, i) => i * 151 + (i >> 3));
  for (let length = 0; length <= 512; length++) {
    const message = buffer.subarray(7, 7 + length);
    equal(hex(sha256(message)), createHash("sha256").update(message).digest("hex"), `SHA-256 of ${length}`);
    equal(hex(sha512(buffer.subarray(7, 7 + (length >> 1)), buffer.subarray(7 + (length >> 1), 7 + length))),
      createHash("sha512").update(message).digest("hex"), `SHA-512 of ${length}`);
  }
});

// RFC 8032, section 7.1: TEST 1, 2, 3 and SHA(abc).
const rfc = [
  ["9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"],
  ["4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"],
  ["c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"],
  ["833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42", "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf", createHash("sha512").update("abc").digest("hex"),
    "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e0303dca179c138ac17ad9bef1177331a704"],
].map((parts) => parts.map(unhex));

test("Ed25519 of RFC 8032", () => {
  for (const [seed, key, message, signature] of rfc) {
    equal(hex(plain.publicKey(seed)), hex(key));
    equal(hex(plain.sign(seed, key, message)), hex(signature));
    ok(plain.verify(key, message, signature));
  }
});

/** @type {{ seed?: string, key: string, message: string, signature: string, ok: boolean }[]} */
const cases = JSON.parse(readFileSync(new URL("signatures.json", import.meta.url), "utf8"));
equal(cases.length, 1000);

for (const engine of ["the browser's", "ours"]) {
  test(`${engine} Ed25519 signs and verifies as Go does`, async () => {
    const subtle = engine === "ours" ? undefined : crypto.subtle;
    // Where there is no worker, it works here.
    const signatures = new Signatures({ seed: new Uint8Array(32), subtle: subtle ?? /** @type {any} */ (null) });
    for (const [i, c] of cases.entries()) {
      const [key, message, signature] = [c.key, c.message, c.signature].map(unbase64);
      equal(await signatures.verify(key, message, signature), c.ok, `case ${i}`);
      if (!c.seed || i % 10 > 0) continue;
      const author = new Signatures({ seed: unbase64(c.seed), subtle: subtle ?? /** @type {any} */ (null) });
      equal(hex(author.key), hex(key));
      equal(hex(await author.sign(message)), hex(signature), `case ${i}`);
    }
  });
}

test("what is signed comes in the order in which it was asked for", async () => {
  const waiting = [];
  const slow = { importKey: async () => "", sign: () => new Promise((resolve) => waiting.push(resolve)) };
  const signatures = new Signatures({ subtle: /** @type {any} */ (slow) });
  const order = [];
  const all = [1, 2].map((n) => signatures.sign(Uint8Array.of(n)).then(([first]) => order.push(first)));
  while (waiting.length < 2) await new Promise(setImmediate);
  waiting[1](Uint8Array.of(2));
  await new Promise(setImmediate);
  deepEqual(order, []);
  waiting[0](Uint8Array.of(1));
  await Promise.all(all);
  deepEqual(order, [1, 2]);
});
