// Package bom deals with byte order marks: editors and shells of Windows put one
// at the beginning of a text.
package bom

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
)

// UTF8 is the mark of a text in UTF-8, where it says nothing.
const UTF8 = "\ufeff"

// ErrUTF16 means that a text is in another encoding than all that is read here.
var ErrUTF16 = errors.New("it is in UTF-16: save it as UTF-8")

// Check says whether a text of ASCII at its beginning is in UTF-16, by its first
// two bytes. Fewer are in no encoding that can be told.
func Check(head []byte) error {
	for _, begins := range []string{"\xff\xfe", "\xfe\xff"} {
		if bytes.HasPrefix(head, []byte(begins)) {
			return ErrUTF16
		}
	}
	if len(head) >= 2 && (head[0] == 0) != (head[1] == 0) {
		return ErrUTF16
	}
	return nil
}

// Trim returns a text without its mark.
func Trim(text []byte) ([]byte, error) {
	return bytes.TrimPrefix(text, []byte(UTF8)), Check(text)
}

// ReadFile reads a text without its mark.
func ReadFile(path string) ([]byte, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	text, err = Trim(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return text, nil
}

// NewReader returns a reader of what r has, without its mark. A text in UTF-16
// gives [ErrUTF16].
func NewReader(r io.Reader) io.Reader { return &reader{in: bufio.NewReader(r)} }

type reader struct {
	in    *bufio.Reader
	begun bool
}

func (r *reader) Read(p []byte) (int, error) {
	if !r.begun {
		r.begun = true
		head, _ := r.in.Peek(len(UTF8)) // what is wrong, Read will find
		if err := Check(head); err != nil {
			r.begun = false // for whoever asks again
			return 0, err
		}
		if string(head) == UTF8 {
			r.in.Discard(len(UTF8))
		}
	}
	return r.in.Read(p)
}
