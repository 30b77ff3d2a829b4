// Package numbered counts files whose names bear numbers.
package numbered

import (
	"os"
	"strconv"
	"strings"
)

// Last is the highest number in a folder's names that are one between prefix and
// suffix; 0 if there are none.
func Last(dir, prefix, suffix string) (last int, err error) {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		text, ours := strings.CutPrefix(e.Name(), prefix)
		text, too := strings.CutSuffix(text, suffix)
		if !ours || !too || strings.Trim(text, "0123456789") != "" {
			continue
		}
		const most = 1e9 // what is larger is no number of ours
		if n, err := strconv.Atoi(text); err == nil && n < most {
			last = max(last, n)
		}
	}
	return last, err
}
