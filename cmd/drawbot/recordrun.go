package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"time"

	"drawmesh/canvas/recording"
	"drawmesh/internal/numbered"
	"drawmesh/peer/record"
)

// openPart opens the files of one part.
func (s *session) openPart(ctx context.Context) (err error) {
	if s.out, s.saved = nil, 0; s.Split != 0 {
		if s.number, err = s.nextNumber(); err != nil {
			return err
		}
	}
	if s.Out != "" {
		out, err := newOutput(ctx, numberedPath(s.Out, s.number), s.env.out)
		if err != nil {
			return err
		}
		s.out, s.replaces = &out, out.exists()
	}
	s.log, err = openRecordLog(ctx, numberedPath(s.Log, s.number), s.env.out)
	return err
}

// nextNumber is that of the part that comes after all that there are.
func (s *session) nextNumber() (int, error) {
	last := s.number
	for _, path := range []string{s.Out, s.Log} {
		if path == "" {
			continue
		}
		base, ending := splitEnding(path)
		n, err := numbered.Last(filepath.Dir(path), filepath.Base(base+"-"), ending)
		if err != nil {
			return 0, notWritable(path, err)
		}
		last = max(last, n)
	}
	return last + 1, nil
}

// begin begins a part.
func (s *session) begin() (err error) {
	h := s.look.Header(s.address)
	h.Started = time.Now()
	var log *recording.Writer
	if s.log != nil {
		if log, err = s.log.begin(h); err != nil {
			return err
		}
	}
	if err := s.rec.Begin(log, h.Started); err != nil {
		return notWritable(s.log.path, err)
	}
	return nil
}

// watch returns when ctx is done, or with the reason why it had to end before.
func (s *session) watch(ctx context.Context, u *ui) error {
	show := time.NewTicker(showEvery)
	defer show.Stop()
	save := time.NewTicker(saveEvery)
	defer save.Stop()
	checkpoint, stop := ticks(s.Every.time)
	defer stop()
	split, stop := ticks(s.Split)
	defer stop()
	var frame <-chan time.Time
	if s.lapse != nil {
		frame, stop = ticks(s.lapse.Interval())
		defer stop()
		if err := s.lapse.look(); err != nil {
			return err
		}
	}
	for {
		var err error
		select {
		case <-show.C:
			so := s.rec.Status()
			u.progress("recording: %s, %s, %.0f s", count(openLinks(s.peer), "peer"), count(so.Ops, "operation"), so.Took.Seconds())
		case <-save.C:
			err = s.follow()
		case <-s.rec.Due():
			if err = s.follow(); err == nil && s.Every.ops > 0 {
				err = s.checkpoint()
			}
		case <-checkpoint:
			err = s.checkpoint()
		case <-frame:
			if err = s.follow(); err == nil {
				err = s.lapse.look()
			}
		case <-split:
			err = s.next(ctx)
		case <-s.peer.Done():
			err = fmt.Errorf("the room is closed to us: %w", s.peer.Err())
		case <-ctx.Done():
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// ticks are so far apart; zero gives none.
func ticks(d time.Duration) (<-chan time.Time, func()) {
	if d == 0 {
		return nil, func() {}
	}
	t := time.NewTicker(d)
	return t.C, t.Stop
}

// follow takes in what has been drawn, and hands the log to its file.
func (s *session) follow() error {
	if err := s.rec.Follow(); err != nil {
		return notWritable(s.log.path, err)
	}
	return nil
}

// checkpoint makes picture and log safe.
func (s *session) checkpoint() error {
	if err := s.follow(); err != nil {
		return err
	}
	if err := s.rec.Sync(); err != nil {
		return notWritable(s.log.path, err)
	}
	if s.log != nil {
		if err := s.log.missing(); err != nil {
			return err
		}
	}
	if s.frames != nil {
		if err := s.frame(); err != nil {
			return err
		}
	}
	if s.out == nil || s.out.stream != nil {
		return nil
	}
	return s.save()
}

// save writes the picture, if it is not in its file already. While nobody has
// drawn anything, it does not take the place of one that has been there before.
func (s *session) save() error {
	version := s.rec.Version()
	if s.out == nil || version == s.saved || s.replaces && s.rec.Blank() {
		return nil
	}
	err := s.out.save(s.png)
	if err == nil {
		s.saved = version
	}
	return err
}

// frame adds a numbered picture, if it is a new one and not that of nothing.
func (s *session) frame() error {
	if s.frames == nil || s.frames.Any() && s.rec.Blank() {
		return nil
	}
	path, err := s.frames.Add(s.png, s.rec.Version())
	if err != nil {
		return notWritable(path, err)
	}
	if path != "" {
		s.ui.say("wrote %s: %s", path, pixels(s.look))
	}
	return nil
}

// png writes the picture as it is.
func (s *session) png(w io.Writer) error { return s.rec.EncodePNG(w, s.look) }

// next ends this part, and begins the next one.
func (s *session) next(ctx context.Context) error {
	if err := s.end(); err != nil {
		return err
	}
	if err := s.openPart(ctx); err != nil {
		return err
	}
	return s.begin()
}

// end ends this part, writes what there is to write, names it, and returns the
// first thing that went wrong.
func (s *session) end() error {
	recorded, logErr := s.rec.End()
	if s.log != nil {
		missing := s.log.missing() // of a file that is closed, nobody can tell
		logErr = cmp.Or(s.log.close(logErr), missing)
	}
	saveErr := s.save()
	switch {
	case s.out == nil || saveErr != nil:
	case s.saved == 0:
		s.ui.say("%s stays as it was: nothing has been drawn", s.out.path)
	default:
		s.ui.say("wrote %s: %s, %s", s.out.name("picture"), pixels(s.look), words(recorded))
	}
	if s.log != nil && logErr == nil {
		s.ui.say("wrote %s: %s", s.log.name(), words(recorded))
	}
	return cmp.Or(saveErr, logErr, s.frame())
}

// words say what has been recorded.
func words(s record.Summary) string {
	return fmt.Sprintf("%s by %s in %.1f s", count(s.Ops, "operation"), count(s.Authors, "peer"), s.Took.Seconds())
}

// finish ends the recording.
func (s *session) finish() error {
	err := s.end()
	if s.lapse == nil {
		return err
	}
	if s.lapse.out.exists() && s.rec.Blank() {
		s.ui.say("%s stays as it was: nothing has been drawn", s.lapse.out.path)
		return err
	}
	lapseErr := s.lapse.close()
	if lapseErr == nil {
		s.ui.say("wrote %s: %s, %s", s.lapse.out.path, pixels(s.look), count(s.lapse.Pictures(), "picture"))
	}
	return cmp.Or(err, lapseErr)
}

// discard gives up what has not been written to its end.
func (s *session) discard() {
	if s.log != nil {
		s.log.close(nil)
	}
	if s.lapse != nil {
		s.lapse.file.Discard()
	}
}

// numberedPath is path with a number before its extension; 0 is none.
func numberedPath(path string, n int) string {
	if path == "" || n == 0 {
		return path
	}
	base, ending := splitEnding(path)
	return fmt.Sprintf("%s-%03d%s", base, n, ending)
}

// splitEnding parts a path before its extension, of which what is compressed may
// have two.
func splitEnding(path string) (base, ending string) {
	base = path
	if strings.EqualFold(filepath.Ext(base), ".gz") {
		base = base[:len(base)-len(".gz")]
	}
	base = base[:len(base)-len(filepath.Ext(base))]
	return base, path[len(base):]
}
