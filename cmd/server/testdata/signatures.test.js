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

// RFC 6234, section 8.5: the messages of TEST1, TEST2_1, TEST2_2, TEST4 and TEST3, a million times "a".
const messages = [
  "abc",
  "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
  "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
  "0123456701234567012345670123456701234567012345670123456701234567".repeat(10),
  "a".repeat(1_000_000),
];

test("SHA-256 of RFC 6234", () => {
  deepEqual([messages[0], messages[1], messages[3], messages[4]].map((m) => hex(sha256(ascii(m)))), [
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    "594847328451bdfa85056225462cc1d867d877fb388df0ce35f25ab5562bfbb5",
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
  ]);
});

test("SHA-512 of RFC 6234", () => {
  deepEqual([messages[0], messages[2], messages[3], messages[4]].map((m) => hex(sha512(ascii(m)))), [
    "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
    "8e959b75dae313da8cf4f72814fc143f8f7779c6eb9f7fa17299aeadb6889018501d289e4900f7e4331b99dec4b5433ac7d329eeb6dd26545e96e55b874be909",
    "89d05ba632c699c31231ded4ffc127d5a894dad412c0e024db872d1abd2ba8141a0f85072a9be1e2aa04cf33c765cb510813a39cd5a84c4acaa64d3f3fb7bae9",
    "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
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

// The message of TEST 1024: 1,023 bytes.
const long = [
  "08b8b2b733424243760fe426a4b54908632110a66c2f6591eabd3345e3e4eb98fa6e264bf09efe12ee50f8f54e9f77b1e355f6c50544e23fb1433ddf",
  "73be84d879de7c0046dc4996d9e773f4bc9efe5738829adb26c81b37c93a1b270b20329d658675fc6ea534e0810a4432826bf58c941efb65d57a338b",
  "bd2e26640f89ffbc1a858efcb8550ee3a5e1998bd177e93a7363c344fe6b199ee5d02e82d522c4feba15452f80288a821a579116ec6dad2b3b310da9",
  "03401aa62100ab5d1a36553e06203b33890cc9b832f79ef80560ccb9a39ce767967ed628c6ad573cb116dbefefd75499da96bd68a8a97b928a8bbc10",
  "3b6621fcde2beca1231d206be6cd9ec7aff6f6c94fcd7204ed3455c68c83f4a41da4af2b74ef5c53f1d8ac70bdcb7ed185ce81bd84359d44254d9562",
  "9e9855a94a7c1958d1f8ada5d0532ed8a5aa3fb2d17ba70eb6248e594e1a2297acbbb39d502f1a8c6eb6f1ce22b3de1a1f40cc24554119a831a9aad6",
  "079cad88425de6bde1a9187ebb6092cf67bf2b13fd65f27088d78b7e883c8759d2c4f5c65adb7553878ad575f9fad878e80a0c9ba63bcbcc2732e694",
  "85bbc9c90bfbd62481d9089beccf80cfe2df16a2cf65bd92dd597b0707e0917af48bbb75fed413d238f5555a7a569d80c3414a8d0859dc65a46128ba",
  "b27af87a71314f318c782b23ebfe808b82b0ce26401d2e22f04d83d1255dc51addd3b75a2b1ae0784504df543af8969be3ea7082ff7fc9888c144da2",
  "af58429ec96031dbcad3dad9af0dcbaaaf268cb8fcffead94f3c7ca495e056a9b47acdb751fb73e666c6c655ade8297297d07ad1ba5e43f1bca32301",
  "651339e22904cc8c42f58c30c04aafdb038dda0847dd988dcda6f3bfd15c4b4c4525004aa06eeff8ca61783aacec57fb3d1f92b0fe2fd1a85f672451",
  "7b65e614ad6808d6f6ee34dff7310fdc82aebfd904b01e1dc54b2927094b2db68d6f903b68401adebf5a7e08d78ff4ef5d63653a65040cf9bfd4aca7",
  "984a74d37145986780fc0b16ac451649de6188a7dbdf191f64b5fc5e2ab47b57f7f7276cd419c17a3ca8e1b939ae49e488acba6b965610b5480109c8",
  "b17b80e1b7b750dfc7598d5d5011fd2dcc5600a32ef5b52a1ecc820e308aa342721aac0943bf6686b64b2579376504ccc493d97e6aed3fb0f9cd71a4",
  "3dd497f01f17c0e2cb3797aa2a2f256656168e6c496afc5fb93246f6b1116398a346f1a641f3b041e989f7914f90cc2c7fff357876e506b50d334ba7",
  "7c225bc307ba537152f3f1610e4eafe595f6d9d90d11faa933a15ef1369546868a7f3a45a96768d40fd9d03412c091c6315cf4fde7cb68606937380d",
  "b2eaaa707b4c4185c32eddcdd306705e4dc1ffc872eeee475a64dfac86aba41c0618983f8741c5ef68d3a101e8a3b8cac60c905c15fc910840b94c00",
  "a0b9d0",
].join("");

// RFC 8032, section 7.1: TEST 1, 2, 3, 1024 and SHA(abc).
const rfc = [
  ["9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"],
  ["4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"],
  ["c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"],
  ["f5e5767cf153319517630f226876b86c8160cc583bc013744c6bf255f5cc0ee5", "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e", long,
    "0aab4c900501b3e24d7cdf4663326a3a87df5e4843b2cbdb67cbf6e460fec350aa5371b1508f9f4528ecea23c436d94b5e8fcd4f681e30a6ac00a9704a188a03"],
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

// A Broken worker answers so many questions, and then fails.
class Broken {
  onmessage = /** @type {any} */ (null);
  onerror = /** @type {any} */ (null);
  constructor(answers) {
    this.left = answers;
  }
  postMessage([name, ...what]) {
    if (this.left-- > 0) queueMicrotask(() => this.onmessage({ data: name === "begin" ? true : plain[name](...what) }));
    else queueMicrotask(() => this.onerror());
  }
  terminate() {}
}

test("what is signed when the worker fails is signed nevertheless, and so is what comes later", async () => {
  const [seed, key, message, signature] = rfc[2];
  for (const answers of [0, 1]) {
    const worker = new Broken(answers);
    const signatures = new Signatures({ seed, subtle: /** @type {any} */ (null), work: () => /** @type {any} */ (worker) });
    for (let i = 0; i < 2; i++) equal(hex(await signatures.sign(message)), hex(signature), `after ${answers} answers, signature ${i}`);
    ok(await signatures.verify(key, message, signature));
  }
});

test("what the browser's own fails to sign is signed nevertheless", async () => {
  const [seed, , message, signature] = rfc[2];
  const failing = { importKey: async () => "", sign: async () => { throw new Error("no"); } };
  equal(hex(await new Signatures({ seed, subtle: /** @type {any} */ (failing) }).sign(message)), hex(signature));
});
