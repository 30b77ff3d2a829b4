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
	file    *os.File
	size    int64 // bytes that are whole and on the disk
	small   int64 // of these, in small pieces
	entries int   // that are in it and alive
	contents
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
		var content []byte
		with := next.clone()
		lend(func(log *canvas.Log) {
			content = nextRecord(log, &with)
			next.entries = log.Len()
		})
		if content == nil {
			break
		}
		record = appendRecord(record[:0], content)
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
		next.contents = with
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

// gone is how many entries are in the file that have died.
func (v *volume) gone() int { return max(v.rows-v.entries, 0) }

// wasteful reports whether v is better written anew. What that costs is in
// proportion to what has come or gone since the last time.
func (v *volume) wasteful() bool {
	return v.small > 32<<10+v.size/4 || v.gone() > v.entries/4
}

// holds takes note of what a file was found to hold.
func (v *volume) holds(log *canvas.Log) {
	h := log.Have()
	v.contents = contents{have: h.Sites, clear: h.Clear, void: make(map[canvas.Site]bool), rows: log.Len()}
	for _, site := range h.Void {
		v.void[site] = true
	}
	v.entries = log.Len()
}
