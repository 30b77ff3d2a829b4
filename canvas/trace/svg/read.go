package svg

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"
)

// A node is an element.
type node struct {
	name     string
	attrs    []xml.Attr // names without their namespaces
	children []*node
	line     int
}

// attr is an attribute, trimmed; empty if it is not there.
func (n *node) attr(name string) string {
	for i := range n.attrs {
		if n.attrs[i].Name.Local == name {
			return strings.TrimSpace(n.attrs[i].Value)
		}
	}
	return ""
}

// wrap says where err is.
func (n *node) wrap(err error) error {
	return fmt.Errorf("line %d: %.40s: %w", n.line, n.name, err)
}

var (
	errNone    = errors.New("no SVG")
	errTooLong = fmt.Errorf("more than %d MiB", MaxBytes>>20)
)

const (
	svgSpace   = "http://www.w3.org/2000/svg"
	xlinkSpace = "http://www.w3.org/1999/xlink"
)

// bounded reads up to MaxBytes.
type bounded struct {
	io.Reader
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.Reader.Read(p[:min(len(p), b.left)])
	b.left -= n
	return n, err
}

// read reads the elements. The decoder knows no entities but XML's own five: what a
// document type declares is not followed.
func (d *Document) read(r io.Reader) error {
	dec := xml.NewDecoder(&bounded{r, MaxBytes})
	dec.CharsetReader = charset
	b := builder{doc: d}
	for {
		t, err := dec.RawToken()
		if err == io.EOF {
			break
		}
		line, _ := dec.InputPos()
		if err == nil {
			err = b.token(t, line)
		}
		if err != nil {
			return atLine(err, line, d.root != nil)
		}
	}
	switch {
	case d.root == nil:
		return errNone
	case len(b.open) > 0:
		return fmt.Errorf("it ends within %.40s, which began in line %d", b.open[len(b.open)-1].raw, b.open[len(b.open)-1].line)
	}
	return nil
}

// atLine is err in words that fit behind a file's name. What does not even begin as
// an SVG is none.
func atLine(err error, line int, begun bool) error {
	var syntax *xml.SyntaxError
	switch {
	case errors.Is(err, errTooLong) || errors.Is(err, errNone):
		return err
	case errors.As(err, &syntax) && begun:
		return fmt.Errorf("line %d: %.100s", syntax.Line, syntax.Msg)
	case errors.As(err, &syntax):
		return fmt.Errorf("%w: line %d: %.100s", errNone, syntax.Line, syntax.Msg)
	}
	return fmt.Errorf("line %d: %w", line, err)
}

// An opened is an element that has not ended.
type opened struct {
	raw    string // its name, with its prefix
	node   *node  // nil if nobody looks into it
	spaces map[string]string
	line   int
}

// A builder makes a tree of tokens. Elements of other namespaces are passed over with
// all that is in them.
type builder struct {
	doc      *Document
	open     []opened
	elements int
	bare     bool // no namespace is SVG's, too
	sheet    strings.Builder
}

func (b *builder) token(t xml.Token, line int) error {
	switch t := t.(type) {
	case xml.StartElement:
		return b.start(t, line)
	case xml.EndElement:
		return b.end(rawName(t.Name))
	case xml.CharData:
		if n := len(b.open); n > 0 && b.open[n-1].node != nil && b.open[n-1].node.name == "style" {
			b.sheet.Write(t)
		}
	}
	return nil
}

func rawName(n xml.Name) string {
	if n.Space == "" {
		return n.Local
	}
	return n.Space + ":" + n.Local
}

func (b *builder) start(t xml.StartElement, line int) error {
	if b.elements++; b.elements > MaxElements {
		return fmt.Errorf("more than %d elements", MaxElements)
	}
	if len(b.open) >= MaxDepth {
		return fmt.Errorf("elements more than %d deep in one another", MaxDepth)
	}
	o := opened{raw: rawName(t.Name), spaces: b.spaces(t.Attr), line: line}
	var parent *node
	if len(b.open) > 0 {
		parent = b.open[len(b.open)-1].node
	}
	root := len(b.open) == 0 && b.doc.root == nil
	space, known := o.spaces[t.Name.Space]
	ours := known && space == svgSpace || !known && t.Name.Space == "" && (root || b.bare)
	switch {
	case root && (!ours || t.Name.Local != "svg"):
		return fmt.Errorf("%w: the document is a %.40s", errNone, o.raw)
	case len(b.open) == 0 && !root:
		return fmt.Errorf("%.40s after the end", o.raw)
	case ours && (root || parent != nil):
		o.node = &node{name: t.Name.Local, line: line}
		if parent != nil {
			parent.children = append(parent.children, o.node)
		} else {
			b.doc.root, b.bare = o.node, !known
		}
		b.attributes(o, t.Attr)
	}
	b.open = append(b.open, o)
	return nil
}

// spaces are the namespaces by their prefixes, within an element.
func (b *builder) spaces(attrs []xml.Attr) map[string]string {
	var spaces map[string]string
	if len(b.open) > 0 {
		spaces = b.open[len(b.open)-1].spaces
	}
	shared := true
	for _, a := range attrs {
		prefix := a.Name.Local
		switch {
		case a.Name.Space == "" && prefix == "xmlns":
			prefix = ""
		case a.Name.Space != "xmlns":
			continue
		}
		if shared {
			own := make(map[string]string, len(spaces)+1)
			for k, v := range spaces {
				own[k] = v
			}
			spaces, shared = own, false
		}
		spaces[prefix] = a.Value
	}
	return spaces
}

// attributes keeps those that are SVG's.
func (b *builder) attributes(o opened, attrs []xml.Attr) {
	kept := attrs[:0:0]
	for _, a := range attrs {
		space := o.spaces[a.Name.Space]
		if a.Name.Space == "" || space == svgSpace || space == xlinkSpace || a.Name.Space == "xlink" {
			kept = append(kept, a)
		}
	}
	o.node.attrs = kept
	if id := o.node.attr("id"); id != "" && b.doc.ids[id] == nil {
		b.doc.ids[id] = o.node
	}
}

func (b *builder) end(raw string) error {
	n := len(b.open)
	if n == 0 || b.open[n-1].raw != raw {
		return fmt.Errorf("an end of %.40s, which is not open", raw)
	}
	if node := b.open[n-1].node; node != nil && node.name == "style" {
		if kind := node.attr("type"); kind == "" || kind == "text/css" {
			b.doc.addSheet(b.sheet.String())
		}
		b.sheet.Reset()
	}
	b.open = b.open[:n-1]
	return nil
}

// charset reads the encodings that old programs write.
func charset(label string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(label) {
	case "utf-8", "utf8", "us-ascii", "ascii":
		return r, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return charmap.Windows1252.NewDecoder().Reader(r), nil
	}
	return nil, fmt.Errorf("its encoding is %.20q: only UTF-8 and Latin 1 are read", label)
}
