package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"drawmesh/canvas"
	"drawmesh/internal/hostile"
	"drawmesh/peer"
)

// A siege is a room with an honest page, an honest program and a hostile member.
type siege struct {
	t     *testing.T
	page  *page
	site  canvas.Site // the page's
	ana   *peer.Peer
	eve   *hostile.Member
	lines int // that the page drew
}

// besiege takes all three into a room of their own.
func besiege(t *testing.T, b *browser, room string) *siege {
	t.Helper()
	s := &siege{t: t, ana: enter(t, room), page: b.open(room)}
	s.page.t = t
	s.page.waitLinks(1)
	s.eve = enterHostile(t, room, 2)
	var err error
	if s.site, err = canvas.ParseSite(eval[string](s.page, `document.documentElement.dataset.site`)); err != nil {
		t.Fatal(err)
	}
	s.page.choose("pencil", red)
	s.line()
	return s
}

// enterHostile takes a hostile member into a room of so many others.
func enterHostile(t *testing.T, room string, others int) *hostile.Member {
	t.Helper()
	eve, err := hostile.Enter(t.Context(), room, hostile.Options{Seed: 7})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(eve.Close)
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := eve.WaitLinked(ctx, others); err != nil {
		t.Fatal(err)
	}
	return eve
}

// line lets the page draw, and waits until the program has it.
func (s *siege) line() {
	s.t.Helper()
	s.lines++
	y := 100 + 10*float64(s.lines%40)
	before := s.heard()
	s.page.drag(place{200, y}, place{300, y})
	until(s.t, "the program hears what the page draws", func() bool { return s.heard() > before })
}

// heard is how many entries of the page the program has.
func (s *siege) heard() (n uint32) {
	s.ana.Look(func(log *canvas.Log) { n, _ = log.Holds(s.site) })
	return n
}

// until waits until something holds.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("it is not so that %s", what)
		}
	}
}

// bears lets the member make its moves for so long, while page and program draw.
func (s *siege) bears(lasts time.Duration, moves ...hostile.Move) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), lasts)
	defer cancel()
	over := make(chan struct{})
	go func() {
		defer close(over)
		s.eve.Attack(ctx, 20*time.Millisecond, moves...)
	}()
	for ctx.Err() == nil {
		s.line()
		if _, err := s.ana.Draw(wideLine(560, canvas.Color{G: 255, A: 255})); err != nil {
			s.t.Errorf("the program cannot draw: %v", err)
		}
	}
	<-over
}

// wantUnharmed checks that each hears what the other draws from now on, that both
// hold the same, and that nothing there is forged.
func (s *siege) wantUnharmed() {
	s.t.Helper()
	s.line()
	if _, err := s.ana.Draw(wideLine(600, canvas.Color{B: 255, A: 255})); err != nil {
		s.t.Fatalf("the program cannot draw: %v", err)
	}
	s.page.waitInk(place{250, 600}, blueInk)
	until(s.t, "page and program hold the same", func() bool {
		return s.page.sum() == s.ana.Sum().String()
	})
	s.ana.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			if op, _ := e.Op.(canvas.Segment); op.Color == hostile.Ink && (e.Site == s.site || e.Site == log.Site()) {
				s.t.Errorf("%+v shows in the name of %v", op, e.Site)
			}
		}
		if log.Void(s.site) != nil {
			s.t.Error("the page is held to be a liar")
		}
	})
	if got := eval[string](s.page, `document.querySelector("#fault").textContent`); strings.Contains(got, "drawbot told two stories") {
		s.t.Errorf("the page says: %s", got)
	}
}

// heap is how many bytes the page's JavaScript has in use.
func (p *page) heap() (bytes float64) {
	p.t.Helper()
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		if _, err := cdp.Call(ctx, t, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
			return err
		}
		usage, err := cdp.Call(ctx, t, runtime.GetHeapUsage, cdp.Empty{})
		bytes = usage.UsedSize + usage.BackingStorageSize
		return err
	}))
	return bytes
}
