package signaling

import (
	"errors"
	"fmt"
	"testing"
)

func TestLimits(t *testing.T) {
	s := testServer(t, ServerOptions{AccessRate: 0.001, RelayRate: 2})
	connect(s.hub, "ana").join(t, "studio")
	connect(s.hub, "bo").join(t, "studio")
	count := func(path, token, body string) (ok int) {
		for range 200 {
			switch w := post(s, path, token, body); {
			case w.Code == 200:
				ok++
			case w.Code != 429 || w.Header().Get("Retry-After") == "":
				t.Fatalf("got %d, want 200 or 429 with Retry-After", w.Code)
			}
		}
		return ok
	}
	if got := count("/access", "", `{"username":"Ana"}`); got != 64 {
		t.Errorf("%d tokens at once, want 64", got)
	}
	if got := count("/relay/bo/hi", good(t, "ana"), `{}`); got != 10 {
		t.Errorf("%d relays at once, want 10", got)
	}
}

// A table forgets, but not in favor of whoever was refused a moment ago.
func TestRateTableIsBounded(t *testing.T) {
	table := newRateTable(0.001, 1)
	if !table.allow("eve", 1) || table.allow("eve", 1) {
		t.Fatal("want one event allowed")
	}
	for i := range 5 * tableSize {
		if table.allow(fmt.Sprint(i), 1); i == tableSize && table.allow("eve", 1) {
			t.Error("eve was forgotten at once")
		}
	}
	if got := len(table.now) + len(table.old); got > 2*tableSize {
		t.Errorf("%d entries, want at most %d", got, 2*tableSize)
	}
}

func TestCounter(t *testing.T) {
	c := &counter{max: 2, n: make(map[string]int)}
	got := fmt.Sprint(c.acquire("ana"), c.acquire("ana"), c.acquire("ana"), c.acquire("bo"))
	if got != "true true false true" {
		t.Errorf("got %s, want two for each", got)
	}
	for _, key := range []string{"ana", "ana", "bo"} {
		c.release(key)
	}
	if len(c.n) != 0 || !c.acquire("ana") {
		t.Errorf("after all were released there is %v", c.n)
	}
	unlimited := &counter{max: -1, n: make(map[string]int)}
	for range 1000 {
		if !unlimited.acquire("ana") {
			t.Fatal("a limit where there is none")
		}
	}
}

func TestJoinsAreLimitedToo(t *testing.T) {
	s := testServer(t, ServerOptions{RelayRate: 2})
	connect(s.hub, "ana")
	token, refused := good(t, "ana"), 0
	for n := range 40 {
		if post(s, []string{"/studio/join", "/studio/leave"}[n%2], token, "").Code == 429 {
			refused++
		}
	}
	if refused != 30 {
		t.Errorf("%d of 40 joins and leaves refused, want all beyond 10", refused)
	}
}

func TestRoomsOfOnePeerAreLimited(t *testing.T) {
	h := testHub(32)
	ana := connect(h, "ana")
	for n := range maxRooms {
		ana.join(t, fmt.Sprint(n))
	}
	if err := h.Join("ana", "another"); !errors.Is(err, errTooMany) {
		t.Errorf("got %v, want errTooMany", err)
	}
	h.Leave("ana", "0")
	ana.join(t, "another")
}
