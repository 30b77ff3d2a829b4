package exchange

import (
	"fmt"
	"testing"
	"time"
)

// Each author may draw so much, by whomever it comes: who forwards what many draw is
// not held to what one may.
func TestFloodsOfForwarders(t *testing.T) {
	const authors, perSecond, seconds = 20, 60, 4
	now := time.Now()
	x := New(Options{Wire: make(fakeWire)})
	x.Opened("bo", newAuthor(t, "bo").says(), nil, now)
	var list []*author
	for i := range authors {
		list = append(list, newAuthor(t, fmt.Sprint("author ", i)))
	}
	mad := newAuthor(t, "mad")
	for i := range seconds * perSecond {
		for _, a := range list {
			a.draws(now, float64(i))
			a.told = uint32(i)
			hears(x, "bo", a.news(true), now)
		}
		for range 40 { // 2,400 a second
			told := mad.told
			mad.draws(now, float64(i))
			mad.told = told
			hears(x, "bo", mad.news(true), now)
		}
		now = now.Add(time.Second / perSecond)
	}
	for i, a := range list {
		if have, _ := x.log.Holds(a.log.Site()); have != seconds*perSecond {
			t.Errorf("%d of %d strokes of author %d are there", have, seconds*perSecond, i)
		}
	}
	const at = liveRate * (liveSeconds + seconds)
	if have, _ := x.log.Holds(mad.log.Site()); have > at || have < liveRate*liveSeconds {
		t.Errorf("%d strokes of one are there, want what may come at once, 5,000, and at most %d", have, at)
	}
}

// To find that nobody signed something takes longer than to take it in, so who forwards
// much of that is soon not heard with what others drew, and still with what is his own.
func TestFloodsOfWhatNobodySigned(t *testing.T) {
	now := time.Now()
	x := New(Options{Wire: make(fakeWire)})
	eve := newAuthor(t, "eve")
	x.Opened("eve", eve.says(), nil, now)
	x.Opened("bo", newAuthor(t, "bo").says(), nil, now)
	list := make([]*author, 10)
	for i := range list {
		list[i] = newAuthor(t, fmt.Sprint("author ", i))
		list[i].draws(now, 1)
		list[i].told = 0
		hears(x, "bo", list[i].news(true), now)
	}
	for i := range 1200 {
		a := list[i%len(list)]
		told := a.told
		a.draws(now, float64(i))
		a.told = told
		hears(x, "eve", unsigned(a.news(true)), now)
	}
	cy := newAuthor(t, "cy")
	cy.draws(now, 1)
	cy.told = 0
	text := cy.news(true)
	hears(x, "eve", text, now)
	if have, _ := x.log.Holds(cy.log.Site()); have != 0 {
		t.Error("after 1,200 strokes that nobody signed it is still heard")
	}
	hears(x, "bo", text, now)
	hears(x, "eve", eve.draws(now, 1), now)
	if x.log.Len() != len(list)+2 {
		t.Errorf("%d strokes are there, want %d: those that came before, one that somebody else forwards, and its own", x.log.Len(), len(list)+2)
	}
	if now = now.Add(time.Second); !x.near.synced["eve"].admitsForwarded(now) {
		t.Error("it is never heard again")
	}
}
