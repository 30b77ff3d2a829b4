package main

import (
	"path/filepath"
	"slices"
	"strings"
)

// formatOf is the kind of file that a name asks for: its extension, of which what
// is compressed may have two. A log need not say that it is one.
func formatOf(path string) string {
	base := strings.ToLower(filepath.Base(path))
	rest, compressed := strings.CutSuffix(base, ".gz")
	format := strings.TrimPrefix(filepath.Ext(rest), ".")
	switch {
	case !compressed:
		return format
	case slices.Contains(formats, format):
		return format + ".gz"
	}
	return "ndjson.gz"
}

// formats are those that a name promises.
var formats = []string{
	"png", "apng", "svg", "gif", "mp4", "webm", "ndjson", "json", "html", // what drawbot writes somewhere
	"avif", "bmp", "csv", "htm", "jpeg", "jpg", "mov", "pdf", "room", "tif", "tiff", "txt", "webp", "xml", "zip",
}

// checkFormat returns the format in which an output is written, of those that
// there are. A name that promises another is refused; one that promises nothing
// gets the first.
func checkFormat(flag, path string, there ...string) (string, error) {
	format := formatOf(path)
	switch {
	case slices.Contains(there, format):
		return format, nil
	case slices.Contains(formats, strings.TrimSuffix(format, ".gz")):
		return "", misused("%s %s: a .%s is not what is written there: give a name that ends in .%s", flag, path, format, strings.Join(there, ", ."))
	}
	return there[0], nil
}
