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
	case Have:
		dst = appendVectors(append(dst, `{"event":"have","v":1,`...), m.Have, m.Dead)
		dst = appendSum(dst, m.Sum)
		return appendMore(dst, m.More)
	case Want:
		return appendMore(appendVectors(append(dst, `{"event":"want",`...), m.Have, m.Dead), m.More)
	case Sums:
		return appendMore(appendSums(append(dst, `{"event":"sums","sums":{`...), m.Sums), m.More)
	case Ping:
		return append(appendSum(append(dst, `{"event":"ping"`...), m.Sum), '}')
	case Bye:
		return append(dst, `{"event":"bye"}`...)
	}
	return dst
}

func appendEntry(dst []byte, e Entry) []byte {
	switch e.Op.(type) {
	case Undo:
		dst = append(dst, `{"event":"undo"`...)
	case Redo:
		dst = append(dst, `{"event":"redo"`...)
	default:
		dst = AppendOp(dst, e.Op)
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
		dst = appendVector(append(dst, `,"cut":`...), e.Cut)
	}
	return append(dst, '}')
}

func appendVectors(dst []byte, have, dead Vector) []byte {
	dst = appendVector(append(dst, `"have":`...), have)
	return appendVector(append(dst, `,"dead":`...), dead)
}

// appendVector writes v by site, so that equal vectors have equal texts.
func appendVector(dst []byte, v Vector) []byte {
	dst = append(dst, '{')
	for i, m := range marks(v) {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), m.site[:]...), `":`...)
		dst = strconv.AppendUint(dst, uint64(m.n), 10)
	}
	return append(dst, '}')
}

func appendSums(dst []byte, sums SiteSums) []byte {
	for i, s := range sums.sites() {
		if i > 0 {
			dst = append(dst, ',')
		}
		dst = append(append(append(dst, '"'), s[:]...), `":"`...)
		dst = append(appendHex(dst, uint64(sums[s]), 16), '"')
	}
	return append(dst, '}')
}

func appendSum(dst []byte, sum Sum) []byte {
	return append(appendHex(append(dst, `,"sum":"`...), uint64(sum), 16), '"')
}

func appendMore(dst []byte, more bool) []byte {
	if more {
		dst = append(dst, `,"more":true`...)
	}
	return append(dst, '}')
}

func appendHex(dst []byte, v uint64, digits int) []byte {
	for shift := 4 * (digits - 1); shift >= 0; shift -= 4 {
		dst = append(dst, "0123456789abcdef"[v>>shift&15])
	}
	return dst
}
