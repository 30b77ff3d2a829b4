package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"

	"drawmesh/internal/archive"
	"drawmesh/peer"
)

// keepCommand stays in rooms and stores what is drawn there.
type keepCommand struct {
	Rooms  []string `arg:"" name:"room" help:"The rooms: their addresses, or their names on --server."`
	Store  string   `required:"" placeholder:"DIR" help:"The directory that holds the drawings; made if there is none."`
	Server string   `env:"DRAWMESH_SERVER" default:"http://localhost:8081" placeholder:"URL" help:"The server, for a bare name of a room (default ${default})."`
	Name   nickname `default:"archive" placeholder:"NAME" help:"What the others see (default ${default})."`

	trust
	Debug bool `help:"Say what happens inside, on standard error."`
}

// Help is the text between the summary and the flags.
func (keepCommand) Help() string {
	return `Stays in the rooms and stores their drawings as they come, so that a room outlives its people: whoever comes when all have left gets the drawing from here. What a crash loses is what was drawn in the last second. The directory holds one file a room, and belongs to one drawbot or server at a time.

When the server is away, the keeping goes on with who is here. When the disk is full or away, it goes on in memory, and in the store again as soon as that is possible.`
}

func (keepCommand) examples() string {
	return `
Examples:
  $ drawbot keep studio --store rooms
  $ drawbot keep http://localhost:8081/studio http://localhost:8081/attic --store /var/lib/drawmesh
`
}

func (c *keepCommand) run(ctx context.Context, _ env, u *ui) error {
	rooms, err := c.rooms()
	if err != nil {
		return err
	}
	dir, err := archive.OpenDir(c.Store, u.warn)
	if err != nil {
		return err
	}
	defer dir.Close()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var all sync.WaitGroup
	errs := make([]error, len(rooms))
	board := &keepBoard{u: u, rooms: make([]archive.Status, len(rooms))}
	for i, address := range rooms {
		all.Go(func() {
			if errs[i] = c.keep(ctx, u, dir, address, func(s archive.Status) { board.show(i, s) }); errs[i] != nil {
				cancel(errOtherRoom) // one that cannot be kept ends all, so that somebody sees to it
			}
		})
	}
	all.Wait()
	errs = slices.DeleteFunc(errs, func(err error) bool { return err == nil })
	if len(errs) == 0 {
		return nil
	}
	slices.SortStableFunc(errs, func(a, b error) int { return statusOf(a) - statusOf(b) }) // what failed is worse
	for _, err := range errs[1:] {
		u.fail(err)
	}
	return errs[0]
}

// errOtherRoom is why the keeping of a room ends when that of another has failed.
var errOtherRoom = errors.New("another room cannot be kept")

// rooms are the rooms' addresses. The store tells rooms apart by their names
// alone, for a server may move.
func (c *keepCommand) rooms() ([]string, error) {
	named := make(map[string]string)
	var list []string
	for _, r := range c.Rooms {
		address, err := room{Room: r, Server: c.Server}.url()
		if err != nil {
			return nil, err
		}
		name := lastPart(address)
		if other, ok := named[name]; ok {
			return nil, misused("%s and %s have one name, and a directory holds one room of each: keep them in two", other, address)
		}
		named[name] = address
		list = append(list, address)
	}
	return list, nil
}

// keep keeps one room until ctx is done.
func (c *keepCommand) keep(ctx context.Context, u *ui, dir *archive.Dir, address string, show func(archive.Status)) error {
	name := lastPart(address)
	warn := func(format string, args ...any) { u.warn("room %s: %s", name, fmt.Sprintf(format, args...)) }
	reach := newReach(warn)
	client, err := c.trust.client()
	if err != nil {
		return err
	}
	k, err := archive.Join(ctx, dir, archive.Options{
		URL: address, Room: name, Warn: u.warn,
		Peer: peer.Options{Name: string(c.Name), HTTPClient: client, Logger: logger(u, c.Debug)},
		Hear: keepEvents(warn, reach),
	})
	if err != nil {
		if context.Cause(ctx) == errOtherRoom {
			return nil
		}
		return orInterrupted(ctx, entering(address, err), "before it was in room %s", name)
	}
	u.say("keeping %s in %s: %s so far; Ctrl-C ends it", address, filepath.Clean(c.Store), count(k.Status().Entries, "operation"))
	err = k.Run(ctx, show)
	if st := k.Status(); err == nil {
		u.say("kept %s: %s", address, count(st.Entries, "operation"))
	}
	if err == nil {
		if err = reach.lacking(); err != nil {
			err = fmt.Errorf("room %s: %w", name, err)
		}
	}
	return err
}

// keepEvents tells what somebody who keeps a room wants to hear.
func keepEvents(warn func(string, ...any), reach *reach) func(peer.Event) {
	var server standing
	return func(ev peer.Event) {
		reach.hear(ev)
		switch ev := ev.(type) {
		case peer.Signaling:
			if says := server.change(ev, "the keeping goes on with who is here"); says != "" {
				warn("%s", says)
			}
		default:
			warnOf(warn, ev)
		}
	}
}

// A keepBoard shows how all rooms stand. Methods may be called concurrently.
type keepBoard struct {
	u *ui

	mu    sync.Mutex
	rooms []archive.Status
}

func (b *keepBoard) show(i int, s archive.Status) {
	b.mu.Lock()
	b.rooms[i] = s
	var sum archive.Status
	for _, r := range b.rooms {
		sum.Links += r.Links
		sum.Entries += r.Entries
		sum.Bytes += r.Bytes
	}
	b.mu.Unlock()
	b.u.progress("keeping: %s, %s, %.1f KB", count(sum.Links, "peer"), count(sum.Entries, "operation"), float64(sum.Bytes)/1000)
}
