package main

import (
	"bufio"
	"io"
	"iter"
	"strings"
)

// maxShort bounds a line that is shown of what a program says, in bytes.
const maxShort = 1000

// shortLines yields lines without their ends, of which what is longer than maxShort
// is left out.
func shortLines(r io.Reader) iter.Seq[string] {
	return func(yield func(string) bool) {
		in := bufio.NewReader(r)
		for {
			piece, err := in.ReadSlice('\n')
			line := strings.TrimRight(string(piece[:min(len(piece), maxShort)]), "\r\n")
			for err == bufio.ErrBufferFull {
				_, err = in.ReadSlice('\n')
			}
			if len(piece) > 0 && !yield(strings.ToValidUTF8(line, "\uFFFD")) || err != nil {
				return
			}
		}
	}
}
