package exchange

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"drawmesh/canvas"
)

// anySite is one of which nobody has heard.
func anySite() (s canvas.Site) {
	rand.Read(s[:])
	return s
}

// newSitesAs are n members of an object that have the same value.
func newSitesAs(n int, value string) string {
	var b strings.Builder
	for range n {
		fmt.Fprintf(&b, `,"%s"`, anySite())
		if value != "" {
			b.WriteString(":" + value)
		}
	}
	return b.String()[1:]
}

type said struct {
	data []byte
	text bool
}

func says(format string, args ...any) said { return said{fmt.Appendf(nil, format, args...), true} }

// A flood is what somebody says who does not stop, who draws as an author.
type flood struct {
	t   testing.TB
	eve *author
	now time.Time
	i   int // times that it has said something
}

// other is an author whom nobody has seen.
func (f *flood) other() *author { return newAuthor(f.t, fmt.Sprint(f.eve.log.Site(), f.i)) }

// unsigned makes a text's signatures wrong.
func unsigned(text string) string {
	at := strings.LastIndex(text, `"sig":"`) + len(`"sig":"`)
	return text[:at] + strings.Repeat("A", 86) + text[at+86:]
}

// proves is a proof against an author whom nobody has seen, as long as one can be.
func (f *flood) proves() said {
	name := fmt.Sprint("liar ", f.eve.log.Site(), f.i)
	tells := func(entries int, at time.Time) []canvas.Run {
		a := newAuthor(f.t, name)
		for x := range entries {
			if _, err := a.log.Draw(segment(float64(x)), 0, canvas.Ticks(at)); err != nil {
				f.t.Fatal(err)
			}
		}
		a.log.Sign()
		return a.log.Runs(a.log.Site(), 1)
	}
	p := &canvas.Proof{First: tells(256, f.now)[0], Second: tells(511, f.now.Add(time.Second))[1]}
	if f.i == 0 && !p.Holds() {
		f.t.Fatal("it is no proof")
	}
	return said{canvas.AppendProof(nil, p), false}
}

// floods are what a neighbour may say without end, and how often that is enough to
// see that it is too much.
var floods = []struct {
	name  string
	times int
	say   func(f *flood) said
}{
	{"clears that go on", 3000, func(f *flood) said {
		c, _, err := f.eve.log.ClearAt(canvas.Ticks(f.now) + uint64(f.i))
		if err != nil {
			f.t.Fatal(err)
		}
		return said{AppendMessage(nil, c), true}
	}},
	{"clears that are early", 3000, func(f *flood) said {
		c, _, err := f.eve.log.ClearAt(canvas.Ticks(f.now.Add(time.Hour)) + uint64(f.i))
		if err != nil {
			f.t.Fatal(err)
		}
		return said{AppendMessage(nil, c), true}
	}},
	{"strokes behind a gap", 40_000, func(f *flood) said {
		return says(`{"event":"undo","n":%d,"t":9,"k":1}`+"\n"+`{"event":"head","n":%[1]d,"sig":"%s"}`, 1_000_000+f.i, canvas.Signature{})
	}},
	{"strokes of ever other sites that nobody signed", 20_000, func(f *flood) said {
		other := f.other()
		other.draws(f.now, 1)
		other.told = 0
		return says("%s", unsigned(other.news(true)))
	}},
	{"strokes of ever other sites", 20_000, func(f *flood) said {
		other := f.other()
		other.draws(f.now, 1)
		other.told = 0
		return says("%s", other.news(true))
	}},
	{"frames of ever other sites", 1000, func(f *flood) said {
		all := canvas.NewLog(canvas.NewSigner())
		for i := range 12 {
			other := newAuthor(f.t, fmt.Sprint(f.eve.log.Site(), f.i, i))
			other.draws(f.now, 1)
			all.Take(other.log.Runs(other.log.Site(), 1)[0], canvas.Ticks(f.now))
		}
		return said{all.NextFrame(canvas.Vector{}), false}
	}},
	{"strokes of an hour ahead", 10_000, func(f *flood) said {
		return says("%s", f.eve.draws(f.now.Add(time.Hour), float64(f.i)))
	}},
	{"more and more that it holds", 200, func(*flood) said {
		return says(`{"event":"have","have":{%s},"sum":"%s","more":true}`, newSitesAs(1024, "1"), canvas.Digest{})
	}},
	{"more and more whom it calls void", 200, func(*flood) said {
		return says(`{"event":"have","have":{},"void":[%s],"sum":"%s","more":true}`, newSitesAs(256, ""), canvas.Digest{})
	}},
	{"more and more that it wants", 200, func(*flood) said {
		return says(`{"event":"want","have":{%s},"clear":0,"void":[%s],"more":true}`, newSitesAs(1024, "1"), newSitesAs(256, ""))
	}},
	{"long proofs", 1100, (*flood).proves},
	{"strokes of ever other people", 20_000, func(f *flood) said {
		e, err := f.eve.log.Adopt(fmt.Sprintf("%064d", f.i), segment(float64(f.i)), canvas.Ticks(f.now))
		if err != nil {
			f.t.Fatal(e, err)
		}
		return says("%s", f.eve.news(false))
	}},
}
