package canvas

import "errors"

// ReadFirst reads a frame of the first log: what it says is dead, which comes
// first, and the entries, in the order in which a log takes them.
func ReadFirst(frame []byte) (dead Vector, entries []FirstEntry, err error) {
	if len(frame) < frameHeader || [frameHeader]byte(frame) != [frameHeader]byte{'M', 1, 1, 0} {
		return nil, nil, ErrUnknown
	}
	if len(frame) > frameHeader+16<<10 {
		return nil, nil, errors.New("frame of more than 16 KiB")
	}
	payload, err := inflateRaw(frame[frameHeader:])
	if err != nil {
		return nil, nil, err
	}
	return readFirst(payload)
}

func readFirst(payload []byte) (dead Vector, entries []FirstEntry, err error) {
	p := parser{rest: payload}
	dead = make(Vector)
	for range p.uvarint(maxInflated) {
		site, n := p.firstSite(), uint32(p.uvarint(MaxN))
		if p.bad || n == 0 {
			return nil, nil, errFrame
		}
		dead[site] = n
	}
	type header struct {
		site        Site
		first, rows uint32
		shape       shape
	}
	var headers []header
	total := uint64(0)
	for range p.uvarint(maxInflated) {
		site := p.firstSite()
		first, rows, code := p.uvarint(MaxN), p.uvarint(maxFirstRows), p.uvarint(1<<32-1)
		sh, ok := shapeOf(code)
		total += rows
		if p.bad || !ok || first == 0 || rows == 0 || first+rows-1 > MaxN || total > maxFirstRows {
			return nil, nil, errFrame
		}
		headers = append(headers, header{site, uint32(first), uint32(rows), sh})
	}
	d := columnReader{named: copyName}
	d.open(p.rest)
	for _, h := range headers {
		d.begin(h.shape)
		for i := range h.rows {
			e, ok := d.firstEntry(h.site, h.first+i)
			if !ok {
				return nil, nil, errFrame
			}
			entries = append(entries, e)
		}
		if !d.end() {
			return nil, nil, errFrame
		}
	}
	if p.bad || d.bad || !d.empty() {
		return nil, nil, errFrame
	}
	return dead, entries, nil
}

const maxFirstRows = 65536 // in a frame of the first log

// firstEntry reads the entry n of a site. Where later frames have what other kinds
// say, the first log's have clears, which are part of no stroke.
func (d *columnReader) firstEntry(site Site, n uint32) (e FirstEntry, ok bool) {
	var r row
	if !d.stamp(&r) {
		return e, false
	}
	if r.kind == kindOther {
		e = FirstEntry{Entry: Entry{Site: site, N: n, T: r.t}, Cut: d.cut()}
		return e, !d.bad && e.checkClear() == nil
	}
	d.body(n, &r)
	return FirstEntry{Entry: r.entry(site, n)}, !d.bad
}

// cut reads what a clear of the first log wipes, in byte order of the sites.
func (d *columnReader) cut() Vector {
	count := d.uvarint(colOther)
	if count > maxCut {
		d.bad = true
		return nil
	}
	cut := make(Vector)
	last := Site{}
	for range count {
		p := parser{rest: d.columns[colOther]}
		site := p.firstSite()
		n := uint32(p.uvarint(MaxN))
		d.columns[colOther] = p.rest
		if d.bad = d.bad || p.bad || last.compare(site) >= 0; d.bad {
			return nil
		}
		last, cut[site] = site, n
	}
	return cut
}

func (p *parser) firstSite() (s Site) {
	p.read(s[:firstSite])
	p.bad = p.bad || !s.first()
	return s
}
