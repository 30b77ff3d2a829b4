// Package redis lets several signaling servers share their rooms, over the
// publish and subscribe of a Redis or of a cluster of them. Nothing is kept there:
// each server tells the others who is with it, again after every interruption.
//
// Whatever a server tells travels in one bucket, so that it comes in order. A
// Redis by itself is one bucket; the shards of a cluster share many, by the slots
// of their channels:
//
//	drawmesh:SECRET:{7}         from who tells in bucket 7, to all
//	drawmesh:SECRET:{7}:SERVER  from the same, to one server
//
// A server hears all buckets, over one connection to each shard. If the one that it
// tells in fails, it goes on in another: the numbers of what it tells show to the
// others what they have missed.
package redis

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"drawmesh/signaling"
)

const (
	dialTime  = 250 * time.Millisecond // the library's own is five seconds
	replyTime = 250 * time.Millisecond

	// What moves is noticed, and then looked for: this is for what is not.
	reloadTime = time.Minute

	// clusterBuckets are enough for a shard to have a fair share of them.
	clusterBuckets = 64
)

// A Bus is a [signaling.Bus]. Its methods may be called concurrently, but Publish
// only by one goroutine at a time.
type Bus struct {
	name    string // what its channels' names begin with
	at      string // hosts, as given, for people
	one     *redis.Client
	cluster *redis.ClusterClient // if there is not one
	bucket  int                  // that Publish uses, and owns
}

// quieten keeps the library from writing to standard error: what fails is
// returned, and the hub says when the bus is away.
var quieten = sync.OnceFunc(func() { redis.SetLogger(silent{}) })

type silent struct{}

func (silent) Printf(context.Context, string, ...any) {}

// New returns a bus over the Redis at an address such as redis://localhost:6379, or
// over the cluster at redis+cluster://HOST:PORT,HOST:PORT. Both may be encrypted,
// as rediss and rediss+cluster. It joins servers that have the same secret, and no
// others. Its errors hold no password.
func New(address string, secret []byte) (*Bus, error) {
	opts, seeds, err := parse(address)
	if err != nil {
		return nil, err
	}
	quieten()
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("drawmesh bus"))
	b := &Bus{name: fmt.Sprintf("drawmesh:%x", mac.Sum(nil)[:8]), at: opts.Addr}
	opts.DialTimeout, opts.ReadTimeout, opts.WriteTimeout = dialTime, replyTime, replyTime
	opts.ContextTimeoutEnabled = true
	opts.MaxRetries = -1 // what is late is said again by the hub
	opts.DialerRetries = 1
	opts.PoolSize = 4
	if len(seeds) == 0 {
		b.one = redis.NewClient(opts)
		return b, nil
	}
	b.cluster = redis.NewClusterClient(&redis.ClusterOptions{
		Addrs: seeds, Username: opts.Username, Password: opts.Password, TLSConfig: opts.TLSConfig,
		DialTimeout: opts.DialTimeout, ReadTimeout: opts.ReadTimeout, WriteTimeout: opts.WriteTimeout,
		ContextTimeoutEnabled: true, DialerRetries: 1, PoolSize: opts.PoolSize,
		ClusterStateReloadInterval: reloadTime,
	})
	b.bucket = rand.IntN(clusterBuckets)
	return b, nil
}

// Close ends the connections.
func (b *Bus) Close() error {
	if b.cluster != nil {
		return b.cluster.Close()
	}
	return b.one.Close()
}

// buckets is how many there are.
func (b *Bus) buckets() int {
	if b.cluster != nil {
		return clusterBuckets
	}
	return 1
}

// channel is where a bucket has what is for a server, or for all if that is empty.
func (b *Bus) channel(bucket int, server string) string {
	name := b.name
	if b.cluster != nil {
		name = fmt.Sprintf("%s:{%d}", name, bucket)
	}
	if server != "" {
		name += ":" + server
	}
	return name
}

// shard is the Redis that has a bucket, as far as is known.
func (b *Bus) shard(ctx context.Context, bucket int) (*redis.Client, error) {
	if b.cluster != nil {
		return b.cluster.MasterForKey(ctx, b.channel(bucket, ""))
	}
	return b.one, nil
}

// publisher is how to publish by a connection.
func (b *Bus) publisher(c redis.Cmdable) func(ctx context.Context, channel string, message any) *redis.IntCmd {
	if b.cluster != nil {
		return c.SPublish
	}
	return c.Publish
}

// subscriber is how to subscribe by one. Each call may name channels of one bucket
// only.
func (b *Bus) subscriber(sub *redis.PubSub) func(ctx context.Context, channels ...string) error {
	if b.cluster != nil {
		return sub.SSubscribe
	}
	return sub.Subscribe
}

// doubt looks again where the buckets are.
func (b *Bus) doubt(ctx context.Context) {
	if b.cluster != nil {
		b.cluster.ReloadState(ctx)
	}
}

// Publish sends a batch in one round trip. After one that failed it uses another
// bucket.
func (b *Bus) Publish(ctx context.Context, batch []signaling.Envelope) (taken []bool, err error) {
	taken, err = b.publish(ctx, batch)
	if err != nil {
		b.doubt(ctx)
		b.bucket = rand.IntN(b.buckets())
	}
	return taken, err
}

func (b *Bus) publish(ctx context.Context, batch []signaling.Envelope) (taken []bool, err error) {
	shard, err := b.shard(ctx, b.bucket)
	if err != nil {
		return nil, err
	}
	replies := make([]*redis.IntCmd, len(batch))
	_, err = shard.Pipelined(ctx, func(p redis.Pipeliner) error {
		publish := b.publisher(p)
		for i, e := range batch {
			replies[i] = publish(ctx, b.channel(b.bucket, e.To), e.Data)
		}
		return nil
	})
	taken = make([]bool, len(batch))
	for i, r := range replies {
		taken[i] = r.Err() == nil && r.Val() > 0 // subscribers that it was sent to
	}
	return taken, err
}
