package archive

import (
	"errors"
	"os"

	"drawmesh/canvas"
)

// errLimit means that a store would become larger than it may.
var errLimit = errors.New("the drawing has become larger than its store may be: what is drawn now is not kept until somebody clears it")

// smallRecord is what a record has at least that is not a small piece.
const smallRecord = 4 << 10 // bytes

// Lend lends a log to look at it. The log may change from one time to the next.
type Lend func(look func(*canvas.Log))

// A volume is a file, and what of the log is in it.
type volume struct {
	file       *os.File
	size       int64 // bytes that are whole and on the disk
	small      int64 // of these, in small pieces
	entries    int   // that are in it and alive
	gone       int   // that are in it and dead
	have, dead canvas.Vector
}

// append writes what the log holds and v does not, and sees it to the disk.
// Nothing has happened if that fails: it is written again the next time, for
// nobody knows what the disk holds then. The file stays within limit bytes, if
// that is above zero: of what does not fit, the beginning is written.
func (v *volume) append(lend Lend, limit int64) error {
	next := *v
	var record []byte
	var full error
	for {
		var frame []byte
		have, dead := next.have.Clone(), next.dead.Clone()
		lend(func(log *canvas.Log) {
			next.bury(log.Dead())
			frame = log.NextFrame(have, dead)
			next.entries = log.Len()
		})
		if frame == nil {
			break
		}
		record = appendRecord(record[:0], frame)
		if limit > 0 && next.size+int64(len(record)) > limit {
			full = errLimit
			break
		}
		if next.size == v.size {
			if err := v.file.Truncate(v.size); err != nil { // what a failed attempt has left
				return err
			}
		}
		if _, err := v.file.WriteAt(record, next.size); err != nil {
			return err
		}
		next.count(len(record))
		next.have, next.dead = have, dead
	}
	if next.size > v.size {
		if err := v.file.Sync(); err != nil {
			return err
		}
	}
	*v = next
	return full
}

// count takes note of a record of so many bytes.
func (v *volume) count(size int) {
	v.size += int64(size)
	if size < smallRecord {
		v.small += int64(size)
	}
}

// bury counts what is in the file and has died since.
func (v *volume) bury(dead canvas.Vector) {
	for site, n := range dead {
		if n = min(n, v.have[site]); n > v.dead[site] {
			v.gone += int(n - v.dead[site])
		}
	}
}

// dying reports whether the log knows more to be dead than the file.
func (v *volume) dying(log *canvas.Log) bool {
	for site, n := range log.Dead() {
		if n > v.dead[site] {
			return true
		}
	}
	return false
}

// wasteful reports whether v is better written anew. What that costs is in
// proportion to what has come or gone since the last time.
func (v *volume) wasteful() bool {
	return v.small > 32<<10+v.size/4 || v.gone > v.entries/4
}

// holds takes note of what a file was found to hold.
func (v *volume) holds(log *canvas.Log) {
	v.have, v.dead, v.entries = log.Have(), log.Dead(), log.Len()
}
