package canvas

import (
	"crypto/ed25519"
	"encoding/hex"
	"slices"
	"testing"
)

// smallOrder are the points of small order, as RFC 8032, section 5.1.2, writes them.
var smallOrder = []string{
	"0100000000000000000000000000000000000000000000000000000000000000",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"0000000000000000000000000000000000000000000000000000000000000000",
	"0000000000000000000000000000000000000000000000000000000000000080",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
	"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
	"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
}

// misspelt are points of small order too, as nobody should write them.
var misspelt = []string{
	"0100000000000000000000000000000000000000000000000000000000000080",
	"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
	"edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
}

// What anybody can sign, nobody has signed: with a key of small order, s = 0 and some R
// that depends on nothing secret will do.
func TestKeysOfSmallOrder(t *testing.T) {
	point := func(text string) (p [32]byte) {
		b, _ := hex.DecodeString(text)
		return [32]byte(b)
	}
	for _, text := range slices.Concat(smallOrder, misspelt) {
		key, forged := PublicKey(point(text)), 0
		for _, r := range smallOrder {
			var sig Signature
			half := point(r)
			copy(sig[:], half[:])
			for at := uint64(1); at <= 64; at++ {
				if ed25519.Verify(key[:], clearText(at), sig[:]) {
					forged++
				}
				if c := (Clear{T: at, Key: key, Sig: sig}); c.Signed() {
					t.Fatalf("%s has signed a clear", text)
				}
			}
		}
		if forged == 0 {
			t.Errorf("none of the signatures of %s would hold anyway", text)
		}
	}
}

// Keys whose bytes are nearly those of odd ones sign as any other.
func TestKeysBesideOdd(t *testing.T) {
	for _, text := range slices.Concat(smallOrder, misspelt) {
		b, _ := hex.DecodeString(text)
		for i := range 30 {
			near := PublicKey(b)
			near[1+i] ^= 0x10
			if near.isOdd() {
				t.Errorf("%x is odd", near)
			}
		}
	}
}
