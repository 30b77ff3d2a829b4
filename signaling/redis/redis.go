// Package redis lets several signaling servers share their rooms, over the
// publish and subscribe of a Redis. Nothing is kept there: each server tells
// the others who is with it, again after every interruption.
package redis

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"drawmesh/signaling"
)

const (
	dialTime  = 250 * time.Millisecond // the library's own is five seconds
	replyTime = 250 * time.Millisecond
	silence   = 3 * time.Second // servers hear themselves every second
	pause     = 500 * time.Millisecond
)

// A Bus is a [signaling.Bus]. Its methods may be called concurrently.
type Bus struct {
	client  *redis.Client
	channel string
}

// quieten keeps the library from writing to standard error: what fails is
// returned, and the hub says when the bus is away.
var quieten = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// New returns a bus over the Redis at a URL such as redis://localhost:6379. It
// joins servers that have the same secret, and no others.
func New(url string, secret []byte) (*Bus, error) {
	opts, err := redis.ParseURL(url)
	if err != nil {
		return nil, err
	}
	quieten()
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTime, replyTime, replyTime
	opts.ContextTimeoutEnabled = true
	opts.MaxRetries = -1 // what is late is said again by the hub
	opts.DialerRetries = 1
	opts.PoolSize = 4
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("drawmesh bus"))
	return &Bus{redis.NewClient(opts), fmt.Sprintf("drawmesh:%x", mac.Sum(nil)[:8])}, nil
}

// Close ends the connections.
func (b *Bus) Close() error { return b.client.Close() }

func (b *Bus) channelTo(server string) string {
	if server == "" {
		return b.channel
	}
	return b.channel + ":" + server
}

// Publish sends a batch in one round trip.
func (b *Bus) Publish(ctx context.Context, batch []signaling.Envelope) (taken []bool, err error) {
	replies := make([]*redis.IntCmd, len(batch))
	_, err = b.client.Pipelined(ctx, func(p redis.Pipeliner) error {
		for i, e := range batch {
			replies[i] = p.Publish(ctx, b.channelTo(e.To), e.Data)
		}
		return nil
	})
	taken = make([]bool, len(batch))
	for i, r := range replies {
		taken[i] = r.Err() == nil && r.Val() > 0 // subscribers that it was sent to
	}
	return taken, err
}

// Subscribe hears what is for a server or for all. A connection that falls
// silent is replaced.
func (b *Bus) Subscribe(ctx context.Context, server string, handle func(data []byte)) {
	for ctx.Err() == nil {
		b.listen(ctx, server, handle)
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
	}
}

// listen hears one connection to its end.
func (b *Bus) listen(ctx context.Context, server string, handle func(data []byte)) {
	sub := b.client.Subscribe(ctx, b.channel, b.channelTo(server))
	defer sub.Close()
	stop := context.AfterFunc(ctx, func() { sub.Close() }) // ends a read
	defer stop()
	for {
		got, err := sub.ReceiveTimeout(ctx, silence)
		if err != nil {
			return
		}
		if m, ok := got.(*redis.Message); ok {
			handle([]byte(m.Payload))
		}
	}
}
