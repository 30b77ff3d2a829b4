package render

import (
	"strings"
	"unicode"
)

// printable is s without characters that could move the cursor or turn the text
// around: servers and strangers have a say in what causes are called.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return '\uFFFD'
		}
		return r
	}, s)
}
