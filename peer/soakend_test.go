package peer

import (
	"bytes"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"drawmesh/canvas"
	"drawmesh/canvas/raster"
	"drawmesh/internal/hostile"
)

const (
	healIn = 30 * time.Second // for all to hold the same when nothing is in the way any more
	calmIn = 90 * time.Second // for links to be there, and only those: who crashed is given up after 60 s
)

// finish heals all, waits for the room to agree, and judges what it agrees on.
// It says how long that took.
func (r *soakRoom) finish() (took time.Duration, err error) {
	r.heals = true
	r.lost.heal()
	r.wan.Drop(r.lost.filter())
	if r.down {
		r.restart(false)
	}
	r.http.CutAfter(1 << 40)
	r.relieve()
	for _, s := range r.survivors() {
		if s.Err() != nil {
			return 0, fmt.Errorf("%s was thrown out: %w", s.name, s.Err())
		}
		r.release(s)
	}
	healed := time.Now()
	if err := r.join(seats); err != nil {
		return 0, err
	}
	for took = 0; !r.agreed(); took = time.Since(healed) {
		if took > healIn {
			return took, fmt.Errorf("not together %v after all has healed: %s", healIn, r.differ())
		}
		time.Sleep(100 * time.Millisecond)
	}
	return took, errors.Join(r.calm(), r.same(), r.verdict())
}

// survivors are those who are there.
func (r *soakRoom) survivors() (list []*seated) {
	for _, s := range r.seats {
		if s != nil {
			list = append(list, s)
		}
	}
	return list
}

// agreed reports whether all hold the same.
func (r *soakRoom) agreed() bool {
	list := r.survivors()
	return !slices.ContainsFunc(list, func(s *seated) bool { return s.Sum() != list[0].Sum() })
}

// differ says how those who should hold the same differ first.
func (r *soakRoom) differ() string {
	var text string
	for _, s := range r.survivors() {
		s.follow.Look(func(log *canvas.Log, c canvas.Change) {
			s.view.Update(log, c)
			text += fmt.Sprintf("\n  %s holds %v; links:", s.name, log.Have())
		})
		for _, m := range s.Members() {
			text += fmt.Sprintf(" %s %s,", m.Name, m.Link)
		}
	}
	return text
}

// calm waits until each is linked to each other and to nobody else.
func (r *soakRoom) calm() error {
	var wrong string
	for range calmIn / time.Second {
		if wrong = r.astray(); wrong == "" {
			return nil
		}
		time.Sleep(time.Second)
	}
	return fmt.Errorf("%v after all hold the same, %s", calmIn, wrong)
}

// astray is a link that is missing, or left over.
func (r *soakRoom) astray() string {
	list := r.survivors()
	others := len(list) - 1
	for _, p := range r.plains {
		if p != nil {
			others++
		}
	}
	for _, s := range list {
		members := s.Members()
		if len(members) != others {
			return fmt.Sprintf("%s knows %d others, want %d: %v", s.name, len(members), others, members)
		}
		if _, all := s.Agree(); !all {
			return s.name + " does not know that all hold the same"
		}
		for _, m := range members {
			if m.Link != Open && !r.never(s, m) {
				return fmt.Sprintf("the link from %s to %s is %s", s.name, m.Name, m.Link)
			}
		}
	}
	return ""
}

// never reports whether two can never be linked.
func (r *soakRoom) never(s *seated, m Member) bool {
	a, b := r.seats[0], r.seats[1]
	return r.strangers && a != nil && b != nil && (s == a && m.ID == b.ID() || s == b && m.ID == a.ID())
}

// same compares what survivors hold and show.
func (r *soakRoom) same() error {
	list := r.survivors()
	var have canvas.Have
	var pixels []byte
	for _, s := range list {
		ops := s.shown()
		fresh, err := raster.NewView(64, 48, canvas.Color{R: 255, G: 255, B: 255, A: 255})
		if err != nil {
			return err
		}
		var h canvas.Have
		s.Look(func(log *canvas.Log) {
			h = log.Have()
			fresh.Reset(log)
		})
		if !bytes.Equal(fresh.Image().Pix, s.view.Image().Pix) {
			return fmt.Errorf("%s shows another picture than its drawing is", s.name)
		}
		if pixels == nil {
			have, pixels = h, fresh.Image().Pix
		}
		if !reflect.DeepEqual(have, h) || !bytes.Equal(pixels, fresh.Image().Pix) {
			return fmt.Errorf("%s holds something else than %s: %s", s.name, list[0].name, r.differ())
		}
		if err := r.forged(s); err != nil {
			return err
		}
		if !slices.Equal(ops, list[0].shown()) {
			return fmt.Errorf("%s shows something else than %s, of the same vectors", s.name, list[0].name)
		}
	}
	return nil
}

// forged finds what shows in the name of an honest peer, and is none of his, and an
// honest peer who is held to be a liar.
func (r *soakRoom) forged(s *seated) (err error) {
	s.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			if e.Op.(canvas.Segment).Color == hostile.Ink && r.honest(e.Site) {
				err = fmt.Errorf("%s shows %+v in an honest name", s.name, e)
			}
		}
		for _, l := range r.lives {
			if log.Void(l.site) != nil {
				err = fmt.Errorf("%s holds %s to be a liar", s.name, l.name)
			}
		}
	})
	return err
}

func (r *soakRoom) verdict() error {
	var lives []*life
	list := r.survivors()
	for _, s := range list {
		lives = append(lives, s.life)
	}
	return r.judge(lives, list[0].shown())
}
