package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"time"

	"drawmesh/canvas/recording"
)

// openPart opens the files of one part.
func (s *session) openPart(ctx context.Context) (err error) {
	s.out, s.saved = nil, 0
	if s.Out != "" {
		out, err := newOutput(ctx, numbered(s.Out, s.number), s.env.out)
		if err != nil {
			return err
		}
		s.out = &out
	}
	s.log, err = openTape(ctx, numbered(s.Log, s.number), s.env.out)
	return err
}

// begin begins a part.
func (s *session) begin() (err error) {
	h := s.look.header(s.address)
	h.Started = time.Now()
	var log *recording.Writer
	if s.log != nil {
		if log, err = s.log.begin(h); err != nil {
			return err
		}
	}
	if err := s.rec.begin(s.peer, log, h.Started); err != nil {
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
		frame, stop = ticks(time.Duration(s.Speed / lapseRate * float64(time.Second)))
		defer stop()
		if err := s.lapse.look(s.rec.view, s.rec.versionNow()); err != nil {
			return err
		}
	}
	for {
		var err error
		select {
		case <-show.C:
			ops, took := s.rec.status()
			u.progress("recording: %s, %s, %.0f s", count(openLinks(s.peer), "peer"), count(ops, "operation"), took.Seconds())
		case <-save.C:
			err = s.follow()
		case <-s.rec.wake:
			if err = s.follow(); err == nil && s.Every.ops > 0 {
				err = s.checkpoint()
			}
		case <-checkpoint:
			err = s.checkpoint()
		case <-frame:
			if err = s.follow(); err == nil {
				err = s.lapse.look(s.rec.view, s.rec.versionNow())
			}
		case <-split:
			err = s.next(ctx, u)
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
	if err := s.rec.follow(s.peer); err != nil {
		return notWritable(s.log.path, err)
	}
	return nil
}

// checkpoint makes picture and log safe.
func (s *session) checkpoint() error {
	if err := s.follow(); err != nil {
		return err
	}
	if err := s.rec.sync(); err != nil {
		return notWritable(s.log.path, err)
	}
	if s.log != nil {
		if err := s.log.missing(); err != nil {
			return err
		}
	}
	if s.frames != nil {
		if err := s.frames.add(s.png(), s.rec.versionNow()); err != nil {
			return err
		}
	}
	if s.out == nil || s.out.stream != nil {
		return nil
	}
	return s.save()
}

// save writes the picture, if it is not in its file already.
func (s *session) save() error {
	version := s.rec.versionNow()
	if s.out == nil || version == s.saved {
		return nil
	}
	s.saved = version
	return s.out.save(s.png())
}

// png writes the picture as it is.
func (s *session) png() func(io.Writer) error {
	l := s.look
	l.Sum = s.rec.sum()
	return noted(s.rec.view.EncodePNG, l)
}

// next ends this part, and begins the next one.
func (s *session) next(ctx context.Context, u *ui) error {
	if err := s.end(); err != nil {
		return err
	}
	u.say("%s", s.summary)
	s.number++
	if err := s.openPart(ctx); err != nil {
		return err
	}
	return s.begin()
}

// end ends this part, writes what there is to write, and tells of the first
// thing that went wrong.
func (s *session) end() error {
	tape, logErr := s.rec.end(s.peer)
	if s.log != nil {
		missing := s.log.missing() // of a file that is closed, nobody can tell
		logErr = cmp.Or(s.log.close(logErr), missing)
	}
	var frameErr error
	if s.frames != nil {
		frameErr = s.frames.add(s.png(), s.rec.versionNow())
	}
	s.summary = tape.summary(s)
	return cmp.Or(s.save(), logErr, frameErr)
}

// summary is what has been recorded, in words.
func (t *tape) summary(s *session) string {
	what := s.Frames
	switch {
	case s.out != nil:
		what = s.out.name("picture")
	case s.log != nil:
		what = s.log.path
	case s.lapse != nil:
		what = s.Timelapse
	}
	pixels := ""
	if s.rec.view != nil {
		pixels = s.look.pixels() + ", "
	}
	return fmt.Sprintf("wrote %s: %s%s by %s in %.1f s", what, pixels,
		count(t.ops, "operation"), count(len(t.from), "peer"), t.took.Seconds())
}

// finish ends the recording.
func (s *session) finish(u *ui) error {
	err := s.end()
	if s.lapse != nil {
		err = cmp.Or(err, s.lapse.close(s.rec.view, s.rec.versionNow()))
	}
	if err == nil {
		u.say("%s", s.summary)
	}
	return err
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
