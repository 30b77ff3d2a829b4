package exchange

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// An author is somebody else who draws, with a key that the name decides.
type author struct {
	t    testing.TB
	log  *canvas.Log
	told uint32
}

func newAuthor(t testing.TB, name string) *author {
	return &author{t: t, log: canvas.NewLog(newSigner(name))}
}

func newSigner(name string) *canvas.Signer {
	return canvas.NewSignerFromSeed(sha256.Sum256([]byte(name)))
}

// says is the author's capability.
func (a *author) says() json.RawMessage {
	return fmt.Appendf(nil, `{"v":2,"key":"%s"}`, a.log.PublicKey())
}

// draws writes segments, and is the text that says so.
func (a *author) draws(now time.Time, xs ...float64) string {
	a.t.Helper()
	for _, x := range xs {
		if _, err := a.log.Draw(segment(x), 0, canvas.Ticks(now)); err != nil {
			a.t.Fatal(err)
		}
	}
	return a.news(false)
}

// news is the text of what has been written since the last time.
func (a *author) news(forwarded bool) string {
	a.log.Sign()
	var text []byte
	for _, r := range a.log.Runs(a.log.Site(), a.told+1) {
		text = append(r.Live(text, forwarded), '\n')
		a.told = r.Last()
	}
	return strings.TrimSuffix(string(text), "\n")
}

// frames are all that the author has written.
func (a *author) frames() (list [][]byte) {
	a.log.Sign()
	for f := range a.log.Frames(nil) {
		list = append(list, f)
	}
	return list
}
