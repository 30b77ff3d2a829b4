package docs

import (
	"fmt"
	"regexp"
	"strings"
)

// A block is one of commands, and of what they print, or a file to be saved.
type block struct {
	line  int    // where it begins
	why   string // it is not played; empty: it is
	stays bool   // its commands go on until the document ends
	steps []step

	file, text string // its name, and what is in it
}

type step struct {
	command string
	shown   []string // of what it prints, but for empty lines
}

var (
	prompt  = regexp.MustCompile(`^(?:[a-z]+)?\$ (.*)$`)
	comment = regexp.MustCompile(`^<!-- (?:not played: (.+)|(stays)|saved as ([a-z.]+)) -->$`)
	looks   = regexp.MustCompile(`^(?:bin/)?(?:drawbot|drawmesh-server|make|curl|jq|go (?:test|run|build)) `) // like a command
)

// parse returns the blocks of commands of a document.
func parse(text string) (blocks []block, err error) {
	var marked, b block
	language, fenced := "", false
	for i, line := range strings.Split(text, "\n") {
		if after, ok := strings.CutPrefix(line, "```"); ok {
			if fenced && (len(b.steps) > 0 || b.file != "") {
				blocks = append(blocks, b)
			}
			fenced, language = !fenced, after
			b, marked = marked, block{}
			b.line = i + 1
			continue
		}
		indented := !fenced && strings.HasPrefix(line, "    ")
		switch {
		case fenced && b.file != "":
			b.text += line + "\n"
		case fenced && language != "":
		case fenced && prompt.MatchString(line):
			b.steps = append(b.steps, step{command: prompt.FindStringSubmatch(line)[1]})
		case (fenced && b.why == "" || indented) && looks.MatchString(strings.TrimSpace(line)+" "):
			return blocks, fmt.Errorf("line %d: a command without $: %s", i+1, strings.TrimSpace(line))
		case fenced && len(b.steps) > 0 && line != "":
			last := &b.steps[len(b.steps)-1]
			last.shown = append(last.shown, line)
		case !fenced && line != "":
			marked = block{}
			if m := comment.FindStringSubmatch(line); m != nil {
				marked.why, marked.stays, marked.file = m[1], m[2] != "", m[3]
			}
		}
	}
	return blocks, nil
}

var (
	number = regexp.MustCompile(`\b[0-9]+(?:\.[0-9]+)?\b`)
	varies = regexp.MustCompile(`[0-9A-Za-z]*…|` + number.String()) // from one play to the next
)

// pattern is what a line that is shown stands for: numbers may be others, but not
// zero where they are not, and … is anything.
func pattern(shown string) *regexp.Regexp {
	text, from := "", 0
	for _, at := range varies.FindAllStringIndex(shown, -1) {
		text += regexp.QuoteMeta(shown[from:at[0]])
		switch what := shown[at[0]:at[1]]; {
		case strings.HasSuffix(what, "…"):
			text += `.*`
		case strings.Trim(what, "0.") == "":
			text += `(0(?:\.0+)?)`
		default:
			text += `([0-9.]*[1-9][0-9.]*)`
		}
		from = at[1]
	}
	return regexp.MustCompile("^" + text + regexp.QuoteMeta(shown[from:]) + "$")
}

// compare says how what a block printed differs from what is shown. Commands in
// the background print when they like, so the order is free. Numbers of three
// digits and more are the same wherever the text shows the same.
func compare(shown, got []string, numbers map[string]string) error {
	left := append([]string(nil), got...)
next:
	for _, line := range shown {
		p := pattern(line)
		for i, printed := range left {
			if m := p.FindStringSubmatch(printed); m != nil && agree(number.FindAllString(line, -1), m[1:], numbers) {
				left = append(left[:i:i], left[i+1:]...)
				continue next
			}
		}
		return fmt.Errorf("got %q, want %q in it", got, line)
	}
	if len(left) > 0 {
		return fmt.Errorf("got %q too", left)
	}
	return nil
}

// agree takes note of what numbers are here that the text shows.
func agree(shown, got []string, numbers map[string]string) bool {
	for i, s := range shown {
		if known, ok := numbers[s]; ok && known != got[i] {
			return false
		}
	}
	for i, s := range shown {
		if len(s) >= 3 && !strings.Contains(s, ".") {
			numbers[s] = got[i]
		}
	}
	return true
}
