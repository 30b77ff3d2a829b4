package signaling

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// writeTime bounds one write to an event stream. A reader that takes none of
// it for that long loses its stream.
const writeTime = 10 * time.Second

// A carrier takes an event stream's bytes to its reader. Its feed alone uses it.
type carrier interface {
	// write takes writeTime at most.
	write([]byte) error

	close()
}

// A response is a carrier of which net/http holds the connection, with whatever
// else is on it (HTTP/2).
type response struct {
	w      http.ResponseWriter
	rc     *http.ResponseController
	closed chan struct{}
}

func newResponse(w http.ResponseWriter) *response {
	return &response{w, http.NewResponseController(w), make(chan struct{})}
}

func (r *response) write(p []byte) error {
	// Where there are no deadlines the transport's own have to do.
	_ = r.rc.SetWriteDeadline(time.Now().Add(writeTime))
	_, err := r.w.Write(p)
	if err == nil {
		err = r.rc.Flush()
	}
	_ = r.rc.SetWriteDeadline(time.Time{}) // in HTTP/2 it would end an idle stream
	return err
}

func (r *response) close() { close(r.closed) }

// A wire is a carrier that has a connection for itself (HTTP/1). What net/http
// holds for one, its goroutines and buffers, is most of what an idle stream costs.
type wire struct {
	conn net.Conn
	head []byte // of the response, until it is written
	read [64]byte
}

// takeWire takes the connection that a request came over from the http.Server. The
// stream goes on until it is closed (RFC 9112, section 6.3).
func takeWire(w http.ResponseWriter, r *http.Request) (*wire, error) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return nil, err
	}
	var head bytes.Buffer
	fmt.Fprintf(&head, "HTTP/1.%d 200 OK\r\nConnection: close\r\nDate: %s\r\n", r.ProtoMinor, time.Now().UTC().Format(http.TimeFormat))
	w.Header().Write(&head) // which never fails
	head.WriteString("\r\n")
	return &wire{conn: conn, head: head.Bytes()}, nil
}

func (w *wire) write(p []byte) error {
	if w.head != nil {
		p, w.head = append(w.head, p...), nil
	}
	// A deadline that has passed meanwhile means nothing to the next write.
	if err := w.conn.SetWriteDeadline(time.Now().Add(writeTime)); err != nil {
		return err
	}
	_, err := w.conn.Write(p)
	return err
}

func (w *wire) close() { w.conn.Close() }

// mostReads is how often a client may say something after its request, which is
// passed over. There is nothing to say but an empty line (RFC 9112, section 2.2).
const mostReads = 16

var errTalks = errors.New("it does not stop talking")

// watch waits until the reader has gone, and returns why.
func (w *wire) watch() error {
	for range mostReads {
		if _, err := w.conn.Read(w.read[:]); err != nil {
			return err
		}
	}
	return errTalks
}
