package bom

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func TestNewReader(t *testing.T) {
	tests := []struct {
		name, text, want string
		err              error
	}{
		{"plain", "A=1\n", "A=1\n", nil},
		{"marked", "\xef\xbb\xbfA=1\n", "A=1\n", nil},
		{"only_the_first", "\xef\xbb\xbf\xef\xbb\xbfA", "\xef\xbb\xbfA", nil},
		{"a_part_of_a_mark", "\xef\xbb", "\xef\xbb", nil},
		{"only_a_mark", "\xef\xbb\xbf", "", nil},
		{"empty", "", "", nil},
		{"one_byte", "A", "A", nil},
		{"utf16_little", "\xff\xfeA\x00", "", ErrUTF16},
		{"utf16_big", "\xfe\xff\x00A", "", ErrUTF16},
		{"utf16_little_unmarked", "A\x00=\x00", "", ErrUTF16},
		{"utf16_big_unmarked", "\x00A\x00=", "", ErrUTF16},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := io.ReadAll(NewReader(iotest.OneByteReader(strings.NewReader(tt.text))))
			if string(got) != tt.want || !errors.Is(err, tt.err) {
				t.Errorf("got %q, %v, want %q, %v", got, err, tt.want, tt.err)
			}
			if trimmed, err := Trim([]byte(tt.text)); !errors.Is(err, tt.err) || err == nil && string(trimmed) != tt.want {
				t.Errorf("trimmed: got %q, %v, want %q, %v", trimmed, err, tt.want, tt.err)
			}
		})
	}
}
