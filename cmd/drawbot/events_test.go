package main

import (
	"errors"
	"testing"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

func TestRecordOf(t *testing.T) {
	ana := signaling.Peer{ID: "a1", Name: "Ana <3"}
	stroke := canvas.Stroke{Site: siteA, K: 38}
	tests := []struct {
		name string
		ev   peer.Event
		want string
	}{
		{"connected", peer.Signaling{State: "connected"}, `{"type":"signaling","state":"connected"}`},
		{"reconnecting", peer.Signaling{State: "reconnecting", Err: errors.New("EOF")},
			`{"type":"signaling","state":"reconnecting","cause":"EOF"}`},
		{"joined", peer.Presence{Peer: ana, Joined: true}, `{"type":"peer","id":"a1","name":"Ana <3","state":"joined"}`},
		{"left", peer.Presence{Peer: ana}, `{"type":"peer","id":"a1","name":"Ana <3","state":"left"}`},
		{"connecting", peer.Link{Peer: "a1", State: peer.Connecting}, `{"type":"link","peer":"a1","state":"connecting"}`},
		{"open", peer.Link{Peer: "a1", State: peer.Open, Took: 23456789 * time.Nanosecond},
			`{"type":"link","peer":"a1","state":"open","took_ms":23.457}`},
		{"lost", peer.Link{Peer: "a1", State: peer.Lost, Err: errors.New("ICE failed")},
			`{"type":"link","peer":"a1","state":"lost","cause":"ICE failed"}`},
		{"closed", peer.Link{Peer: "a1", State: peer.Closed}, `{"type":"link","peer":"a1","state":"closed"}`},
		{"drawn", peer.Drawn{From: "a1", Op: canvas.Clear{}}, `{"type":"op","from":"a1","op":{"event":"clear"}}`},
		{"drawn_before", peer.Drawn{From: "a1", Name: "Ana <3", Old: true, Op: redSegment, Stroke: stroke},
			`{"type":"op","from":"a1","name":"Ana <3","stroke":"` + stroke.String() + `","old":true,"op":` + wireSegment + `}`},
		{"undone", peer.Drawn{Op: canvas.Undo{}, Stroke: stroke}, `{"type":"op","stroke":"` + stroke.String() + `","op":{"event":"undo","stroke":"` + stroke.String() + `"}}`},
		{"redone", peer.Drawn{Op: canvas.Redo{}, Stroke: stroke}, `{"type":"op","stroke":"` + stroke.String() + `","op":{"event":"redo","stroke":"` + stroke.String() + `"}}`},
		{"of_another_kind", peer.Drawn{From: "a1", Stroke: stroke, Op: canvas.Other{Name: "text", Payload: `{"says":"hi"}`}},
			`{"type":"op","from":"a1","stroke":"` + stroke.String() + `","op":{"event":"text","says":"hi"}}`},
		{"of_another_kind_that_says_nothing", peer.Drawn{From: "a1", Op: canvas.Other{Name: "mark", Payload: `{}`}}, `{"type":"op","from":"a1","op":{"event":"mark"}}`},
		{"synced", peer.Synced{}, `{"type":"synced"}`},
		{"missed", peer.Missed{Events: 7}, `{"type":"missed","events":7}`},
		{"fault", peer.Fault{Peer: "a1", Err: errors.New("no JSON")}, `{"type":"error","peer":"a1","cause":"no JSON"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := string(encode(recordOf(tt.ev))); got != tt.want+"\n" {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestRecordWriterTellsOnceThatItIsBroken(t *testing.T) {
	broken := errors.New("no space left")
	w := newRecordWriter(refusing{broken})
	w.write(0)
	w.write(1)
	w.write(2) // must not wait for anybody to listen
	if err := <-w.broken; err != broken {
		t.Errorf("got %v, want %v", err, broken)
	}
}

type refusing struct{ err error }

func (r refusing) Write([]byte) (int, error) { return 0, r.err }
