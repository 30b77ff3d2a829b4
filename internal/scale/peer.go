package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"strconv"
	"strings"
)

// A peer is the little of one that a server sees, at little cost for this process: a
// connection for its event stream, and one for its posts.
type peer struct {
	server  *server
	id      string
	token   string
	address string // that it seems to come from

	stream net.Conn
	events *bufio.Reader
	posts  net.Conn
	answer *bufio.Reader
}

// newPeer returns a peer that is nowhere yet.
func newPeer(s *server, id string) (*peer, error) {
	t, err := token(id)
	return &peer{server: s, id: id, token: t, address: anyAddress()}, err
}

func anyAddress() string {
	return fmt.Sprintf("198.%d.%d.%d", 18+rand.IntN(2), rand.IntN(256), rand.IntN(256)) // RFC 2544
}

// connect opens the event stream.
func (p *peer) connect() (err error) {
	if p.stream, err = net.Dial("tcp", p.server.at); err != nil {
		return err
	}
	p.events = bufio.NewReaderSize(p.stream, 4096)
	fmt.Fprintf(p.stream, "GET /connect HTTP/1.1\r\nHost: %s\r\nAccept: text/event-stream\r\nX-Forwarded-For: %s\r\nAuthorization: Bearer %s\r\n\r\n",
		p.server.at, p.address, p.token)
	_, err = p.hear("connected")
	return err
}

// hear reads the stream until an event of that name, and returns the line of its data.
func (p *peer) hear(name string) (data []byte, err error) {
	for event := ""; ; {
		line, err := p.events.ReadSlice('\n')
		if err != nil {
			return nil, err
		}
		switch {
		case bytes.HasPrefix(line, []byte("event: ")):
			event = string(bytes.TrimSpace(line[len("event: "):]))
		case event == name && bytes.HasPrefix(line, []byte("data: ")):
			return line, nil
		case bytes.HasPrefix(line, []byte("HTTP/1.1 ")) && !bytes.HasPrefix(line, []byte("HTTP/1.1 200")):
			return nil, fmt.Errorf("got %q", bytes.TrimSpace(line))
		}
	}
}

// post posts something, and returns the answer.
func (p *peer) post(path, body string) (answer string, err error) {
	if p.posts == nil {
		if p.posts, err = net.Dial("tcp", p.server.at); err != nil {
			return "", err
		}
		p.answer = bufio.NewReader(p.posts)
	}
	auth := ""
	if p.token != "" {
		auth = "Authorization: Bearer " + p.token + "\r\n"
	}
	fmt.Fprintf(p.posts, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Length: %d\r\nX-Forwarded-For: %s\r\n%s\r\n%s", path, p.server.at, len(body), p.address, auth, body)
	status, length := "", 0
	for {
		line, err := p.answer.ReadString('\n')
		if err != nil {
			return "", err
		}
		if line = strings.TrimSpace(line); line == "" {
			break
		}
		if status == "" {
			status = line
		}
		if n, ok := strings.CutPrefix(line, "Content-Length: "); ok {
			if length, err = strconv.Atoi(n); err != nil {
				return "", err
			}
		}
	}
	text := make([]byte, length)
	if _, err := io.ReadFull(p.answer, text); err != nil {
		return "", err
	}
	if !strings.HasPrefix(status, "HTTP/1.1 200") {
		return "", fmt.Errorf("%s: got %q: %s", path, status, bytes.TrimSpace(text))
	}
	return string(text), nil
}

// enter gets a token, as a page does, and joins a room.
func (p *peer) enter(room string) error {
	p.token = ""
	text, err := p.post("/access", `{"username":"`+p.id+`"}`)
	if err != nil {
		return err
	}
	var access struct{ Token string }
	if err := json.Unmarshal([]byte(text), &access); err != nil {
		return err
	}
	p.token = access.Token
	if err := p.connect(); err != nil {
		return err
	}
	_, err = p.post("/"+room+"/join", "")
	return err
}

func (p *peer) close() {
	for _, conn := range []net.Conn{p.stream, p.posts} {
		if conn != nil {
			conn.Close()
		}
	}
}
