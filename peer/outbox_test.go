package peer

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// In a room of two, a stroke is there after one way, and those that follow at
// once come together a window later.
func TestOutboxTimes(t *testing.T) {
	inRoom(t, 2, func(t *testing.T, r *testRoom, p []*testPeer) {
		const way = 10 * time.Millisecond
		wants := func(when string, want ...float64) {
			t.Helper()
			synctest.Wait()
			if got := p[1].drawn(); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", when, got, want)
			}
		}
		p[0].Draw(segment(1))
		time.Sleep(way - 1)
		wants("before one way's time")
		time.Sleep(time.Nanosecond)
		wants("after one way's time", 1)
		p[0].Draw(segment(2)) // 6 ms of the window are left
		time.Sleep(4 * time.Millisecond)
		p[0].Draw(segment(3))
		time.Sleep(2*time.Millisecond + way - 1)
		wants("before the window's end", 1)
		time.Sleep(time.Nanosecond)
		wants("after the window", 1, 2, 3)
		time.Sleep(16*time.Millisecond - way)
		p[0].Draw(segment(4))
		time.Sleep(way)
		wants("when idle again", 1, 2, 3, 4)
		p[0].Draw(segment(5))
		if err := p[0].Flush(t.Context()); err != nil {
			t.Error(err)
		}
		wants("after Flush", 1, 2, 3, 4, 5)
	})
}

// Whoever leaves sends what it drew a moment ago, before it says goodbye.
func TestOutboxClose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRoom(t)
		r.http.Kill()
		r.http.Start(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			if strings.HasSuffix(req.URL.Path, "/leave") {
				time.Sleep(20 * time.Millisecond) // as servers that are elsewhere do
			}
			r.server.ServeHTTP(w, req)
		}))
		p := r.join(2)
		time.Sleep(5 * time.Second)
		p[0].Draw(segment(1))
		p[0].Draw(segment(2))
		p[0].Close(context.Background())
		r.peers = r.peers[1:]
		if got := p[1].drawn(); !slices.Equal(got, []float64{1, 2}) {
			t.Errorf("got %v, want 1 and 2", got)
		}
	})
}
