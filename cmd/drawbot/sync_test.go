package main

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/canvas"
	"drawmesh/peer"
	"drawmesh/signaling"
)

func TestARecordingStartsWithWhatWasDrawnBefore(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	drawAndRegret(t, ana)
	out := filepath.Join(t.TempDir(), "out.png")
	log := filepath.Join(t.TempDir(), "log.ndjson")
	recorder := start(t, nothing(), "record", room, "-o", out, "--log", log, "--size", "300x200")
	recorder.err.await(t, "recording")
	undo(t, ana) // the red stripe, and then the box
	undo(t, ana)
	draw(t, ana, stripe(20, green))
	if err := ana.Flush(t.Context()); err != nil {
		t.Fatal(err)
	}
	recorder.interrupt()
	recorder.wait(t, exitDone)
	recorder.err.await(t, "wrote "+out+": 300x200 pixels, 9 operations by 1 peer in ")
	want := []canvas.Op{stripe(90, green), stripe(20, green)}
	checkFile(t, out, pictureOf(t, want...))
	text, err := os.ReadFile(log)
	if err != nil {
		t.Fatal(err)
	}
	if got := readAll(t, string(text)); !slices.Equal(got, want) {
		t.Errorf("the log comes to %v, want %v", got, want)
	}
}

// readAll is what draw makes of a file.
func readAll(t *testing.T, text string) (ops []canvas.Op) {
	t.Helper()
	for i, err := range readOps(strings.NewReader(text)) {
		if err != nil {
			t.Error(err)
			continue
		}
		ops = append(ops, i.op)
	}
	return ops
}

// TestJoinTellsOfTheDrawing has one who drew before, and one who undoes.
func TestJoinTellsOfTheDrawing(t *testing.T) {
	room := serve(t, signaling.ServerOptions{}).URL + "/studio"
	ana := enter(t, room)
	draw(t, ana, stripe(50, red))
	first := ana.Undoable()
	in, orders := pipe(t)
	bot := start(t, in, "join", room)
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%v","peers":`, canvas.NewLog(nil).Digest()), `,"entries":0}`)
	bot.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"name":"Ana","stroke":"%v","old":true,"op":{"event":"draw",`, ana.ID(), first))
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%v","peers":1,"agree":true,"everybody":true,"entries":1}`, ana.Sum()))

	undo(t, ana)
	bot.out.await(t, fmt.Sprintf(`{"type":"op","from":%q,"name":"Ana","stroke":"%v","op":{"event":"undo","stroke":"%[2]v"}}`, ana.ID(), first))
	bot.out.await(t, fmt.Sprintf(`{"type":"sync","sum":"%v","peers":1,"agree":true,"everybody":true,"entries":2}`, ana.Sum()))

	io.WriteString(orders, wireSegment+"\n"+`{"event":"undo"}`+"\n"+`{"event":"undo"}`+"\n"+`{"event":"redo"}`+"\n")
	bot.err.await(t, "drawbot: standard input: line 3: there is nothing to undo\n")
	bot.out.await(t, `{"type":"error","line":3,"cause":"there is nothing to undo"}`)
	bot.out.await(t, `"agree":true,"everybody":true,"entries":5}`)
	if got := seen(ana); !slices.Equal(got, []canvas.Op{redSegment}) {
		t.Errorf("after an undo and a redo: got %v, want the segment", got)
	}
	io.WriteString(orders, `{"event":"undo"}`+"\n")
	bot.out.await(t, `"agree":true,"everybody":true,"entries":6}`)
	if got := seen(ana); len(got) > 0 {
		t.Errorf("after an undo: got %v, want nothing", got)
	}
}

// seen is what shows of a drawing.
func seen(v keeper) (ops []canvas.Op) {
	v.Look(func(log *canvas.Log) {
		for e := range log.Paint(canvas.Key{}) {
			ops = append(ops, e.Op)
		}
	})
	return ops
}

// A diary is a keeper that nobody else has.
type diary struct {
	mu      sync.Mutex
	log     *canvas.Log
	agree   bool // three others do
	members int
}

func (d *diary) Look(look func(*canvas.Log)) {
	d.mu.Lock()
	defer d.mu.Unlock()
	look(d.log)
}

func (d *diary) Sum() canvas.Digest {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.log.Digest()
}

func (d *diary) Agree() (int, bool)     { return 3, d.agree }
func (d *diary) Members() []peer.Member { return make([]peer.Member, d.members) }

func TestWatchSyncTellsOfChangesOnceASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{log: canvas.NewLog(canvas.NewSigner())}
		ctx, cancel := context.WithCancel(t.Context())
		var got []string
		start := time.Now()
		w := &syncWatch{of: d, write: func(record any) {
			r := record.(syncRecord)
			if r.Type != "sync" || r.Peers != 3 || r.Agree || len(r.Sum) != 32 {
				t.Errorf("got %v, want the diary's", r)
			}
			got = append(got, fmt.Sprintf("%v: %d", time.Since(start), r.Entries))
		}}
		go w.watch(ctx)
		time.Sleep(syncEvery / 8) // so that it never draws at the tick
		for range 10 {
			d.Look(func(log *canvas.Log) {
				if _, err := log.Draw(redSegment, 0, canvas.Ticks(time.Now())); err != nil {
					t.Error(err)
				}
			})
			time.Sleep(syncEvery / 4)
		}
		time.Sleep(time.Hour)
		cancel()
		synctest.Wait()
		if want := []string{"0s: 0", "1s: 4", "2s: 8", "3s: 10"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestEverybodyHasTheSameDrawing is said when it is true, of all who are in the room,
// and not with each stroke.
func TestEverybodyHasTheSameDrawing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := &diary{log: canvas.NewLog(canvas.NewSigner()), members: 3}
		ctx, cancel := context.WithCancel(t.Context())
		var records, said int // that everybody has the same
		w := &syncWatch{of: d, write: func(record any) {
			if record.(syncRecord).Everybody {
				records++
			}
		}, say: func(format string, args ...any) {
			if got, want := fmt.Sprintf(format, args...), fmt.Sprintf("everybody has the same drawing, %.8s: all 4 of us", d.Sum().String()); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
			said++
		}}
		go w.watch(ctx)
		step := func(what string, wantRecords, wantSaid int, do func(log *canvas.Log)) {
			t.Helper()
			d.Look(do)
			time.Sleep(3 * syncEvery)
			if synctest.Wait(); records != wantRecords || said != wantSaid {
				t.Errorf("%s: got %d records and it was said %d times, want %d and %d", what, records, said, wantRecords, wantSaid)
			}
		}
		draw := func(log *canvas.Log) {
			if _, err := log.Draw(redSegment, 0, canvas.Ticks(time.Now())); err != nil {
				t.Error(err)
			}
			log.Sign()
		}
		step("others hold another", 0, 0, func(*canvas.Log) {})
		step("a fourth is there, of whom nothing is known", 0, 0, func(*canvas.Log) { d.agree, d.members = true, 4 })
		step("all agree that there is nothing", 1, 0, func(*canvas.Log) { d.members = 3 })
		step("all agree", 2, 1, draw)
		step("they still do, on more", 3, 1, draw)
		step("one does not", 3, 1, func(*canvas.Log) { d.agree = false })
		step("it does again", 4, 1, func(*canvas.Log) { d.agree = true })
		w.hear(peer.Signaling{State: "reconnecting"})
		step("nobody knows who else is there", 4, 1, draw)
		step("nor then", 4, 1, draw)
		step("nor then", 4, 1, draw)
		step("nor then", 4, 1, draw)
		w.hear(peer.Signaling{State: "connected"})
		step("after a long time all agree again", 5, 2, func(*canvas.Log) {})
		cancel()
		synctest.Wait()
	})
}

// TestTroubleWithSomebodyIsLoud tells of what nobody would see in the drawing, by name.
func TestTroubleWithSomebodyIsLoud(t *testing.T) {
	ours, theirs := canvas.Digest{1}, canvas.Digest{2}
	proof := lieOf(t, penB)
	frame := base64.StdEncoding.EncodeToString(canvas.AppendProof(nil, proof))
	tests := []struct {
		name         string
		ev           peer.Event
		says, record string
	}{
		{"no trouble", peer.Fault{Peer: "a1", Name: "Ana", Err: errors.New("no JSON")},
			``, `{"type":"error","peer":"a1","name":"Ana","cause":"no JSON"}`},
		{"disagreement", peer.Fault{Peer: "a1", Name: "Ana", Err: &peer.DisagreementError{Peer: "a1", Ours: ours, Theirs: theirs}},
			"Ana: it says to hold another drawing although nothing is missing: its sum is " + theirs.String() + ", ours " + ours.String(),
			`{"type":"error","peer":"a1","name":"Ana","cause":"it says to hold another drawing `},
		{"not kept", peer.Fault{Peer: "p1", Name: "Pia", Err: fmt.Errorf("%w: %w", peer.ErrNotKept, canvas.ErrFull)},
			"Pia: what it draws is not kept: room has 1048576 entries",
			`{"type":"error","peer":"p1","name":"Pia","cause":"what it draws is not kept: room has 1048576 entries"}`},
		{"lie", peer.Lied{From: "b1", Name: "Bo", Proof: proof},
			"Bo told two stories, which is proved: what they drew is gone",
			`{"type":"lie","from":"b1","name":"Bo","site":"` + siteB.String() + `","proof":"` + frame + `"}`},
		{"lie of whoever has left", peer.Lied{Proof: proof},
			siteB.String() + " told two stories, which is proved: what they drew is gone",
			`{"type":"lie","site":"` + siteB.String() + `","proof":"` + frame + `"}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			says := ""
			warnOf(func(format string, args ...any) { says = fmt.Sprintf(format, args...) }, tt.ev)
			if says != tt.says {
				t.Errorf("got %q, want %q", says, tt.says)
			}
			if record := string(encode(recordOf(tt.ev))); !strings.HasPrefix(record, tt.record) {
				t.Errorf("got the record %s, want %s", record, tt.record)
			}
		})
	}
}
