package main

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// padding makes a message as long as what pages relay is, of which there are a
// description of 1.3 KB and some candidates of 250 bytes for each side of a link.
var padding = strings.Repeat("x", 400)

const dueKey = `{"due":`

func message(due time.Duration) string {
	return fmt.Sprintf(`%s%d,"padding":"%s"}`, dueKey, due.Microseconds(), padding)
}

// dueOf is when a message was due that the line of an event holds.
func dueOf(line []byte) (time.Duration, bool) {
	_, after, ok := bytes.Cut(line, []byte(dueKey))
	number, _, _ := bytes.Cut(after, []byte(","))
	us, err := strconv.ParseInt(string(number), 10, 64)
	return time.Duration(us) * time.Microsecond, ok && err == nil
}
