package canvas

import (
	"fmt"
	"testing"
)

func seg(x float64) Segment { return Segment{Point{x, 1}, Point{x + 1, 2}, 1, Color{255, 0, 0, 255}} }

func TestSmoke(t *testing.T) {
	a, b := NewLog(NewSigner()), NewLog(NewSigner())
	now := uint64(1e12)
	for i := range 1000 {
		now += 100
		a.Draw(seg(float64(i)), 0, now)
	}
	a.Write(Other{"sticker", `{"text":"hi"}`}, 0, now)
	a.Sign()
	for f := range a.Frames(b.Have().Sites) {
		m, err := b.Merge(f, now)
		fmt.Println(len(f), m, err)
	}
	if a.Digest() != b.Digest() {
		t.Fatal("differ", a.Have(), b.Have())
	}
	b.Draw(seg(3), 0, now)
	b.Sign()
	var es []Entry
	rs := b.Runs(b.Site(), 1)
	fmt.Println(string(rs[0].Live(nil, true)))
	for e := range rs[0].Entries() {
		es = append(es, e)
	}
	fmt.Println(a.TakeLive(es, Head{b.Site(), b.signer.Key(), 1, rs[0].Sig}, now, true))
	c, ch, err := b.Clear(now)
	fmt.Println(c.T, ch, err)
	fmt.Println(a.TakeClear(c, now))
	if a.Digest() != b.Digest() {
		t.Fatal("differ", a.Have(), b.Have())
	}
	a.Draw(seg(5), 0, now+1000)
	a.Sign()
	for f := range a.Frames(b.Have().Sites) {
		m, err := b.Merge(f, now)
		fmt.Println(len(f), m, err)
	}
	d := NewLog(nil)
	d.TakeClear(c, now)
	for f := range a.Frames(d.Have().Sites) {
		m, err := d.Merge(f, now)
		fmt.Println(len(f), m, err)
	}
	if a.Digest() != b.Digest() || a.Digest() != d.Digest() {
		t.Fatal("differ", a.Have(), b.Have(), d.Have())
	}
}
