package redis

import (
	"context"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

const (
	lookTime = 500 * time.Millisecond // between two looks at the connections
	pingTime = time.Second
	silence  = 3 * time.Second // after which a connection is replaced
)

// A listener is a connection to a shard that hears some buckets.
type listener struct {
	buckets []int
	stop    context.CancelFunc
	ended   chan struct{}
}

// over reports whether the connection has ended by itself.
func (l *listener) over() bool {
	select {
	case <-l.ended:
		return true
	default:
		return false
	}
}

// Subscribe hears what is for a server or for all, over one connection to each
// shard. One that falls silent is replaced, and each that is to hear others when
// buckets have moved; shards that answer do not notice those that do not.
func (b *Bus) Subscribe(ctx context.Context, server string, handle func(data []byte)) {
	var all sync.WaitGroup
	defer all.Wait()
	listeners := make(map[*redis.Client]*listener)
	look := time.NewTicker(lookTime)
	defer look.Stop()
	for ctx.Err() == nil {
		want, err := b.shards(ctx)
		for shard, l := range listeners {
			if l.over() {
				b.doubt(ctx)
			} else if err != nil || slices.Equal(l.buckets, want[shard]) {
				continue
			}
			l.stop()
			<-l.ended
			delete(listeners, shard)
		}
		for shard, buckets := range want {
			if listeners[shard] != nil {
				continue
			}
			l := &listener{buckets: buckets, ended: make(chan struct{})}
			var life context.Context
			life, l.stop = context.WithCancel(ctx)
			listeners[shard] = l
			all.Go(func() {
				defer close(l.ended)
				defer l.stop()
				b.listen(life, shard, buckets, server, handle)
			})
		}
		select {
		case <-look.C:
		case <-ctx.Done():
		}
	}
}

// shards are those that there are, each with its buckets.
func (b *Bus) shards(ctx context.Context) (map[*redis.Client][]int, error) {
	shards := make(map[*redis.Client][]int)
	for bucket := range b.buckets() {
		shard, err := b.shard(ctx, bucket)
		if err != nil {
			return nil, err
		}
		shards[shard] = append(shards[shard], bucket)
	}
	return shards, nil
}

// listen hears one connection to its end.
func (b *Bus) listen(ctx context.Context, shard *redis.Client, buckets []int, server string, handle func(data []byte)) {
	sub := shard.Subscribe(ctx)
	defer sub.Close()
	stop := context.AfterFunc(ctx, func() { sub.Close() }) // ends a read
	defer stop()
	subscribe := b.subscriber(sub)
	for _, bucket := range buckets {
		if subscribe(ctx, b.channel(bucket, ""), b.channel(bucket, server)) != nil {
			return
		}
	}
	var pings sync.WaitGroup
	defer pings.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	pings.Go(func() { ping(ctx, sub) })
	for {
		got, err := sub.ReceiveTimeout(ctx, silence)
		if err != nil {
			return
		}
		switch got := got.(type) {
		case *redis.Message:
			handle([]byte(got.Payload))
		case *redis.Subscription:
			if strings.HasSuffix(got.Kind, "unsubscribe") {
				return // the bucket has moved to another shard
			}
		}
	}
}

// ping has a shard say something every second, for there may be nobody who tells
// anything in its buckets.
func ping(ctx context.Context, sub *redis.PubSub) {
	tick := time.NewTicker(pingTime)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			if sub.Ping(ctx) != nil {
				return // whoever reads will notice
			}
		case <-ctx.Done():
			return
		}
	}
}
