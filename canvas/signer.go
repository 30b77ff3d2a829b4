package canvas

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"slices"
)

// A PublicKey is a site's Ed25519 key (RFC 8032). Its text is base64url, 43
// characters.
type PublicKey [ed25519.PublicKeySize]byte

// Site is the site whose key it is.
func (k PublicKey) Site() Site {
	sum := sha256.Sum256(k[:])
	return Site(sum[:])
}

// String is the key's text.
func (k PublicKey) String() string { return base64.RawURLEncoding.EncodeToString(k[:]) }

// MarshalText is String.
func (k PublicKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads what String writes, and nothing else.
func (k *PublicKey) UnmarshalText(text []byte) error {
	if err := decode64(k[:], text); err != nil {
		return fmt.Errorf("key: %w", err)
	}
	return nil
}

// A Signature is an Ed25519 signature (RFC 8032). Its text is base64url, 86
// characters.
type Signature [ed25519.SignatureSize]byte

// String is the signature's text.
func (s Signature) String() string { return base64.RawURLEncoding.EncodeToString(s[:]) }

// MarshalText is String.
func (s Signature) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads what String writes, and nothing else.
func (s *Signature) UnmarshalText(text []byte) error {
	if err := decode64(s[:], text); err != nil {
		return fmt.Errorf("signature: %w", err)
	}
	return nil
}

// A Signer is the key pair that a site signs with: made anew by each process, and
// never stored.
type Signer struct {
	private ed25519.PrivateKey
	key     PublicKey
}

// NewSigner returns the signer of a site that nobody else has.
func NewSigner() *Signer {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		panic(err) // crypto/rand does not fail
	}
	return signerOf(private)
}

// NewSignerFromSeed returns the signer of a private key (RFC 8032, section 5.1.5).
// Whoever knows the seed can write as its site: it is for tests and examples.
func NewSignerFromSeed(seed [ed25519.SeedSize]byte) *Signer {
	return signerOf(ed25519.NewKeyFromSeed(seed[:]))
}

func signerOf(private ed25519.PrivateKey) *Signer {
	return &Signer{private, PublicKey(private.Public().(ed25519.PublicKey))}
}

// Key is the public half.
func (s *Signer) Key() PublicKey { return s.key }

// Site is the site that it signs as.
func (s *Signer) Site() Site { return s.key.Site() }

// What is signed begins with what it is, so that nothing can be taken for
// something else.
const (
	headDomain  = "drawmesh head 2"
	clearDomain = "drawmesh clear 2"
)

func headText(n uint32, c Chain) []byte {
	b := make([]byte, 0, len(headDomain)+4+len(c))
	b = binary.LittleEndian.AppendUint32(append(b, headDomain...), n)
	return append(b, c[:]...)
}

func clearText(t uint64) []byte {
	return binary.LittleEndian.AppendUint64([]byte(clearDomain), t)
}

func (s *Signer) sign(text []byte) Signature { return Signature(ed25519.Sign(s.private, text)) }

func (k PublicKey) signed(text []byte, sig Signature) bool {
	return !k.isOdd() && ed25519.Verify(k[:], text, sig[:])
}

// isOdd reports whether k stands for a point of small order, or could be written in
// another way (RFC 8032, section 5.1.3): of such a key, which no private key has, a
// fourth or more of all texts are signed by anybody. The zero key, that of sites whose
// key is not known, is one.
func (k PublicKey) isOdd() bool {
	k[31] &= 0x7f // without the sign
	switch {
	case k[0] <= 1:
		return allAre(k[1:], 0)
	case k[0] >= 0xec: // from -1 on, modulo 2²⁵⁵ - 19
		return k[31] == 0x7f && allAre(k[1:31], 0xff)
	}
	return k == order8 || k == minusOrder8
}

// The ordinates of the points of order 8.
var (
	order8 = PublicKey{
		0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0,
		0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
	}
	minusOrder8 = PublicKey{
		0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f,
		0x2a, 0x20, 0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
	}
)

func allAre(list []byte, v byte) bool {
	return !slices.ContainsFunc(list, func(b byte) bool { return b != v })
}
