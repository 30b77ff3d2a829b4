package main

import (
	"bytes"
	"compress/zlib"
	"context"
	"io"
	"regexp"
	"strconv"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// print is the PDF of what comes out of a printer.
func (p *page) print() (pdf []byte) {
	p.t.Helper()
	yes := true
	p.do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		got, err := cdp.Call(ctx, t, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PreferCSSPageSize: &yes, PrintBackground: &yes})
		if err == nil {
			pdf = got.Data
		}
		return err
	}))
	return pdf
}

// What a PDF has that matters here: pages and their sizes, what is painted on them, and in
// that, how it is scaled and moved, and a red line.
var (
	pdfPage   = regexp.MustCompile(`(?s)/Type /Page\b.*?/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]`)
	pdfStream = regexp.MustCompile(`(?s)stream\r?\n(.*?)endstream`)
	pdfMatrix = regexp.MustCompile(`([-\d.]+) 0 0 ([-\d.]+) ([-\d.]+) ([-\d.]+) cm`)
	pdfLine   = regexp.MustCompile(`1 0 0 RG (?s:.*?)\n([-\d.]+) ([-\d.]+) m\n([-\d.]+) ([-\d.]+) l\nS\n`)
)

// numbers are those that a match has.
func numbers(t *testing.T, match [][]byte) (list []float64) {
	t.Helper()
	if match == nil {
		t.Fatal("what is printed has not what it should have")
	}
	for _, m := range match[1:] {
		v, err := strconv.ParseFloat(string(m), 64)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}

// On paper is the whole drawing, as large as it can be, on one page that lies if the drawing
// does; and nothing else of the page.
func TestPrint(t *testing.T) {
	t.Parallel()
	s := openStudio(t)
	for _, tt := range []struct {
		name       string
		x, y, u, v float64 // of a line
		wide       bool
	}{
		{"wide", -600, -200, 2600, 900, true},
		{"high", 100, -400, 300, 1800, false},
	} {
		s.clear()
		s.draw(redLine(tt.x, tt.y, tt.u, tt.v))
		if tt.name == "high" {
			s.do(click("#paper")) // which is of no matter on paper
			eval[any](s.page, unfold, "help")
		}
		pdf := s.print()
		pages := pdfPage.FindAllSubmatch(pdf, -1)
		if len(pages) != 1 || bytes.Contains(pdf, []byte("/Font")) {
			t.Fatalf("%s: got %d pages, words on them: %v; want one, and no words", tt.name, len(pages), bytes.Contains(pdf, []byte("/Font")))
		}
		paper := numbers(t, pages[0])
		if (paper[0] > paper[1]) != tt.wide {
			t.Errorf("%s: the paper is %v × %v", tt.name, paper[0], paper[1])
		}
		stream, err := zlib.NewReader(bytes.NewReader(pdfStream.FindSubmatch(pdf)[1]))
		if err != nil {
			t.Fatal(err)
		}
		painted, err := io.ReadAll(stream)
		if err != nil {
			t.Fatal(err)
		}
		if n := bytes.Count(painted, []byte("\nS\n")) + bytes.Count(painted, []byte("\nf\n")) + bytes.Count(painted, []byte(" Do\n")); n != 1 {
			t.Errorf("%s: %d things are painted, want the line: %s", tt.name, n, painted)
		}
		ends := numbers(t, pdfLine.FindSubmatch(painted))
		matrices := pdfMatrix.FindAllSubmatch(painted, -1)
		for i := len(matrices) - 1; i >= 0; i-- {
			m := numbers(t, matrices[i])
			for j := range ends {
				ends[j] = ends[j]*m[j%2] + m[2+j%2]
			}
		}
		across, down := ends[2]-ends[0], ends[1]-ends[3]
		if min(ends[0], ends[1], ends[2], ends[3]) < 28 || max(ends[0], ends[2]) > paper[0]-28 || max(ends[1], ends[3]) > paper[1]-28 || (across < 0.85*paper[0] && down < 0.85*paper[1]) {
			t.Errorf("%s: on %v the line is from %v to %v", tt.name, paper, ends[:2], ends[2:])
		}
	}
}
