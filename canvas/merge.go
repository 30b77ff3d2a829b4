package canvas

import (
	"encoding/binary"
	"errors"
)

var errFrame = errors.New("frame is damaged")

// Merge takes in a frame, and says how the picture changes. If the error is
// ErrUnknown, ErrSites or about the frame, nothing has happened. If it is or
// wraps a *GapError or a *RefusedError, that is true of one site's entries,
// from the one it names on, and the others' have been taken in.
func (l *Log) Merge(frame []byte) (Change, error) {
	payload, err := inflate(frame)
	if err != nil {
		return Change{}, err
	}
	return l.mergePayload(payload)
}

func (l *Log) mergePayload(payload []byte) (Change, error) {
	f, err := l.parseFrame(payload)
	if err != nil {
		return Change{}, err
	}
	l.edge = l.end
	change := l.cut(f.gone)
	var errs []error
	err = f.each(func(site Site, n uint32, r *row) error {
		c, err := l.add(site, n, r)
		if errors.Is(err, ErrDuplicate) {
			return nil
		}
		change = change.Join(c)
		return err
	}, func(err error) { errs = append(errs, err) })
	return change, errors.Join(append(errs, err)...)
}

// parsedFrame is a payload of which every row has been read once.
type parsedFrame struct {
	gone   []mark
	runs   []runHeader
	reader columnReader // before the first row
}

type runHeader struct {
	site        Site
	first, rows uint32
	shape       shape
}

// parseFrame reads all of a payload, and makes sure that it is within bounds.
func (l *Log) parseFrame(payload []byte) (*parsedFrame, error) {
	p := parser{rest: payload}
	f := &parsedFrame{}
	fresh := make(map[Site]bool) // sites that are new here
	take := func(s Site) { fresh[s] = l.sites[s] == nil }
	for range p.uvarint(maxInflated) {
		m := mark{p.site(), uint32(p.uvarint(MaxN))}
		if p.bad || m.n == 0 {
			return nil, errFrame
		}
		f.gone = append(f.gone, m)
		take(m.site)
	}
	total := uint64(0)
	for range p.uvarint(maxInflated) {
		h, ok := p.run()
		total += uint64(h.rows)
		if !ok || total > maxFrameRows {
			return nil, errFrame
		}
		f.runs = append(f.runs, h)
		take(h.site)
	}
	if p.bad {
		return nil, errFrame
	}
	f.reader.named = l.named
	f.reader.open(p.rest)
	return f, l.readThrough(f, fresh)
}

// readThrough reads every row of f, and counts the sites that are new.
func (l *Log) readThrough(f *parsedFrame, fresh map[Site]bool) error {
	err := f.each(func(site Site, n uint32, r *row) error {
		for _, m := range r.cut {
			fresh[m.site] = l.sites[m.site] == nil
			if m.site == site && m.n >= n {
				return errFrame
			}
		}
		return nil
	}, nil)
	if err != nil {
		return err
	}
	sites := len(l.list)
	for _, is := range fresh {
		if is {
			sites++
		}
	}
	if sites > MaxSites {
		return ErrSites
	}
	return nil
}

// each reads every row. If take fails, it is not given the rest of the run;
// skipped is told, or, if nil, each stops.
func (f *parsedFrame) each(take func(Site, uint32, *row) error, skipped func(error)) error {
	reader := f.reader
	var r row
	for _, h := range f.runs {
		reader.begin(h.shape)
		var err error
		for i := range h.rows {
			if !reader.next(h.first+i, &r) {
				return errFrame
			}
			if err != nil {
				continue
			}
			if err = take(h.site, h.first+i, &r); err != nil && skipped == nil {
				return err
			}
		}
		if !reader.end() {
			return errFrame
		}
		if err != nil {
			skipped(err)
		}
	}
	if reader.bad || !reader.empty() {
		return errFrame
	}
	return nil
}

// A parser reads what lies before the columns.
type parser struct {
	rest []byte
	bad  bool
}

func (p *parser) uvarint(most uint64) uint64 {
	v, size := binary.Uvarint(p.rest)
	if p.bad = p.bad || size <= 0 || v > most; p.bad {
		return 0
	}
	p.rest = p.rest[size:]
	return v
}

func (p *parser) site() Site {
	if len(p.rest) < len(Site{}) {
		p.bad = true
		return Site{}
	}
	s, err := parseSite(p.rest[:len(Site{})])
	p.bad = p.bad || err != nil
	p.rest = p.rest[len(Site{}):]
	return s
}

func (p *parser) run() (h runHeader, ok bool) {
	h.site = p.site()
	first, rows := p.uvarint(MaxN), p.uvarint(maxFrameRows)
	h.first, h.rows = uint32(first), uint32(rows)
	h.shape, ok = shapeOf(p.uvarint(1<<32 - 1))
	return h, ok && !p.bad && first > 0 && rows > 0 && first+rows-1 <= MaxN
}
