package nettest

import (
	"net"
	"sync"
	"testing"
	"time"
)

// A Fault is what a [Chaos] does to a connection.
type Fault int

// The faults. Where they say bytes, those of the server's answers are meant.
const (
	Pass   Fault = iota
	Refuse       // every connection is reset at once
	Freeze       // nothing passes, and nothing is closed
	Drip         // one byte a second
	Cut          // after so many bytes, with an orderly end
	Reset        // after so many bytes, with an RST
)

// A Chaos is a TCP proxy that does harm. Methods may be called concurrently.
type Chaos struct {
	Addr string // to dial instead of the server's

	target  string
	l       net.Listener
	running sync.WaitGroup

	mu    sync.Mutex
	fault Fault
	after int           // bytes, for Cut and Reset
	turn  chan struct{} // closed when the fault changes
	conns map[net.Conn]struct{}
	ended bool
}

// NewChaos stands in front of a server for the life of the test.
func NewChaos(t testing.TB, target string) *Chaos {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &Chaos{Addr: l.Addr().String(), target: target, l: l, turn: make(chan struct{}), conns: make(map[net.Conn]struct{})}
	c.running.Go(c.accept)
	t.Cleanup(func() {
		l.Close()
		c.mu.Lock()
		c.ended = true
		for conn := range c.conns {
			conn.Close()
		}
		c.mu.Unlock()
		c.Set(Pass, 0)
		c.running.Wait()
	})
	return c
}

// Set changes the fault, for connections that there are as well. Cut and Reset
// count their bytes from now on, each connection by itself.
func (c *Chaos) Set(f Fault, after int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.fault, c.after = f, after
	close(c.turn)
	c.turn = make(chan struct{})
	if f == Refuse {
		for conn := range c.conns {
			abort(conn)
		}
	}
}

func (c *Chaos) current() (f Fault, after int, turn <-chan struct{}) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.fault, c.after, c.turn
}

func (c *Chaos) accept() {
	for {
		near, err := c.l.Accept()
		if err != nil {
			return
		}
		if f, _, _ := c.current(); f == Refuse {
			abort(near)
			continue
		}
		far, err := net.Dial("tcp", c.target)
		if err != nil {
			abort(near)
			continue
		}
		if !c.keep(near, far) {
			return
		}
		c.running.Go(func() { c.carry(far, near, false) })
		c.running.Go(func() { c.carry(near, far, true) })
	}
}

// keep notes connections, to be closed in the end.
func (c *Chaos) keep(conns ...net.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		if c.ended {
			conn.Close()
		}
		c.conns[conn] = struct{}{}
	}
	return !c.ended
}

func (c *Chaos) drop(conns ...net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, conn := range conns {
		conn.Close()
		delete(c.conns, conn)
	}
}

// carry copies one direction, as the fault allows.
func (c *Chaos) carry(to, from net.Conn, answers bool) {
	defer c.drop(to, from)
	buf := make([]byte, 4096)
	passed, since := 0, (<-chan struct{})(nil) // bytes since the fault began
	for {
		n, err := from.Read(buf)
		for data := buf[:n]; len(data) > 0; {
			f, after, turn := c.current()
			if turn != since {
				passed, since = 0, turn
			}
			step := len(data)
			switch {
			case f == Freeze:
				<-turn
				continue
			case f == Drip && answers:
				step = 1
				select {
				case <-time.After(time.Second):
				case <-turn:
				}
			case (f == Cut || f == Reset) && answers:
				step = min(step, after-passed)
			}
			if step <= 0 {
				if f == Reset {
					abort(to)
				}
				return
			}
			if _, err := to.Write(data[:step]); err != nil {
				return
			}
			data, passed = data[step:], passed+step
		}
		if err != nil {
			return
		}
	}
}

// abort closes a connection with an RST.
func abort(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	conn.Close()
}
