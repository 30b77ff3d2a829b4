package archive

import (
	"errors"
	"time"

	"drawmesh/canvas"
)

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
// is nobody else who could sign it. Who drew it is what the first log says.
func (f *firstLog) adopt(log *canvas.Log) error {
	if f.log == nil {
		return nil
	}
	now := canvas.Ticks(time.Now())
	for e := range f.log.Paint(canvas.Key{}) {
		by := e.By
		if by == "" {
			by = e.Site.String()
		}
		if _, err := log.Adopt(by, e.Op.(canvas.Shape), now); err != nil {
			return err
		}
	}
	log.Sign()
	return nil
}
