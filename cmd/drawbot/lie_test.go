package main

import (
	"context"
	"encoding/base64"
	"path/filepath"
	"strings"
	"testing"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

// TestWhoLiedIsNamed has Eve tell two stories, one after another. Whoever is there
// learns that it was she, with the proof; nothing of hers is in the picture any more,
// and everybody else has the same drawing.
func TestWhoLiedIsNamed(t *testing.T) {
	t.Parallel()
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	eve := func() *peer.Peer {
		p, err := peer.Join(t.Context(), room, peer.Options{Name: "Eve", Loopback: true, Log: canvas.NewLog(penC)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { p.Close(context.Background()) })
		return p
	}
	ana := enter(t, room)
	draw(t, ana, stripe(90, green))
	dir := t.TempDir()
	log, png, early := filepath.Join(dir, "log.ndjson"), filepath.Join(dir, "out.png"), filepath.Join(dir, "early.ndjson")
	bot := start(t, nothing(), "join", room)
	recorder := start(t, nothing(), "record", room, "--log", log, "-o", png, "--size", "300x200")
	recorder.err.await(t, "recording")
	keeper := start(t, nothing(), "keep", room, "--store", dir)
	keeper.err.await(t, "keeping")

	first := eve()
	draw(t, first, stripe(10, red))
	if err := first.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	bot.out.await(t, `"stroke":"`+siteC.String()+`-1"`)
	first.Close(context.Background())
	bot.out.await(t, `"everybody":true,"entries":2}`)
	bot.err.await(t, "everybody has the same drawing, ", ": all 4 of us\n")

	second := eve()
	draw(t, second, stripe(50, red))
	const says = "Eve told two stories, which is proved: what they drew is gone\n"
	bot.err.await(t, "drawbot: "+says)
	recorder.err.await(t, "drawbot: "+says)
	keeper.err.await(t, "drawbot: room studio: "+says)
	rest := bot.out.await(t, `{"type":"lie","from":"`, `","name":"Eve","site":"`+siteC.String()+`","proof":"`) // in whichever stay
	text, _, _ := strings.Cut(rest, `"`)
	frame, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	if proof, err := canvas.ParseProof(frame); err != nil || proof.Site() != siteC || !proof.Holds() {
		t.Errorf("got the proof %v (%v), want one that holds", proof, err)
	}
	bot.out.await(t, `{"type":"lie"`, `"peers":3,"agree":true,"everybody":false,"entries":1}`)
	second.Close(context.Background())
	bot.out.await(t, `{"type":"lie"`, `"peers":3,"agree":true,"everybody":true,"entries":1}`)

	// Who comes later learns it, too, but not what she is called.
	later := start(t, nothing(), "join", room)
	later.err.await(t, "drawbot: "+siteC.String()+" told two stories, which is proved: what they drew is gone\n")
	later.out.await(t, `{"type":"lie","site":"`+siteC.String()+`","proof":"`)
	do(t, exitDone, "snap", room, "-o", early)
	for _, path := range []string{early, log} {
		if path == log {
			recorder.interrupt()
			recorder.wait(t, exitDone)
			checkFile(t, png, pictureOf(t, stripe(90, green)))
		}
		_, said := do(t, exitDone, "verify", path)
		if want := siteC.String(); strings.Count(said, ": told two stories, which is proved: what they drew is gone\n") != 1 || !strings.Contains(said, want) {
			t.Errorf("got %q, want that %s lied", said, want)
		}
	}
	_, said := do(t, exitDone, "verify", log, png)
	for _, want := range []string{"  Eve [" + siteC.String() + "]: told two stories", ": signed\n", png + " is its picture"} {
		if !strings.Contains(said, want) {
			t.Errorf("got %q, want %q in it", said, want)
		}
	}
}
