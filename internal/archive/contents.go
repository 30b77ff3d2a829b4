package archive

import (
	"errors"
	"iter"
	"maps"

	"drawmesh/canvas"
)

// contents are what of a log is in a file, or was handed out.
type contents struct {
	have  canvas.Vector
	clear canvas.Clear
	void  map[canvas.Site]bool
	rows  int // entries, also those that have died since
}

func (c *contents) clone() contents {
	return contents{c.have.Clone(), c.clear, maps.Clone(c.void), c.rows}
}

// records yields what a log holds and is not among the contents, which it adds to
// these as it goes: as a store's records.
func records(log *canvas.Log, c *contents) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for record := nextRecord(log, c); record != nil && yield(record); {
			record = nextRecord(log, c)
		}
	}
}

// nextRecord is the next of them, nil if there is none.
func nextRecord(log *canvas.Log, c *contents) []byte {
	if latest := log.LastClear(); c.clear.Less(latest) {
		c.clear = latest
		c.forget(log)
		return canvas.AppendMessage(nil, latest)
	}
	for _, site := range log.Have().Void {
		if !c.void[site] {
			if c.void == nil {
				c.void = make(map[canvas.Site]bool)
			}
			c.void[site] = true
			return canvas.AppendProof(nil, log.Void(site))
		}
	}
	if c.have == nil {
		c.have = make(canvas.Vector)
	}
	before := c.have.Clone()
	frame := log.NextFrame(c.have)
	for site, n := range c.have {
		if n > before[site] {
			_, dead := log.Holds(site)
			c.rows += int(n - max(before[site], dead))
		}
	}
	return frame
}

// forget forgets the sites of which nothing lives: whoever reads the file need not
// know them any more, so what they write next is told from their witness on.
func (c *contents) forget(log *canvas.Log) {
	maps.DeleteFunc(c.have, func(site canvas.Site, n uint32) bool {
		held, dead := log.Holds(site)
		return n <= dead || n > held
	})
}

// restore takes a record in. What is intact can be taken in, or else it was not
// the log that wrote it.
func restore(log *canvas.Log, record []byte) error {
	if len(record) > 0 && record[0] == '{' {
		m, err := canvas.ParseMessage(record)
		clear, ok := m.(canvas.Clear)
		if err != nil || !ok {
			return errDamaged
		}
		if verdict, _ := log.TakeClear(clear, canvas.MaxTime); verdict == canvas.Bad {
			return errDamaged
		}
		return nil
	}
	if proof, err := canvas.ParseProof(record); err == nil {
		if verdict, _ := log.TakeProof(proof); verdict != canvas.Taken && verdict != canvas.Known {
			return errDamaged
		}
		return nil
	} else if !errors.Is(err, canvas.ErrUnknown) {
		return errDamaged
	}
	merged, err := log.Merge(record, canvas.MaxTime)
	if err != nil && !errors.Is(err, canvas.ErrUnknown) || merged.Bad+merged.Gaps+merged.Early+len(merged.Proofs) > 0 {
		return errDamaged
	}
	return err
}
