package canvas

import "strconv"

// AppendMessage appends the wire form of m to dst. An Entry's is that of its
// op, which plain peers read, and its stamp; it names the Site unless that is
// zero, as in what is sent by its own author. So does a Head, and its Key if it
// has one.
func AppendMessage(dst []byte, m Message) []byte {
	switch m := m.(type) {
	case Entry:
		return appendEntry(dst, m)
	case Head:
		return appendHead(dst, m)
	case Clear:
		if m == (Clear{}) {
			return AppendOp(dst, m)
		}
		dst = strconv.AppendUint(append(dst, `{"event":"clear","t":`...), m.T, 10)
		dst = appendMember(dst, "key", m.Key.String())
		return append(appendMember(dst, "sig", m.Sig.String()), '}')
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
	case Other:
		dst = append(append(append(dst, `{"event":"`...), op.Name...), '"')
		if members := op.Payload[1 : len(op.Payload)-1]; members != "" {
			dst = append(append(dst, ','), members...)
		}
	case Shape:
		dst = AppendOp(dst, op)
		dst = dst[:len(dst)-1] // its brace
	}
	dst = strconv.AppendUint(append(dst, `,"n":`...), uint64(e.N), 10)
	dst = strconv.AppendUint(append(dst, `,"t":`...), e.T, 10)
	dst = strconv.AppendUint(append(dst, `,"k":`...), uint64(e.K), 10)
	if e.Site != (Site{}) {
		dst = appendMember(dst, "o", e.Site.String())
	}
	if e.By != "" {
		dst = appendMember(dst, "by", e.By)
	}
	return append(dst, '}')
}

func appendHead(dst []byte, h Head) []byte {
	dst = strconv.AppendUint(append(dst, `{"event":"head","n":`...), uint64(h.N), 10)
	if h.Site != (Site{}) {
		dst = appendMember(dst, "o", h.Site.String())
	}
	if h.Key != (PublicKey{}) {
		dst = appendMember(dst, "key", h.Key.String())
	}
	return append(appendMember(dst, "sig", h.Sig.String()), '}')
}

// appendMember appends a member whose value needs no escape.
func appendMember(dst []byte, name, value string) []byte {
	dst = append(append(append(dst, `,"`...), name...), `":"`...)
	return append(append(dst, value...), '"')
}
