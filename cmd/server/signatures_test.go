package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha512"
	"encoding/hex"
	"encoding/json"
	"flag"
	"math/big"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
)

var update = flag.Bool("update", false, "write the signatures and the screenshots anew")

// A signatureCase is what crypto/ed25519 says of a signature. Its bytes are base64.
type signatureCase struct {
	Seed      []byte `json:"seed,omitempty"` // where it was signed as it should be
	Key       []byte `json:"key"`
	Message   []byte `json:"message"`
	Signature []byte `json:"signature"`
	OK        bool   `json:"ok"`
}

const signaturesFile = "testdata/signatures.json"

// oddPoints are encodings of all points of small order, those included that no
// encoder would write, and two that are not on the curve.
var oddPoints = []string{
	"0100000000000000000000000000000000000000000000000000000000000000",
	"0100000000000000000000000000000000000000000000000000000000000080",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
	"0200000000000000000000000000000000000000000000000000000000000000",
	"f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
}

// groupOrder is the order of the base point, the lowest byte first.
var groupOrder = []byte{
	0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14,
	0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
}

// signatureCases are 1,000: signatures as they should be, ones that are spoilt, and
// ones of odd points.
func signatureCases() []signatureCase {
	random := rand.NewChaCha8([32]byte{'e', 'd'})
	some := func(n int) []byte {
		b := make([]byte, n)
		random.Read(b)
		return b
	}
	var cases []signatureCase
	for i := range 600 {
		seed := some(ed25519.SeedSize)
		private := ed25519.NewKeyFromSeed(seed)
		c := signatureCase{Seed: seed, Key: private.Public().(ed25519.PublicKey), Message: some(i % 150)}
		c.Signature = ed25519.Sign(private, c.Message)
		if i >= 300 {
			c.Seed = nil
			spoil(&c, i)
		}
		cases = append(cases, c)
	}
	for i := range 400 {
		key, _ := hex.DecodeString(oddPoints[i%len(oddPoints)])
		r, _ := hex.DecodeString(oddPoints[(i/len(oddPoints)+i)%len(oddPoints)])
		c := signatureCase{Key: key, Message: some(8)}
		s := make([]byte, 32) // so that -k·key is to be r, which may well be
		switch {
		case i%4 == 0: // R is odd, and the key is not
			c.Seed = some(ed25519.SeedSize)
			c.Key = ed25519.NewKeyFromSeed(c.Seed).Public().(ed25519.PublicKey)
			s = ofZero(c.Seed, r, c.Key, c.Message)
			c.Seed = nil
		case i%25 == 0:
			s = groupOrder // 0 again, but not canonical
		}
		c.Signature = append(r, s...)
		cases = append(cases, c)
	}
	for i := range cases {
		c := &cases[i]
		c.OK = ed25519.Verify(c.Key, c.Message, c.Signature) && !slices.Contains(oddPoints, hex.EncodeToString(c.Key))
	}
	return cases
}

// ofZero is the s with which s·B - k·key is zero (RFC 8032, section 5.1.7).
func ofZero(seed []byte, r, key, message []byte) []byte {
	number := func(lowestFirst []byte) *big.Int {
		b := slices.Clone(lowestFirst)
		slices.Reverse(b)
		return new(big.Int).SetBytes(b)
	}
	secret := sha512.Sum512(seed)
	secret[0] &= 0xf8
	secret[31] = secret[31]&0x7f | 0x40
	k := sha512.Sum512(slices.Concat(r, key, message))
	s := new(big.Int).Mul(number(k[:]), number(secret[:32]))
	b := s.Mod(s, number(groupOrder)).FillBytes(make([]byte, 32))
	slices.Reverse(b)
	return b
}

// spoil changes one part of a case, in a way that depends on i.
func spoil(c *signatureCase, i int) {
	flip := func(b []byte) { b[i%len(b)] ^= 1 << (i / 7 % 8) }
	switch i % 6 {
	case 0:
		c.Message = append(c.Message, 0)
	case 1:
		flip(c.Signature[:32])
	case 2:
		flip(c.Signature[32:])
	case 3:
		c.Key = bytes.Clone(c.Key)
		flip(c.Key)
	case 4: // the same s, not canonical
		carry := 0
		for j, b := range groupOrder {
			carry += int(c.Signature[32+j]) + int(b)
			c.Signature[32+j] = byte(carry)
			carry >>= 8
		}
	case 5:
		c.Signature = c.Signature[:i%64]
	}
}

// The page's tests read what Go says of signatures from a file.
func TestSignatures(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	b.WriteString("[")
	taken := 0
	for i, c := range signatureCases() {
		line, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if i > 0 {
			b.WriteString(",")
		}
		b.WriteString("\n")
		b.Write(line)
		if c.OK {
			taken++
		}
	}
	b.WriteString("\n]\n")
	if *update {
		if err := os.WriteFile(signaturesFile, b.Bytes(), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	file, err := os.ReadFile(signaturesFile)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(file, b.Bytes()) {
		t.Errorf("%s is not what crypto/ed25519 says: write it anew with -update", signaturesFile)
	}
	if taken <= 300 { // those that nobody has spoilt
		t.Errorf("%d signatures are taken, want some of odd points among them", taken)
	}
}

// A browser verifies as Go does, be it by its own Ed25519 or by the page's, in a worker.
func TestSignaturesInBrowser(t *testing.T) {
	t.Parallel()
	p := modulePage(t)
	for _, subtle := range []string{"crypto.subtle", "null"} {
		got := eval[[]bool](p, `import("/static/signatures.js").then(async ({ Signatures }) => {
			const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
			const list = [];
			const signatures = new Signatures({ subtle: `+subtle+` });
			for (const c of %s) list.push(await signatures.verify(bytes(c.key), bytes(c.message), bytes(c.signature ?? "")));
			const message = bytes("AAAA");
			list.push(await signatures.verify(signatures.key, message, await signatures.sign(message)));
			return list;
		})`, signatureCases())
		want := []bool{}
		for _, c := range signatureCases() {
			want = append(want, c.OK)
		}
		want = append(want, true) // what it signed itself
		if !slices.Equal(got, want) {
			for i := range want {
				if i < len(got) && got[i] != want[i] {
					t.Errorf("subtle %s: case %d: got %v, want %v", subtle, i, got[i], want[i])
				}
			}
			t.Fatalf("subtle %s: %d answers, want %d", subtle, len(got), len(want))
		}
	}
	if !eval[bool](p, `performance.getEntriesByType("resource").some(({ name }) => name.endsWith("/signer.js"))`) {
		t.Error("there was no worker")
	}
}
