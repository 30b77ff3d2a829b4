package canvas

import (
	"bytes"
	"compress/flate"
	"slices"
	"strings"
	"testing"
)

func frameVector(t *testing.T, s *script) {
	s.v.Why = "Frames do as their runs one by one; a damaged one does nothing at all."
	raw := func(payload string) []byte { return rawFrame(t, payload) }
	// One segment of Ana's, by hand: from 1,2 to 3,4 with force 1, at the time 1.
	s.ana.write(Segment{Point{1, 2}, Point{3, 4}, 1, Color{1, 2, 3, 255}}, 1, 1)
	key, sig := s.ana.Key(), s.ana.run(1, 1).Sig
	columns := "\x02\x01\x01" + "\x01\x01" + "\x02\x01\x01" + // kind 1; t 1; k = n
		"\x02\x02\x04" + "\x02\x00\x00" + "\x02\x04\x04" + "\x02\x00\x00" + // x 1 then +2, y 2 then +2
		"\x02\xd0\x0f" + "\x05\x01\x02\x03\xff\x01" + "\x02\x00\x01" + "\x00" // force 1000, color, nobody's, no other kind
	one := "\x01\x01" + string(key[:]) + "\x01\x00\x01\x01\xc8\x01" + string(sig[:]) + columns // 1 site by key; 1 run: first 1, 1 row, scale 100 straight
	s.frame(raw(one), "taken 1")
	s.frame(raw(one), "known")
	site := key.Site()
	s.frame(raw("\x01\x00"+string(site[:])+one[2+len(key):]), "known") // by site
	s.frame(raw("\x00\x00"+strings.Repeat("\x00", 11)), "known")
	for i := range len(one) {
		s.frame(raw(one[:i]), "damaged")
	}
	s.frame(raw(one+"\x00"), "damaged")
	s.frame(raw("\x00\x00\x05"), "damaged")
	s.frame(raw("\x00\x00"+strings.Repeat("\x00", 10)), "damaged")
	s.frame(raw("\x00\x00"+strings.Repeat("\x00", 12)), "damaged")
	s.frame(raw("\x00\x00\x01\x00"+strings.Repeat("\x00", 10)), "damaged")
	run := "\x01\x00\x01\x01\xc8\x01" // one run, of site 0, first 1, 1 row, shape
	for _, edit := range [][2]string{
		{"\x01\x01" + string(key[:]), "\x01\x02" + string(key[:])}, // neither by site nor by key
		{run, "\x01\x01\x01\x01\xc8\x01"}, {run, "\x01\x00\x00\x01\xc8\x01"}, {run, "\x01\x00\x01\x02\xc8\x01"}, {run, "\x01\x00\x01\x81\x02\xc8\x01"},
		{run, "\x01\x00\x01\x01\x00"}, {run, "\x01\x00\x01\x01\x80\x80\x80\x80\x10"}, {run, "\x01\x00\x02\x01\xc8\x01"}, // the chain is missing
		{columns, "\x02\x06" + columns[2:]}, {columns, "\x02\x01\x02" + columns[3:]}, {"\x01\x01\x02\x01\x01\x02\x02", "\x01\x00\x02\x01\x01\x02\x02"}, {"\x01\x01\x02\x01\x01\x02\x02", "\x01\x01\x02\x03\x01\x02\x02"},
		{"\x02\xd0\x0f", "\x01\x00"}, {"\x02\xd0\x0f", "\x02\xc2\x3e"}, {"\x05\x01\x02\x03\xff\x01", "\x05\x01\x02\x03\xff\x00"}, {"\x02\x00\x01\x00", "\x03\x01 \x01\x00"},
		{"\x02\x00\x01\x00", "\x02\x00\x01\x01\x00"},
	} {
		if strings.Count(one, edit[0]) != 1 {
			t.Fatalf("%q is there %d times", edit[0], strings.Count(one, edit[0]))
		}
		s.frame(raw(strings.Replace(one, edit[0], edit[1], 1)), "damaged")
	}
	frame := raw(one)
	s.frame(append(slices.Clone(frame), 0), "damaged")
	s.frame(frame[:len(frame)-1], "damaged")
	s.frame(frame[:3], "damaged")
	s.frame(append([]byte("N"), frame[1:]...), "damaged")
	for i := 1; i < 4; i++ {
		other := slices.Clone(frame)
		other[i] = 9
		s.frame(other, "unknown")
	}
	s.frame(raw(one+strings.Repeat("\x00", 1<<20)), "damaged")
	spoilt := strings.Replace(one, string(sig[:]), "\x00"+string(sig[1:]), 1)
	s.frame(raw(spoilt), "known") // its chain is held: nobody looks at the signature
	s.bo.write(at(1), t0, 1).write(at(2), t0+1, 1).write(at(3), t0+2, 1)
	bad := s.bo.run(1, 2)
	bad.Sig[7] ^= 1
	s.frame(frameOf(bad, s.ana.write(at(4), t0+5, 1).run(2, 2)), "taken 1 bad 1")
	bad = s.bo.run(1, 2)
	bad.rows[0].pen++
	s.frame(frameOf(bad), "bad 1")
	s.frame(frameOf(s.bo.run(1, 1), s.bo.run(2, 3)), "taken 2") // the second follows
	bad = s.bo.write(at(5), t0+9, 1).run(4, 4)
	bad.Before[0] ^= 1
	s.frame(frameOf(bad), "bad 1")
	bad = s.bo.run(4, 4)
	bad.Key, bad.Site = s.cy.Key(), s.cy.Site()
	s.frame(frameOf(bad), "bad 1")
	unknown := s.cy.write(at(1), t0, 1).run(1, 1)
	unknown.Key = PublicKey{}
	s.frame(frameOf(unknown), "gap 1") // whose key nobody has told
	s.frame(append(frameOf(s.cy.run(1, 1)), make([]byte, MaxFrame)...), "damaged")
}

// rawFrame deflates a payload, well-made or not.
func rawFrame(t testing.TB, payload string) []byte {
	var b bytes.Buffer
	b.WriteString("M\x02\x01\x00")
	w, err := flate.NewWriter(&b, flate.BestCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(payload)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
