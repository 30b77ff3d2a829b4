package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"drawmesh/canvas"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/signaling"
)

// verifyCommand proves recordings and pictures of them.
type verifyCommand struct {
	Files []string `arg:"" name:"log" placeholder:"FILE" help:"The recordings, and a PNG that should be theirs; - is standard input."`
	pictureFlags
	At      recording.Moment `placeholder:"TIME|N" help:"The picture is of this moment."`
	Only    []string         `placeholder:"USER" help:"The picture has only what these people drew."`
	Without []string         `placeholder:"USER" help:"The picture lacks what these people drew."`
	Open    bool             `help:"Accept a log without an end, as one has whose recorder was killed or is still at work."`
}

// Help is the text between the summary and the flags.
func (verifyCommand) Help() string {
	return `Each log is whole: no byte of it has been changed, no line is missing, no entry of anybody is, and the operations come to the drawing that the recorder had. Of each author it says "signed", or from which entry on no signature covers what is there, which is as the recorder heard it. A file may hold several recordings; each has to be whole. With a picture: this is the drawing that the logs make together, pixel by pixel. A picture that record, snap or render wrote says itself how it was made; of another one, flags do.`
}

func (verifyCommand) examples() string {
	return `
Examples:
  $ drawbot verify monday.ndjson tuesday.ndjson.gz both.png
  $ drawbot verify --open studio.ndjson.gz
`
}

func (c *verifyCommand) run(ctx context.Context, e env, u *ui) error {
	if dashes := len(c.Files) - len(slices.DeleteFunc(slices.Clone(c.Files), func(f string) bool { return f == "-" })); dashes > 1 {
		return misused("standard input holds the log or the picture, not both")
	}
	in, err := openLogs(ctx, c.Files, e.in, u.warn)
	if err != nil {
		return err
	}
	image, err := takePicture(ctx, in)
	if err != nil {
		return err
	}
	for _, src := range in.files {
		proof, err := c.prove(ctx, src)
		if err != nil {
			return orInterrupted(ctx, err, "%s is not proved", src.Name)
		}
		u.say("%s is whole: %s", src.Name, summary(proof))
		sayAuthors(u, proof)
	}
	if image == nil {
		return nil
	}
	l, err := c.check(ctx, *image, in)
	if err != nil {
		return orInterrupted(ctx, err, "%s is not proved", image.Name)
	}
	u.say("%s is its picture: %s", image.Name, pixels(l))
	return nil
}

// takePicture takes the picture out of the logs, if there is one.
func takePicture(ctx context.Context, l *logs) (image *recording.Source, err error) {
	var rest []recording.Source
	for _, src := range l.files {
		is, err := awaited(ctx, func() (bool, error) { return isPNG(src) })
		switch {
		case err != nil:
			return nil, orInterrupted(ctx, fmt.Errorf("%s: %w", src.Name, causeOnPath(err)), "%s was not read", src.Name)
		case !is:
			rest = append(rest, src)
		case image != nil:
			return nil, misused("%s and %s are pictures: there is one at most", image.Name, src.Name)
		default:
			image = &src
		}
	}
	if l.files = rest; len(rest) == 0 {
		return nil, misused("%s is a picture: of which log?", image.Name)
	}
	return image, nil
}

// isPNG reports whether something is a picture, or should be one by its name.
func isPNG(s recording.Source) (bool, error) {
	f, err := s.Open()
	if err != nil {
		return false, err
	}
	defer f.Close()
	head := make([]byte, len(picture.Signature))
	_, err = io.ReadFull(f, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil // it is short
	}
	return string(head) == picture.Signature || formatOf(s.Name) == "png", err
}

// prove proves a log.
func (c *verifyCommand) prove(ctx context.Context, src recording.Source) (recording.Proof, error) {
	f, err := src.Open()
	if err != nil {
		return recording.Proof{}, fmt.Errorf("%s: %w", src.Name, err)
	}
	defer f.Close()
	proof, err := recording.Prove(ctx, f, recording.ProveOptions{Open: c.Open})
	switch {
	case errors.As(err, new(*recording.EndError)):
		return proof, fmt.Errorf("%s: %w; what is before the last check is whole (see --open)", src.Name, err)
	case err != nil:
		return proof, fmt.Errorf("%s: %w", src.Name, err)
	}
	for _, a := range proof.Authors {
		if a.Refuted > 0 {
			return proof, fmt.Errorf("%s: %s has not signed what is there: entry %d is the first that may be another", src.Name, authorOf(a), a.Refuted)
		}
	}
	return proof, nil
}

// summary is what has been proved.
func summary(p recording.Proof) string {
	text := count(p.Ops, "operation")
	if p.Recordings > 1 {
		text = count(p.Recordings, "recording") + ", " + text
	}
	of := func(n int, one, several string) string {
		if p.Recordings == 1 {
			return one
		}
		return fmt.Sprintf("%d of them %s", n, several)
	}
	if p.Unchecked > 0 {
		text += "; but " + of(p.Unchecked, "of version 1, which has no checks: its bytes prove nothing", "of version 1, which has no checks: their bytes prove nothing")
	}
	if p.Unsigned > 0 {
		text += "; as the recorder heard it, for " + of(p.Unsigned, "it is of version 2, which nobody signs", "are of version 2, which nobody signs")
	}
	if p.Endless > 0 {
		text += "; " + of(p.Endless, "it has no end", "without an end")
	}
	return text
}

// maxAuthors bounds how many authors are told of one by one.
const maxAuthors = 50

// sayAuthors says how far each author has signed what they drew, and who lied: at
// first those of whom that is not all.
func sayAuthors(u *ui, p recording.Proof) {
	signed := func(a recording.Signed) bool { return !a.Void && a.Uncovered == 0 }
	list := slices.Clone(p.Authors)
	slices.SortStableFunc(list, func(a, b recording.Signed) int {
		switch {
		case signed(a) == signed(b):
			return 0
		case signed(a):
			return 1
		}
		return -1
	})
	for i, a := range list {
		if i == maxAuthors {
			rest := list[i:]
			all := len(slices.DeleteFunc(slices.Clone(rest), signed))
			u.say("  and %s: %d signed, %d as the recorder heard it", count(len(rest), "author"), len(rest)-all, all)
			return
		}
		u.say("  %s: %s", authorOf(a), wordsOf(a))
	}
}

// authorOf is the name and the site of an author: others may have that name.
func authorOf(a recording.Signed) string {
	if name := signaling.CleanName(a.Name); name != "" {
		return fmt.Sprintf("%s [%s]", name, a.Site)
	}
	return a.Site.String()
}

// wordsOf says how far an author has signed what they drew.
func wordsOf(a recording.Signed) string {
	switch {
	case a.Void:
		return "told two stories, which is proved: what they drew is gone"
	case a.Uncovered == 0:
		return "signed"
	case a.Uncovered == a.First:
		return fmt.Sprintf("as the recorder heard it: no signature covers entry %d, the first, nor what follows", a.First)
	}
	return fmt.Sprintf("signed up to entry %d, as the recorder heard it from entry %d on, which no signature covers", a.Uncovered-1, a.Uncovered)
}

// check proves the picture, and says how it was made.
func (c *verifyCommand) check(ctx context.Context, src recording.Source, in *logs) (picture.Look, error) {
	data, err := readWhole(ctx, src.Open)
	if err != nil {
		return picture.Look{}, fmt.Errorf("%s: %w", src.Name, err)
	}
	p, err := picture.Decode(data)
	if err != nil {
		return picture.Look{}, fmt.Errorf("%s: %w", src.Name, err)
	}
	l := p.Look
	if !p.Says {
		l.At, l.Only, l.Without = c.At, c.Only, c.Without
	}
	r, err := in.read(ctx, l.At, l.Only, l.Without)
	if err != nil {
		return l, err
	}
	if !p.Says {
		if l, err = c.look(r.Header); err != nil {
			return l, err
		}
	}
	err = p.Prove(l, r.Drawing, r.show)
	var differs *picture.DifferenceError
	if errors.As(err, &differs) && differs.Entry.N > 0 {
		differs.At = in.locate(differs.Entry)
	}
	if err != nil {
		return l, fmt.Errorf("%s: %w", src.Name, err)
	}
	return l, nil
}

// locate is where an entry was recorded; without a name where there is no other.
func (l *logs) locate(e canvas.Entry) recording.Timed {
	at, _ := recording.Locate(l.merged(), e)
	if len(l.files) == 1 {
		at.Source = ""
	}
	return at
}
