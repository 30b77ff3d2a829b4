package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/term"
)

// ui is all of standard error: what is there for people to read.
//
// Everything is said in one line. Only a terminal sees lines that are drawn
// again, and color only where NO_COLOR is empty or unset (https://no-color.org).
// Whoever pipes standard error into a file gets plain, finished lines.
//
// Methods may be called concurrently.
type ui struct {
	terminal bool
	color    bool
	width    int  // columns; zero where there is no terminal
	quiet    bool // only what went wrong is told; set before anything is

	mu     sync.Mutex
	w      io.Writer
	status bool // an unfinished line is on the terminal
}

// newUI returns the ui that writes to w.
func newUI(w io.Writer) *ui {
	u := &ui{w: w}
	if f, ok := w.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		u.terminal = true
		u.color = os.Getenv("NO_COLOR") == ""
		u.width, _, _ = term.GetSize(int(f.Fd())) // zero: not cut
	}
	return u
}

// The only escape sequences in use (ECMA-48).
const (
	escEraseLine = "\r\x1b[K"
	escRed       = "\x1b[31m"
	escYellow    = "\x1b[33m"
	escReset     = "\x1b[0m"
)

// say tells something, in one line.
func (u *ui) say(format string, args ...any) {
	if !u.quiet {
		u.detail(format, args...)
	}
}

// detail tells more of what went wrong, in one line.
func (u *ui) detail(format string, args ...any) {
	u.line("", fmt.Sprintf(format, args...))
}

// warn tells that something went wrong, and that the rest goes on.
func (u *ui) warn(format string, args ...any) {
	u.line(escYellow, "drawbot: "+fmt.Sprintf(format, args...))
}

// fail tells why the program ends.
func (u *ui) fail(err error) {
	u.line(escRed, "drawbot: "+err.Error())
}

// line writes one finished line.
func (u *ui) line(color, text string) {
	text = printable(text)
	if u.color && color != "" {
		text = color + text + escReset
	}
	u.mu.Lock()
	defer u.mu.Unlock()

	if u.status {
		text = escEraseLine + text
		u.status = false
	}
	fmt.Fprintln(u.w, text) // there is nobody left to tell if this fails
}

// progress shows how things stand, in a line that the next one replaces. It
// does nothing where there is no terminal, or nobody wants to know.
func (u *ui) progress(format string, args ...any) {
	if !u.terminal || u.quiet {
		return
	}
	text := []rune(printable(fmt.Sprintf(format, args...)))
	if u.width > 0 && len(text) >= u.width {
		text = text[:u.width-1] // a full line would wrap, and could not be erased
	}
	u.mu.Lock()
	defer u.mu.Unlock()

	fmt.Fprint(u.w, escEraseLine+string(text))
	u.status = true
}

// erase takes away what progress shows, for others write to the terminal, too.
func (u *ui) erase() {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.status {
		fmt.Fprint(u.w, escEraseLine)
		u.status = false
	}
}

func isJoiner(r rune) bool { return r == '\u200c' || r == '\u200d' }

// printable is s without characters that could move the cursor, turn the text
// around or hide some: the names of strangers are shown on the terminal. What
// joins letters or emoji in them stays, and the tags of flags.
func printable(s string) string {
	const blackFlag = '\U0001f3f4'
	var last rune
	return strings.Map(func(r rune) rune {
		joins := isJoiner(r) && last > unicode.MaxASCII && !isJoiner(last)
		tags := r >= '\U000e0020' && r <= '\U000e007f' && (last == blackFlag || last >= '\U000e0020' && last < '\U000e007f')
		if !unicode.IsPrint(r) && !joins && !tags {
			r = '\uFFFD'
		}
		last = r
		return r
	}, s)
}

// count is "1 segment", "2 segments".
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// lines is a ui as a writer of whole lines, for logs.
type lines struct{ *ui }

func (l lines) Write(p []byte) (int, error) {
	l.say("%s", strings.TrimRight(string(p), "\n"))
	return len(p), nil
}
