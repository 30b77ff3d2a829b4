package exchange

import (
	"testing"
	"time"

	"drawmesh/canvas"
)

// FuzzNeighbour has a peer say anything beside its description, and anything after.
// Whatever that is, what we drew stays, and what we hold of others stays bounded.
func FuzzNeighbour(f *testing.F) {
	const synced = `{"v":1,"site":"AAAAAAAAAAA","lines":true,"restart":true,"acks":true}`
	have := string(AppendMessage(nil, Have{Have: canvas.Vector{canvas.NewSite(): 3}, Sum: 5}))
	f.Add(``, `{"sourceX":1,"sourceY":2,"targetX":3,"targetY":4}`, true)
	f.Add(synced, have+"\n"+`{"event":"ping","sum":"00000000000000ff"}`, true)
	f.Add(`{"v":1,"site":"AAAAAAAAAAA","have":`+have+`}`, `{"event":"want","have":{},"dead":{}}`, true)
	f.Add(`{"v":1,"site":"AAAAAAAAAAA","have":{"event":"bye"}}`, `{"event":"sums","sums":{"AAAAAAAAAAA":"00000000000000ff"}}`, true)
	f.Add(synced, `{"event":"bye"}`, true)
	f.Add(synced, "\x01\x02\x03", false)
	f.Fuzz(func(t *testing.T, says, message string, text bool) {
		now := time.Now()
		r := New(Options{Wire: make(fakeWire)})
		if _, err := r.Draw(segment(1), now); err != nil {
			t.Fatal(err)
		}
		own := r.log.Have()
		ours := r.Capability()
		r.Opened("other", []byte(says), ours, now)
		for range 50 {
			r.Heard("other", []byte(message), text, now)
			now = now.Add(tickTime)
			r.Tick(now)
			r.Pump()
		}
		if got := r.log.Have(); !got.Covers(own) {
			t.Errorf("we held %v, and now %v", own, got)
		}
		if n := r.near.synced["other"]; n != nil && (len(n.have) > canvas.MaxSites+1 || len(n.dead) > canvas.MaxSites || len(n.want.Have) > canvas.MaxSites) {
			t.Errorf("of a neighbour %d, %d and %d sites are kept", len(n.have), len(n.dead), len(n.want.Have))
		}
		r.Closed("other")
	})
}
