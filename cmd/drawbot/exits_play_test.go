package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"drawmesh/peer/loadtest"
	"drawmesh/signaling"
)

// A play lets a command end in one of the ways that the table has for it.
type play struct {
	command string
	exit    exit
	run     func(*testing.T, *stage)
}

// A stage is what plays need. Each makes its own.
type stage struct {
	command []string
	status  int
	dir     string
	gate    *gate
	room    string
}

// A gate is a server that can be shut for good.
type gate struct {
	server *httptest.Server
	rooms  *signaling.Server
	shut   atomic.Bool
}

const nobodyThere = "http://127.0.0.1:1/studio"

func newStage(t *testing.T, p play) *stage {
	t.Helper()
	opts := signaling.ServerOptions{Secrets: [][]byte{signaling.NewSecret()}, MaxStreams: -1, AccessRate: -1}
	rooms, err := signaling.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	g := &gate{rooms: rooms}
	g.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if g.shut.Load() {
			w.Header().Set("WWW-Authenticate", `Bearer realm="drawmesh"`) // a drawmesh server's own, and no proxy's
			http.Error(w, "not for you", http.StatusUnauthorized)
			return
		}
		rooms.ServeHTTP(w, r)
	}))
	t.Cleanup(func() {
		rooms.Close()
		g.server.Close()
		http.DefaultClient.CloseIdleConnections()
	})
	return &stage{strings.Fields(p.command), p.exit.status, t.TempDir(), g, g.server.URL + "/studio"}
}

// close puts everybody out, for good.
func (s *stage) close() {
	s.gate.shut.Store(true)
	s.gate.rooms.Close() // its streams are not among the connections that net/http knows
	s.gate.server.CloseClientConnections()
}

// start starts the command, and ends lets it end, as it must.
func (s *stage) start(t *testing.T, in io.Reader, args ...string) *running {
	t.Helper()
	return start(t, in, append(slices.Clone(s.command), args...)...)
}

func (s *stage) ends(t *testing.T, args ...string) {
	t.Helper()
	s.start(t, nothing(), args...).wait(t, s.status)
}

// interrupted ends the command at once.
func (s *stage) interrupted(t *testing.T, args ...string) {
	t.Helper()
	for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		ctx, cancel := context.WithCancelCause(t.Context())
		cancel(stopped{sig})
		var said bytes.Buffer
		waits, w := io.Pipe() // standard input that never ends
		defer w.Close()
		got := run(ctx, env{waits, io.Discard, &said}, append(slices.Clone(s.command), args...))
		if want := exitSignal + int(sig); got != want || !strings.Contains(said.String(), "interrupted: ") || !strings.HasSuffix(said.String(), "\n") || strings.Count(said.String(), "drawbot: ") != 1 {
			t.Errorf("%v: got %d and %q, want %d and one line that says so", sig, got, &said, want)
		}
	}
}

// file is one in the stage's folder.
func (s *stage) file(t *testing.T, name string, content []byte) string {
	t.Helper()
	path := filepath.Join(s.dir, name)
	if content != nil {
		if err := os.WriteFile(path, content, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

// guest is somebody else in the room.
func (s *stage) guest(t *testing.T) *running {
	t.Helper()
	guest := start(t, nothing(), "join", s.room)
	guest.out.await(t, `"self"`)
	return guest
}

// log is a recording of two operations, an hour apart or at once.
func (s *stage) log(t *testing.T, apart time.Duration) string {
	t.Helper()
	var b bytes.Buffer
	w := newTold(&b, 30, 20)
	for i := range 2 {
		w.draw(time.Duration(i)*apart, "", penA, redSegment)
	}
	w.close(t, apart)
	return s.file(t, "log.ndjson", b.Bytes())
}

// report is one of load's.
func (s *stage) report(t *testing.T, p loadtest.Part) string {
	t.Helper()
	rep, err := loadtest.Merge(&loadtest.Report{Type: "drawbot load report", Version: 2, Ended: "done", Parts: []loadtest.Part{p}})
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := rep.Write(&b); err != nil {
		t.Fatal(err)
	}
	return s.file(t, "report.json", b.Bytes())
}

var (
	goodPart    = loadtest.Part{Part: 1, Of: 1, Planned: 2, Joined: 2, Open: 2, Expected: 2}
	refusedPart = loadtest.Part{Part: 1, Of: 1, Planned: 2, Joined: 1, Refused: 1}
	onePart     = loadtest.Part{Part: 1, Of: 2, Planned: 2, Joined: 2, Open: 2, Expected: 2}
)

// inRoom are the ways to end of whatever enters a room, which args do when the
// room is put where there is an @.
func inRoom(command string, args ...string) []play {
	at := func(room string) []string {
		list := slices.Clone(args)
		list[slices.Index(list, "@")] = room
		return list
	}
	return []play{
		{command, noWayIn, func(t *testing.T, s *stage) { s.ends(t, at(nobodyThere)...) }},
		{command, closed, func(t *testing.T, s *stage) {
			guest := s.guest(t)
			r := s.start(t, nothing(), at(s.room)...)
			guest.out.await(t, `"state":"open"`)
			if command == "record" {
				r.err.await(t, "recording ")
			}
			s.close()
			r.wait(t, s.status)
		}},
	}
}

func plays(t *testing.T) []play {
	silent := func(t *testing.T, s *stage) { joinSilently(t, site{URL: s.gate.server.URL}) }
	of := func(command string, list []exit, status int, nth int) exit {
		for _, e := range list {
			if e.status == status && e != noWayIn && e != closed {
				if nth == 0 {
					return e
				}
				nth--
			}
		}
		panic(command + " does not end so")
	}
	var all []play
	add := func(command string, status int, run func(*testing.T, *stage)) {
		nth := 0
		for _, p := range all {
			if p.command == command && p.exit.status == status && p.exit != noWayIn && p.exit != closed {
				nth++
			}
		}
		all = append(all, play{command, of(command, exits[command], status, nth), run})
	}

	all = append(all, inRoom("join", "@")...)
	add("join", exitDone, func(t *testing.T, s *stage) { s.ends(t, s.room, "--for", "1ms") })
	add("join", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.room) })

	all = append(all, inRoom("draw", "@", "--pattern", "walk", "--for", "1h")...)
	add("draw", exitDone, func(t *testing.T, s *stage) {
		s.guest(t)
		s.ends(t, s.room, s.log(t, 0))
		s.ends(t, s.room, "--pattern", "grid", "--dry-run", s.file(t, "x.png", nil))
	})
	add("draw", exitFailed, func(t *testing.T, s *stage) {
		s.guest(t)
		s.ends(t, s.room, s.file(t, "x.ndjson", []byte("nonsense\n"+wireSegment+"\n")))
		s.ends(t, s.room, s.file(t, "nowhere", nil))
		s.ends(t, s.room, "--svg", s.file(t, "x.svg", []byte("nonsense")))
	})
	add("draw", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.room, "--pattern", "grid", "--dry-run", s.dir) })
	add("draw", exitAlone, func(t *testing.T, s *stage) { s.ends(t, s.room, "--pattern", "grid", "--wait", "1ms") })
	add("draw", exitIncomplete, func(t *testing.T, s *stage) { s.guest(t); silent(t, s); s.ends(t, s.room, s.log(t, 0)) })
	add("draw", exitSignal, func(t *testing.T, s *stage) {
		s.interrupted(t, s.room, s.log(t, 0))
		s.interrupted(t, s.room, "-")
	})

	all = append(all, inRoom("record", "@", "-o", "-")...)
	add("record", exitDone, func(t *testing.T, s *stage) {
		r := s.start(t, nothing(), s.room, "-o", "-")
		r.err.await(t, "recording ")
		r.interrupt()
		r.wait(t, s.status)
	})
	add("record", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.room, "-o", s.dir) })
	add("record", exitIncomplete, func(t *testing.T, s *stage) { silent(t, s); s.ends(t, s.room, "-o", "-", "--for", "1s") })
	add("record", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.room, "-o", "-") })

	all = append(all, inRoom("snap", "@", "-o", "-")[:1]...)
	add("snap", exitDone, func(t *testing.T, s *stage) { draw(t, enter(t, s.room), redSegment); s.ends(t, s.room, "-o", "-") })
	add("snap", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.room, "-o", s.dir) })
	add("snap", exitAlone, func(t *testing.T, s *stage) { s.ends(t, s.room, "-o", "-") })
	add("snap", exitIncomplete, func(t *testing.T, s *stage) { silent(t, s); s.ends(t, s.room, "-o", "-", "--timeout", "1s") })
	add("snap", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.room, "-o", "-") })

	all = append(all, play{"keep", noWayIn, func(t *testing.T, s *stage) { s.ends(t, nobodyThere, "--store", filepath.Join(s.dir, "rooms")) }})
	keep := func(t *testing.T, s *stage, after time.Duration) {
		k := s.start(t, nothing(), s.room, "--store", filepath.Join(s.dir, "rooms"))
		k.err.await(t, "keeping ")
		time.Sleep(after)
		k.interrupt()
		k.wait(t, s.status)
	}
	add("keep", exitDone, func(t *testing.T, s *stage) { keep(t, s, 0) })
	add("keep", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.room, "--store", s.file(t, "rooms", []byte("a file"))) })
	add("keep", exitIncomplete, func(t *testing.T, s *stage) { silent(t, s); keep(t, s, linkWait+time.Second) })
	add("keep", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.room, "--store", filepath.Join(s.dir, "rooms")) })

	idle, fails, checks := "def bot(bot):\n  while bot.running(): bot.sleep(60)", "def bot(bot): fail()", "def bot(bot): check('x', False)"
	all = append(all, inRoom("run", "@", starlark(t, idle))...)
	add("run", exitDone, func(t *testing.T, s *stage) {
		s.ends(t, s.room, starlark(t, idle), "--for", "1ms")
		s.ends(t, "--check", starlark(t, idle))
	})
	add("run", exitFailed, func(t *testing.T, s *stage) { s.ends(t, "--check", starlark(t, "nonsense")) })
	add("run", exitFailed, func(t *testing.T, s *stage) {
		s.ends(t, s.room, starlark(t, fails))
		s.ends(t, s.room, starlark(t, "def bot(bot): abort('enough')"))
	})
	add("run", exitMissed, func(t *testing.T, s *stage) { s.ends(t, s.room, starlark(t, checks)) })
	add("run", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.room, starlark(t, idle)) })

	brief := []string{"--bots", "2", "--duration", "200ms", "--ramp", "0s"}
	add("load", exitDone, func(t *testing.T, s *stage) { s.ends(t, append(brief, s.room, "--threshold", "bots.joined==2")...) })
	add("load", exitFailed, func(t *testing.T, s *stage) {
		s.ends(t, append(brief, nobodyThere)...)
		s.ends(t, append(brief, serve(t, signaling.ServerOptions{MaxPeers: 1, MaxStreams: -1, AccessRate: -1}).URL+"/studio", "--threshold", "bots.joined>=1")...)
	})
	add("load", exitFailed, func(t *testing.T, s *stage) {
		for _, text := range []string{"nonsense", idle + "\ndef setup(): fail()", idle + "\ndef teardown(): fail()", "def bot(bot):\n  s = 'x'\n  while True: s += s", "def bot(bot): abort('enough')"} {
			s.ends(t, append(brief, s.room, "--memory", "64MB", "--script", starlark(t, text))...)
		}
	})
	add("load", exitFailed, func(t *testing.T, s *stage) {
		s.ends(t, append(brief, s.room, "--csv", filepath.Join(s.dir, "missing", "r.csv"))...)
		s.ends(t, append(brief, s.room, "--live", s.gate.server.Listener.Addr().String())...)
	})
	add("load", exitMissed, func(t *testing.T, s *stage) {
		for _, text := range []string{fails, checks + "\nthresholds = {'checks': '==100%'}"} {
			s.ends(t, append(brief, s.room, "--script", starlark(t, text))...)
		}
		s.ends(t, append(brief, s.room, "--threshold", "ops.sent>1000")...)
		r := s.start(t, nothing(), s.room, "--bots", "2", "--duration", "1h", "--ramp", "0s", "--threshold", "ops.sent>1000000")
		r.err.await(t, "drawing: ")
		r.interrupt()
		r.wait(t, s.status)
	})
	add("load", exitSignal, func(t *testing.T, s *stage) {
		s.interrupted(t, s.room, "--start-at", "2100-01-01T00:00:00Z")
		r := s.start(t, nothing(), s.room, "--bots", "2", "--duration", "1h", "--ramp", "0s", "--threshold", "bots.refused==0")
		r.err.await(t, "drawing: ")
		r.interrupt()
		r.wait(t, exitInterrupted)
	})

	for _, command := range []string{"report merge", "report show"} {
		add(command, exitDone, func(t *testing.T, s *stage) { s.ends(t, s.report(t, goodPart), "--threshold", "bots.joined==2") })
		add(command, exitFailed, func(t *testing.T, s *stage) {
			s.ends(t, s.file(t, "nonsense.json", []byte("{}")))
			s.ends(t, s.report(t, refusedPart), "--threshold", "bots.joined==1")
		})
		add(command, exitMissed, func(t *testing.T, s *stage) { s.ends(t, s.report(t, goodPart), "--threshold", "bots.joined==3") })
		add(command, exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, "-") })
	}
	add("report merge", exitIncomplete, func(t *testing.T, s *stage) { s.ends(t, s.report(t, onePart)) })

	damaged := []byte(`{"type":"recording","version":1}` + "\nnonsense\n")
	add("render", exitDone, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0), "-o", s.file(t, "x.png", nil)) })
	add("render", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.file(t, "bad", damaged), "-o", s.file(t, "x.png", nil)) })
	add("render", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0), "-o", s.dir, "--format", "png") })
	add("render", exitSignal, func(t *testing.T, s *stage) {
		before := pictureOf(t, box)
		png := s.file(t, "x.png", before)
		s.interrupted(t, s.log(t, 0), "-o", png)
		s.interrupted(t, "-", "-o", png)
		checkFile(t, png, before)
	})
	add("stats", exitDone, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0)) })
	add("stats", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.file(t, "bad", damaged)) })
	add("stats", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0), "-o", s.dir) })
	add("stats", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.log(t, 0)); s.interrupted(t, "-") })
	add("verify", exitDone, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0)) })
	add("verify", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.file(t, "bad", damaged)) })
	add("verify", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.log(t, 0)); s.interrupted(t, "-") })

	all = append(all, play{"replay", noWayIn, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0), nobodyThere) }})
	add("replay", exitDone, func(t *testing.T, s *stage) { s.guest(t); s.ends(t, s.log(t, 0), s.room) })
	add("replay", exitFailed, func(t *testing.T, s *stage) { s.ends(t, s.file(t, "nowhere", nil), s.room) })
	add("replay", exitAlone, func(t *testing.T, s *stage) { s.ends(t, s.log(t, 0), s.room, "--wait", "1ms") })
	add("replay", exitIncomplete, func(t *testing.T, s *stage) { s.guest(t); silent(t, s); s.ends(t, s.log(t, 0), s.room) })
	add("replay", exitSignal, func(t *testing.T, s *stage) {
		s.interrupted(t, s.log(t, 0), s.room)
		guest := s.guest(t)
		r := s.start(t, nothing(), s.log(t, time.Hour), s.room)
		guest.out.await(t, `"type":"op"`)
		r.interrupt()
		r.wait(t, exitInterrupted)
		r.err.await(t, "interrupted: drew 1 operation, which have arrived, and not the rest\n")
	})

	add("doctor", exitDone, func(t *testing.T, s *stage) { s.ends(t, lively(t)+"/studio") })
	add("doctor", exitMissed, func(t *testing.T, s *stage) { s.ends(t, nobodyThere) })
	add("doctor", exitSignal, func(t *testing.T, s *stage) { s.interrupted(t, s.room); s.interrupted(t, s.room, "--json") })

	add("demo", exitDone, func(t *testing.T, s *stage) { s.ends(t, "--program", buildServer(t), "-o", "-", "--for", "1s") })
	add("demo", exitFailed, func(t *testing.T, s *stage) { s.ends(t, "--program", shellScript(t, "exit 1"), "-o", "-") })
	add("demo", exitIncomplete, func(t *testing.T, s *stage) {
		if got := statusOf(outcome(t.Context(), 9, 10)); got != s.status {
			t.Errorf("got %d, want %d", got, s.status)
		}
	})
	add("demo", exitSignal, func(t *testing.T, s *stage) {
		s.interrupted(t, "--program", shellScript(t, "exec sleep 600"), "-o", "-")
	})
	return all
}

// TestExits plays each line of the table of exits, and each once.
func TestExits(t *testing.T) {
	t.Parallel()
	type line struct {
		command string
		exit    exit
	}
	played := make(map[line]bool)
	for _, p := range plays(t) {
		if played[line{p.command, p.exit}] {
			t.Errorf("%s %s is played twice: %s", p.command, p.exit.statusText(), p.exit.when)
		}
		played[line{p.command, p.exit}] = true
		t.Run(p.command+" "+p.exit.statusText()+" "+p.exit.when[:min(24, len(p.exit.when))], func(t *testing.T) {
			t.Parallel()
			p.run(t, newStage(t, p))
		})
	}
	for command, list := range exits {
		for _, e := range list {
			if !played[line{command, e}] {
				t.Errorf("%s %s is not played: %s", command, e.statusText(), e.when)
			}
		}
	}
}

// TestExitsOfAll plays how each command can end besides: misused, or with nobody
// who reads its output.
func TestExitsOfAll(t *testing.T) {
	for command := range exits {
		if got := run(t.Context(), env{nothing(), io.Discard, io.Discard}, append(strings.Fields(command), "--loud")); got != exitMisused {
			t.Errorf("%s --loud: got %d, want %d", command, got, exitMisused)
		}
	}
	s := newStage(t, play{})
	draw(t, enter(t, s.room), redSegment)
	log := s.log(t, 0)
	lapse := filepath.Join(s.dir, "lapse.gif")
	for _, args := range [][]string{
		{"join", s.room}, {"stats", log}, {"render", log, "-o", "-", "--format", "png"}, {"snap", s.room, "-o", "-"},
		{"record", s.room, "--log", "-", "--timelapse", lapse, "--for", "5s"}, {"report", "show", s.report(t, goodPart)},
	} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		r.Close()
		cmd := exec.Command(os.Args[0], args...)
		cmd.Env = append(os.Environ(), "DRAWBOT_TEST_FILE_SIZE=")
		cmd.Stdout = w
		_ = cmd.Run() // its status tells
		w.Close()
		if got := cmd.ProcessState.ExitCode(); got != exitPipe {
			t.Errorf("%s: got %d, want %d", args[0], got, exitPipe)
		}
	}
	if list, err := filepath.Glob(filepath.Join(s.dir, ".*")); err != nil || len(list) > 0 {
		t.Errorf("got %v, %v left behind, want nothing", list, err)
	}
}

// TestSignals ends processes that wait for standard input.
func TestSignals(t *testing.T) {
	// What is started by a process that ignores SIGHUP, as under nohup, ignores it
	// too; one that listens for it passes on the default.
	own := make(chan os.Signal, 1)
	signal.Notify(own, syscall.SIGHUP)
	defer signal.Stop(own)
	for sig, want := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143, syscall.SIGHUP: 129} {
		p := spawn(t, "", "verify", "--open", "-")
		time.Sleep(300 * time.Millisecond) // until it listens for signals; it says nothing before
		p.Process.Signal(sig)
		_ = p.Wait() // its status tells
		if got := p.ProcessState.ExitCode(); got != want || p.err.String() != "drawbot: interrupted: standard input was not read\n" {
			t.Errorf("%v: got %d and %q, want %d", sig, got, p.err, want)
		}
	}
}
