package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"drawmesh/signaling"
)

// streamProxy is what to do about a stream that something holds back.
const streamProxy = "switch off buffering and compression for /connect in the proxy (nginx: proxy_buffering off), or in the virus scanner on the way"

// stream opens an event stream as a browser does, and then one that stays, and
// is quiet: only its heartbeat is listened to. It reports false if there is none.
func (e *examination) stream(ctx context.Context) (quiet *guest, ok bool) {
	e.compression(ctx)
	g, err := e.guest(ctx, "doctor")
	opened := g != nil && g.stream != nil
	e.opens(opened, err)
	if !opened {
		return nil, false
	}
	ev, came := g.stream.await(ctx, 0, 0, func(ev event) bool { return ev.name != "" })
	const check = "stream.first"
	switch {
	case err != nil && !came:
		e.report.fail(check, streamProxy, "nothing came for %v, though the server answers: something in between holds messages back", promptTime)
		return nil, false
	case err != nil:
		e.report.fail(check, "mend the server", "%v", err)
		return nil, false
	case ev.name != "connected":
		e.report.lax(check, "", "`%s` came first", signaling.CleanName(ev.name))
	default:
		e.report.ok(check, "after %v", ev.at.Sub(g.stream.opened).Round(100*time.Microsecond))
	}
	e.hints(g.stream.header)
	return g, true
}

// opens says whether a stream was opened, and if not, why. What went wrong later is
// said of what came on it.
func (e *examination) opens(opened bool, err error) {
	const check = "stream.opens"
	var none *noStream
	var refused *errRefused
	switch {
	case opened:
		e.report.ok(check, "200, text/event-stream")
	case errors.As(err, &none):
		seen, advice := none.answer.refused()
		if none.answer.good() {
			seen, advice = "an answer, but no event stream: "+signaling.CleanName(none.answer.header.Get("Content-Type")), "check what the proxy makes of /connect"
		}
		e.report.fail(check, advice, "%s", seen)
	case errors.As(err, &refused):
		seen, advice := refused.answer.refused()
		e.report.fail(check, advice, "no token for it: %s", seen)
	case timedOut(err):
		e.report.fail(check, streamProxy, "no answer for %v, though the server answers: something in between holds the stream back", requestTime)
	default:
		e.report.fail(check, "see what cuts streams", "%v", err)
	}
}

// compression asks for a stream as browsers do, which take compressed ones.
func (e *examination) compression(ctx context.Context) {
	const check = "stream.plain"
	g := &guest{call: e.call, name: "doctor"}
	if err := g.access(ctx); err != nil {
		e.report.unknown(check, "%v", err)
		return
	}
	s, err := e.call.open(ctx, g.token, "", "gzip", nil)
	if err != nil {
		e.report.unknown(check, "no stream: %v", err)
		return
	}
	defer s.close()
	encoding := signaling.CleanName(s.header.Get("Content-Encoding"))
	if encoding == "" || encoding == "identity" {
		e.report.ok(check, "not compressed")
		return
	}
	if _, ok := s.await(ctx, 0, promptTime, named("connected")); ok {
		e.report.lax(check, streamProxy, "compressed (%s), but let through at once", encoding)
	} else {
		e.report.fail(check, streamProxy, "compressed (%s), and held back: browsers hear nothing", encoding)
	}
}

// hints looks at what tells proxies not to meddle.
func (e *examination) hints(h http.Header) {
	var missing []string
	if c := h.Get("Cache-Control"); !strings.Contains(c, "no-cache") && !strings.Contains(c, "no-store") {
		missing = append(missing, "Cache-Control: no-cache")
	}
	if h.Get("X-Accel-Buffering") != "no" {
		missing = append(missing, "X-Accel-Buffering: no")
	}
	if len(missing) > 0 {
		// nginx takes the latter for itself, and does not pass it on.
		e.report.lax("stream.hints", "", "without %s: either it was not said, or a proxy has taken it", strings.Join(missing, " and "))
		return
	}
	e.report.ok("stream.hints", "Cache-Control and X-Accel-Buffering say so")
}

// What a heartbeat may be: programs take a stream for dead after the latter.
const (
	beatTime = 12 * time.Second // for one each 10 s, and some delay
	deadTime = 25 * time.Second
)

// heartbeat looks whether the quiet stream, which nothing else was said on, has
// been silent for too long.
func (e *examination) heartbeat(ctx context.Context, quiet *guest) {
	const check = "stream.heartbeat"
	s := quiet.stream
	sign := func(ev event) bool { return ev.name != "connected" && ev.name != "doctor" }
	left := func(d time.Duration) time.Duration { return max(d-time.Since(s.opened), 0) }
	beat, came := s.await(ctx, 0, left(beatTime), sign)
	if !came {
		beat, came = s.await(ctx, 0, left(deadTime+time.Second), sign)
	}
	after := beat.at.Sub(s.opened).Round(100 * time.Millisecond)
	switch ended := s.ended(); {
	case !came && ended != nil && ctx.Err() == nil:
		e.report.fail(check, "let the proxy wait longer for what the server says: more than 10 s (nginx: proxy_read_timeout)",
			"the stream ended without one: %v", ended)
	case !came && ctx.Err() != nil:
		e.report.unknown(check, "not waited for long enough")
	case !came, after > deadTime:
		e.report.fail(check, "mend the server, or see what holds messages back", "nothing came for %v: pages and programs take the stream for dead", deadTime)
	case beat.name == "":
		e.report.lax(check, "", "a comment after %v: programs hear it, pages do not", after)
	case beat.name != "ping":
		e.report.unknown(check, "`%s` came before it", signaling.CleanName(beat.name))
	case after > beatTime:
		e.report.lax(check, "", "after %v", after)
	case !json.Valid(beat.data):
		e.report.lax(check, "", "after %v, but what it says is no JSON", after)
	default:
		e.report.ok(check, "after %v", after)
	}
}

// resumes drops a's stream, lets b say something meanwhile, and comes back.
func (e *examination) resumes(ctx context.Context, a, b *guest) {
	const check = "stream.resumes"
	last := a.stream.lastID()
	if last == "" {
		e.report.lax(check, "", "events have no ids, as in the tutorial's server: what is said while a stream is away is lost")
		return
	}
	heard := b.stream.mark()
	a.stream.close()
	pause(ctx, settleTime) // so that the server notices
	said, err := b.relay(ctx, a.id, "doctor", `{"while":"away"}`)
	if err == nil {
		err = a.connect(ctx, last)
	}
	if err != nil {
		e.report.fail(check, "see what cuts streams", "it did not come back: %v", err)
		return
	}
	_, missed := a.stream.await(ctx, 0, promptTime, named("doctor"))
	_, noticed := b.stream.await(ctx, heard, settleTime, named("remove-peer"))
	seen := ""
	switch {
	case noticed:
		seen = "the others were told at once that it had left"
	case !said.good():
		seen = "what was sent to it meanwhile was refused: " + said.said()
	case !a.hello.Recovered:
		seen = "`recovered` is false, though it came back at once"
	case !missed:
		seen = "what was sent meanwhile did not come"
	}
	if seen != "" {
		e.report.fail(check, "if there are several servers, let the proxy send a peer to any, but see that they share rooms (--redis); else mend the server", "%s", seen)
		return
	}
	e.report.ok(check, "what was sent meanwhile came, and nobody was told that it had left")
}

// single opens a second stream of a peer. Asking by HEAD, as link checkers do,
// opens none.
func (e *examination) single(ctx context.Context, g *guest) {
	const check = "stream.single"
	heard := g.stream.mark()
	taken := func(ev event) bool { return ev.name == "replaced" }
	over := func(wait time.Duration) bool {
		_, told := g.stream.await(ctx, heard, wait, taken)
		return told || g.stream.ended() != nil
	}
	if _, err := e.call.do(ctx, http.MethodHead, "/connect", g.token, "", "Accept", "text/event-stream"); err == nil && over(settleTime) {
		e.report.fail(check, "mend the server", "a HEAD request has taken over from the stream")
		return
	}
	second, err := e.call.open(ctx, g.token, "", "identity", nil)
	if err != nil {
		e.report.unknown(check, "no second stream: %v", err)
		return
	}
	defer second.close()
	switch {
	case !over(promptTime):
		e.report.lax(check, "", "both are open")
	case g.stream.ended() != nil:
		e.report.ok(check, "the first one ended")
	default:
		e.report.ok(check, "the first one was told `replaced`")
	}
}

// median is the one in the middle.
func median(list []time.Duration) time.Duration {
	slices.Sort(list)
	return list[len(list)/2]
}
