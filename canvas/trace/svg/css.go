package svg

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// A selector is one of a type, classes and an id: path.thin#roof.
type selector struct {
	element, id string // empty: any
	classes     []string
}

// specificity orders selectors (Selectors 3, section 9).
func (s selector) specificity() int {
	v := len(s.classes) << 8
	if s.id != "" {
		v += 1 << 20
	}
	if s.element != "" {
		v++
	}
	return v
}

func (s selector) matches(n *node, classes []string) bool {
	if s.element != "" && s.element != n.name || s.id != "" && s.id != n.attr("id") {
		return false
	}
	for _, c := range s.classes {
		if !slices.Contains(classes, c) {
			return false
		}
	}
	return true
}

// A rule is the declarations for one selector.
type rule struct {
	selector
	declarations []declaration
}

// A declaration is what a property is to be.
type declaration struct {
	property, value string
	important       bool
}

// maxRules bounds what each element is compared with.
const maxRules = 2000

// addSheet takes in a style sheet. What is not simple is left out, and named.
func (d *Document) addSheet(text string) {
	text = withoutComments(text)
	for text != "" {
		head, body, rest := cutBlock(text)
		text = rest
		if head == "" {
			continue
		}
		if head[0] == '@' {
			name, _, _ := strings.Cut(head, " ")
			if name != "@charset" {
				d.notes.add(fmt.Sprintf("CSS's %.40s", name))
			}
			continue
		}
		declarations := parseDeclarations(body)
		for _, one := range strings.Split(head, ",") {
			one = strings.TrimSpace(one)
			s, ok := parseSelector(one)
			if !ok || len(d.rules) >= maxRules {
				d.notes.add(fmt.Sprintf("the CSS selector %.40q", one))
				continue
			}
			d.rules = append(d.rules, rule{s, declarations})
		}
	}
	slices.SortStableFunc(d.rules, func(a, b rule) int { return cmp.Compare(a.specificity(), b.specificity()) })
}

func withoutComments(text string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "/*")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		b.WriteByte(' ')
		_, text, _ = strings.Cut(after, "*/")
	}
}

// cutBlock cuts off what comes first: up to a semicolon, as @import does, or with a
// block in braces, in which there may be others.
func cutBlock(text string) (head, body, rest string) {
	end := strings.IndexAny(text, "{;}")
	if end < 0 {
		return strings.TrimSpace(text), "", ""
	}
	head = strings.TrimSpace(text[:end])
	if text[end] != '{' {
		return head, "", text[end+1:]
	}
	depth := 0
	for i := end; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			if depth--; depth == 0 {
				return head, text[end+1 : i], text[i+1:]
			}
		}
	}
	return head, text[end+1:], ""
}

func parseDeclarations(text string) (list []declaration) {
	for one := range strings.SplitSeq(text, ";") {
		property, value, ok := strings.Cut(one, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		important := false
		if before, mark, found := strings.Cut(value, "!"); found && strings.EqualFold(strings.TrimSpace(mark), "important") {
			value, important = strings.TrimSpace(before), true
		}
		list = append(list, declaration{strings.ToLower(strings.TrimSpace(property)), value, important})
	}
	return list
}

// parseSelector reads a selector of one element.
func parseSelector(text string) (s selector, ok bool) {
	if text == "" {
		return s, false
	}
	end := strings.IndexAny(text, ".#")
	if end < 0 {
		end = len(text)
	}
	if s.element = text[:end]; s.element == "*" {
		s.element = ""
	} else if s.element != "" && !isName(s.element) {
		return s, false
	}
	for rest := text[end:]; rest != ""; {
		mark := rest[0]
		end := strings.IndexAny(rest[1:], ".#") + 1
		if end == 0 {
			end = len(rest)
		}
		name := rest[1:end]
		rest = rest[end:]
		switch {
		case !isName(name) || mark == '#' && s.id != "":
			return s, false
		case mark == '#':
			s.id = name
		default:
			s.classes = append(s.classes, name)
		}
	}
	return s, true
}

// isName reports whether text is a name in CSS, without escapes.
func isName(text string) bool {
	return text != "" && strings.IndexFunc(text, func(r rune) bool {
		return r < 0x80 && r != '-' && r != '_' && !(r >= '0' && r <= '9') && !(r|0x20 >= 'a' && r|0x20 <= 'z')
	}) < 0
}
