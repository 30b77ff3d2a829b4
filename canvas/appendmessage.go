package canvas

import "strconv"

// AppendMessage appends the wire form of m to dst. An Entry's is that of its
// op, which plain peers read, and its stamp; it names the Site unless that is
// zero, as in what is sent by its own author.
func AppendMessage(dst []byte, m Message) []byte {
	switch m := m.(type) {
	case Entry:
		return appendEntry(dst, m)
	case Plain:
		return AppendOp(dst, m.Op)
	}
	return dst
}

func appendEntry(dst []byte, e Entry) []byte {
	switch op := e.Op.(type) {
	case Undo:
		dst = append(dst, `{"event":"undo"`...)
	case Redo:
		dst = append(dst, `{"event":"redo"`...)
	case PlainOp:
		dst = AppendOp(dst, op)
		dst = dst[:len(dst)-1] // its brace
	}
	dst = strconv.AppendUint(append(dst, `,"n":`...), uint64(e.N), 10)
	dst = strconv.AppendUint(append(dst, `,"t":`...), e.T, 10)
	if e.K != 0 {
		dst = strconv.AppendUint(append(dst, `,"k":`...), uint64(e.K), 10)
	}
	if e.Site != (Site{}) {
		dst = append(append(append(dst, `,"o":"`...), e.Site[:]...), '"')
	}
	if e.By != "" {
		r := rowOf(e)
		dst = append(append(append(dst, `,"by":"`...), e.By...), `","h":"`...)
		dst = append(r.appendH(dst), '"')
	}
	if _, clear := e.Op.(Clear); clear {
		dst = AppendVector(append(dst, `,"cut":`...), e.Cut)
	}
	return append(dst, '}')
}

func appendHex(dst []byte, v uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}
