package archive

import (
	"errors"
	"fmt"
	"time"

	"drawmesh/canvas"
)

// readFirst is read of the first log.
func (s *Store) readFirst(r *reader, log *canvas.Log, found *volume) error {
	var old firstLog
	end := each(r, found, old.restore)
	left, err := old.adopt(log)
	if err != nil {
		return err
	}
	if left > 0 {
		s.aside = s.unused()
		s.dir.warn("%s holds more than a room may: it is set aside as %s, and all but the last %d operations are kept on", s.path(), s.aside, left)
	}
	return end
}

// A firstLog is what a store of version 1 has: nobody has signed it.
type firstLog struct{ log *canvas.Log }

// restore takes a frame in.
func (f *firstLog) restore(frame []byte) error {
	if f.log == nil {
		f.log = canvas.NewUnsigned(canvas.Site{})
	}
	dead, entries, err := canvas.ReadFirst(frame)
	if errors.Is(err, canvas.ErrUnknown) {
		return err
	}
	if err != nil {
		return errDamaged
	}
	f.log.MarkDead(dead)
	for _, e := range entries {
		if _, err := f.log.AddFirst(e); err != nil && !errors.Is(err, canvas.ErrDuplicate) {
			return errDamaged
		}
	}
	return nil
}

// adopt writes what shows of it into a log, in its order, as the log's own pen: there
// is nobody else who could sign it. Who drew it is what the first log says. It
// returns how much is left over, where the log is full.
func (f *firstLog) adopt(log *canvas.Log) (left int, err error) {
	if f.log == nil {
		return 0, nil
	}
	now := canvas.Ticks(time.Now())
	drawn := make(map[adoption]int)
	for e := range f.log.Paint(canvas.Key{}) {
		a := adoption{e.By, e.Op}
		if a.by == "" {
			a.by = e.Site.String()
		}
		drawn[a]++
		switch _, err := log.Adopt(a.name(drawn[a]), e.Op.(canvas.Shape), now); {
		case errors.Is(err, canvas.ErrFull):
			left++
		case err != nil:
			return 0, err
		}
	}
	log.Sign()
	return left, nil
}

// An adoption is what somebody drew. Of equal ones a log paints the first alone, for
// several peers may adopt the same.
type adoption struct {
	by string
	op canvas.Op
}

// name is who drew it for the nth time, so that all are painted, and each once even
// if this store is adopted twice.
func (a adoption) name(n int) string {
	if n == 1 {
		return a.by
	}
	again := fmt.Sprintf("+%d", n)
	return a.by[:min(len(a.by), 64-len(again))] + again
}
