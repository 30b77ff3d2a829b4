package main

import (
	"cmp"
	"context"
	"time"

	"drawmesh/canvas/raster"
	"drawmesh/canvas/recording"
	"drawmesh/canvas/recording/picture"
	"drawmesh/peer"
	"drawmesh/peer/record"
)

// recordCommand watches a room and writes what is drawn.
type recordCommand struct {
	room
	pictureFlags
	For       time.Duration `placeholder:"DURATION" help:"Stop after so long, such as 90s or 2h (default: at Ctrl-C)."`
	Out       string        `short:"o" placeholder:"FILE.png" help:"Where the picture goes; - is standard output."`
	Log       string        `placeholder:"FILE.ndjson" help:"Where every operation goes as it comes: .ndjson or .ndjson.gz; - is standard output."`
	Every     every         `default:"10s" placeholder:"10s|100ops" help:"How often picture and log are made safe on the disk (default ${default})."`
	Frames    string        `placeholder:"DIR" help:"Where a numbered picture goes each time."`
	Timelapse string        `placeholder:"FILE" help:"Where a timelapse goes: .gif, .png (animated), .mp4 or .webm (with ffmpeg)."`
	Speed     float64       `default:"10" placeholder:"N" help:"How many times as fast the timelapse is (default ${default})."`
	FPS       int           `name:"fps" default:"10" placeholder:"N" help:"Pictures a second of the timelapse (default ${default}); with --speed 1, of real time."`
	Captions  bool          `help:"Write under the pictures of the timelapse how long it has been, and who draws."`
	Split     time.Duration `placeholder:"DURATION" help:"Begin a new picture and log so often; their names are numbered."`
}

// Help is the text between the summary and the flags.
func (recordCommand) Help() string {
	return `Starts with what was drawn before. The picture is written again and again, and at the end, also after Ctrl-C: whole, or not at all. A picture that did not change is not written again. The log says who drew what and when, with their signatures, and vouches for its own bytes each second. Who told two stories is named, and the log has the proof:

  {"type":"recording","version":3,"room":"http://…","started":"2026-…","width":1280,"height":720,"background":"white"}
  {"type":"op","at_ms":1041.2,"from":"0198…","op":{"event":"draw",…,"n":41,"t":28735460472591,"k":38,"o":"48Gz…"}}
  {"type":"head","n":41,"o":"48Gz…","sig":"vV…"}

What is in a log's file already stays: another recording follows there, also after one whose recorder was killed. The same command again, as a supervisor gives it, replaces the picture and the timelapse, but not by empty ones while nobody has drawn; --frames and --split count on after the highest number that is there. Each file is named when it has been written.

Draw, render, replay, stats and verify take a log as it is. When the server is lost, the recording goes on with who is there.`
}

func (recordCommand) examples() string {
	return `
Examples:
  $ drawbot record studio -o studio.png --for 1m
  $ drawbot record http://localhost:8081/studio --log studio.ndjson.gz --timelapse studio.mp4 --speed 1 --fps 30
`
}

// maxFPS is how many pictures a second an animation may have.
const maxFPS = 100

// The times between things that a recorder does again and again.
const (
	showEvery = 200 * time.Millisecond // the status line
	saveEvery = time.Second            // the log, to its file
)

// syncWait bounds how long a recorder waits for what was drawn before. What
// comes later is recorded, too.
const syncWait = 5 * time.Second

func (c *recordCommand) run(ctx context.Context, e env, u *ui) error {
	address, err := c.check(e)
	if err != nil {
		return err
	}
	s, err := c.open(ctx, address, e, u)
	if err != nil {
		return err
	}
	defer s.discard() // of no effect on what has been closed
	p, err := c.join(ctx, u)
	if err != nil {
		return err
	}
	defer leave(p)
	s.enter(p, p.View())
	go hear(p, func(ev peer.Event) { s.hear(ev); s.lapse.hear(ev) })
	if catchUp(ctx, p, syncWait); ctx.Err() != nil {
		return interrupted(ctx, "before the recording began: nothing was written")
	}
	s.rec.Meet(p.Members())
	if err := s.begin(); err != nil {
		return err
	}
	if s.log != nil && s.log.Found() {
		u.say("%s has been recorded to before; this recording follows", s.log.path)
	}
	u.say("recording %s; Ctrl-C ends it", address)
	ctx, cancel := limited(ctx, c.For)
	defer cancel()
	ended := s.watch(ctx, u)
	err = s.finish()
	return cmp.Or(ended, err, s.reach.lacking())
}

// check checks the flags and returns the room's address.
func (c *recordCommand) check(e env) (address string, err error) {
	if err := cmp.Or(checkFor(c.For), c.checkFiles(e)); err != nil {
		return "", err
	}
	switch format := formatOf(c.Timelapse); {
	case c.Out == "" && c.Log == "" && c.Frames == "" && c.Timelapse == "":
		return "", misused("record what? Give -o FILE.png, --log FILE.ndjson, --frames DIR or --timelapse FILE.gif")
	case c.Split != 0 && c.Split < time.Second:
		return "", misused("--split %v: at least 1s", c.Split)
	case c.Split != 0 && (isStdout(c.Out) || isStdout(c.Log)):
		return "", misused("standard output cannot be split")
	case c.Timelapse != "" && format != "gif" && format != "png" && format != "apng" && format != "mp4" && format != "webm":
		return "", misused("--timelapse %s: a name ends in .gif, .png, .apng, .mp4 or .webm", c.Timelapse)
	case c.Captions && c.Timelapse == "":
		return "", misused("--captions are those of a timelapse: give --timelapse FILE")
	case c.FPS < 1 || c.FPS > maxFPS:
		return "", misused("--fps %d: 1 to %d", c.FPS, maxFPS)
	case !(c.Speed >= 0.1 && c.Speed <= 1e6):
		return "", misused("--speed %v: 0.1 to 1000000", c.Speed)
	}
	return c.url()
}

// checkFiles checks that each file is what its name says, and one alone.
func (c *recordCommand) checkFiles(e env) error {
	if _, err := checkFormat("-o", c.Out, "png"); err != nil {
		return err
	}
	if _, err := checkFormat("--log", c.Log, "ndjson", "ndjson.gz"); err != nil {
		return err
	}
	return checkDistinct(e, []filePath{{"-o", c.Out}, {"--log", c.Log}, {"--timelapse", c.Timelapse}, {"--frames", c.Frames}}, nil)
}

// open opens all that the recording is written to.
func (c *recordCommand) open(ctx context.Context, address string, e env, u *ui) (*session, error) {
	l, err := c.look(recording.Header{})
	if err != nil {
		return nil, err
	}
	view, err := l.View()
	if err != nil {
		return nil, err
	}
	if c.Out == "" && c.Frames == "" && c.Timelapse == "" {
		view = nil // nobody looks
	}
	s := &session{recordCommand: c, env: e, ui: u, address: address, look: l, view: view}
	err = s.openPart(ctx)
	if err == nil && c.Frames != "" {
		if s.frames, err = record.OpenFrames(c.Frames); err != nil {
			err = notWritable(c.Frames, err)
		}
	}
	if err == nil && c.Timelapse != "" {
		s.lapse, err = newTimelapse(ctx, c.Timelapse, c.FPS, c.Captions)
	}
	if err != nil {
		s.discard()
		return nil, err
	}
	return s, nil
}

// A session is a recording under way.
type session struct {
	*recordCommand
	env     env
	ui      *ui
	address string
	look    picture.Look
	view    *raster.View // nil: nobody looks

	peer place
	observer

	number   int // of the part; 0 if it is not split
	out      *output
	replaces bool   // there was a picture before
	saved    uint64 // the version of the picture that is in out; 0: none yet
	log      *recordLog
	frames   *record.Frames
	lapse    *timelapse
}

// enter begins to follow the drawing of a peer.
func (s *session) enter(p place, d record.Drawing) {
	s.peer = p
	s.observer = observe(p, d, record.Options{Picture: s.view, DueOps: s.Every.ops}, s.ui.warn)
	if s.lapse != nil {
		s.lapse.Timelapse = record.NewTimelapse(s.rec, s.lapse.movie, s.Speed, s.FPS)
	}
}
