package doctor

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"reflect"
	"time"

	"drawmesh/signaling"
)

// relays looks at what becomes of what a sends to b, who share a room.
func (e *examination) relays(ctx context.Context, a, b *guest) {
	if e.passes(ctx, a, b) {
		e.inOrder(ctx, a, b)
	}
	e.ownEvents(ctx, a, b)
	e.lineBreaks(ctx, a, b)
	e.strangers(ctx, a)
}

// A relayed is an event that a peer sent.
type relayed struct {
	Peer signaling.Peer  `json:"peer"`
	Data json.RawMessage `json:"data"`
}

// passes sends what looks as if it were from somebody else.
func (e *examination) passes(ctx context.Context, a, b *guest) bool {
	const check = "relay.passes"
	const body = `{"peer":{"id":"somebody-else"},"text":"é 🏴 \u2028 \n","number":1.5}`
	heard := b.stream.mark()
	said, err := a.relay(ctx, b.id, "doctor", body)
	if err != nil || !said.good() {
		e.report.fail(check, "mend the server: peers cannot describe themselves to one another", "it was refused: %s", orSaid(err, said))
		return false
	}
	ev, ok := b.stream.await(ctx, heard, promptTime, named("doctor"))
	if !ok {
		e.report.fail(check, "see stream.prompt", "it was answered OK, and did not come for %v", promptTime)
		e.report.fail("stream.prompt", streamProxy, "what the server took did not come for %v: something in between holds messages back, or the server loses them", promptTime)
		return false
	}
	var got relayed
	if err := json.Unmarshal(ev.data, &got); err != nil {
		e.report.fail(check, "mend the server", "what came is no JSON")
		return false
	}
	switch {
	case got.Peer.ID != a.id:
		e.report.fail(check, "mend the server: anybody can speak for anybody", "the sender is given as %q", signaling.CleanName(string(got.Peer.ID)))
	case !sameJSON(got.Data, []byte(body)):
		e.report.fail(check, "mend the server, or see what changes messages on the way", "it has changed on the way")
	default:
		e.report.ok(check, "unchanged, and from whom it was")
	}
	return true
}

func sameJSON(a, b []byte) bool {
	var x, y any
	return json.Unmarshal(a, &x) == nil && json.Unmarshal(b, &y) == nil && reflect.DeepEqual(x, y)
}

// inOrder sends some messages, one when the other has been answered.
func (e *examination) inOrder(ctx context.Context, a, b *guest) {
	const many = 20
	heard := b.stream.mark()
	sent := make([]time.Time, many)
	for i := range many {
		said, err := a.relay(ctx, b.id, "doctor", fmt.Sprintf(`{"n":%d}`, i))
		if err != nil || !said.good() {
			e.report.unknown("relay.order", "the server refused after %d: %s", i, orSaid(err, said))
			return
		}
		sent[i] = said.sent
	}
	var came []event
	_, all := b.stream.await(ctx, heard, promptTime, func(ev event) bool {
		if ev.name == "doctor" {
			came = append(came, ev)
		}
		return len(came) == many
	})
	if !all {
		e.report.fail("relay.order", "mend the server, or see what holds messages back", "of %d messages %d came", many, len(came))
		return
	}
	ordered := true
	var took []time.Duration
	for i, ev := range came {
		var got struct{ Data struct{ N int } }
		_ = json.Unmarshal(ev.data, &got) // what is none is out of order
		ordered = ordered && got.Data.N == i
		took = append(took, max(ev.at.Sub(sent[i]), 0))
	}
	if ordered {
		e.report.ok("relay.order", "%d messages", many)
	} else {
		e.report.fail("relay.order", "mend the server: candidates may not come before their description", "%d messages came in another order", many)
	}
	half := median(took).Round(100 * time.Microsecond)
	if half > time.Second {
		e.report.fail("stream.prompt", streamProxy, "half of them took more than %v: something in between collects messages", half)
		return
	}
	e.report.ok("stream.prompt", "half of them within %v of being sent", half)
}

// ownEvents sends what only the server may say.
func (e *examination) ownEvents(ctx context.Context, a, b *guest) {
	const check = "relay.own"
	for _, name := range []string{"connected", "add-peer", "remove-peer"} {
		heard := b.stream.mark()
		said, err := a.relay(ctx, b.id, name, `{"doctor":"not by the server"}`)
		if err != nil {
			e.report.unknown(check, "%v", err)
			return
		}
		if _, came := b.stream.await(ctx, heard, settleTime, named(name)); came {
			e.report.lax(check, "", "`%s` comes, as from the tutorial's server: whoever is in a room can confuse the others", name)
			return
		}
		if said.good() {
			e.report.lax(check, "", "`%s` is answered %s, but does not come", name, said.said())
			return
		}
	}
	e.report.ok(check, "they are refused")
}

// lineBreaks tries to put an event of its own into b's stream.
func (e *examination) lineBreaks(ctx context.Context, a, b *guest) {
	const check = "relay.lines"
	heard := b.stream.mark()
	forged := func(ev event) bool { return ev.name == "forged" }
	for _, lines := range []struct{ name, body string }{
		{"doctor\nevent: forged", `{}`},
		{"doctor\r\ndata: {}\r\n\r\nevent: forged", `{}`},
		{"doctor", "{\"text\":\n\n\"event\"\r\n\r\n}"},
		{"doctor", "{}\n\nevent: forged\ndata: {}\n\n"},
	} {
		if _, err := a.relay(ctx, b.id, lines.name, lines.body); err != nil {
			e.report.unknown(check, "%v", err)
			return
		}
	}
	if _, came := b.stream.await(ctx, heard, settleTime, forged); came {
		e.report.fail(check, "mend the server: whoever is in a room can speak for the server", "an event came that was hidden in another")
		return
	}
	for _, ev := range b.stream.since(heard) {
		if ev.name == "doctor" && !json.Valid(ev.data) {
			e.report.fail(check, "mend the server", "an event came that line breaks had cut")
			return
		}
	}
	e.report.ok(check, "none did")
}

// strangers sends something to nobody whom a knows.
func (e *examination) strangers(ctx context.Context, a *guest) {
	const check = "relay.strangers"
	e.mu.Lock()
	stranger := e.guests[0] // the quiet one, which is in no room
	e.mu.Unlock()
	heard := stranger.stream.mark()
	said, err := a.relay(ctx, stranger.id, "doctor", `{}`)
	if err != nil {
		e.report.unknown(check, "%v", err)
		return
	}
	_, came := stranger.stream.await(ctx, heard, settleTime, named("doctor"))
	switch {
	case came:
		e.report.lax(check, "", "it comes, as from the tutorial's server: who knows an id can write to it")
	case said.status == http.StatusNotFound:
		e.report.ok(check, "so it is")
	default:
		e.report.lax(check, "", "answered %s, but it does not come", said.said())
	}
}
