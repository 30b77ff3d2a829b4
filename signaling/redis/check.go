package redis

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// checkTime is how long Check asks again whoever does not answer in time: that may be
// because everything has just been started, and what is wrong is to be said now.
const checkTime = 2 * time.Second

// The oldest that will do: 6.0 has users with permissions, 7.0 has channels of shards.
const (
	oldest        = 6
	oldestCluster = 7
)

// ErrOutOfReach means that there is no answer, and may be one later.
var ErrOutOfReach = errors.New("no answer")

// Check asks the Redis, or one of the cluster, whether it can be a bus, and is to
// be one for us. It returns [ErrOutOfReach] if that cannot be told for now.
func (b *Bus) Check(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, checkTime)
	defer cancel()
	for {
		err := b.checkAny(ctx)
		if late := net.Error(nil); ctx.Err() != nil || !errors.As(err, &late) || !late.Timeout() {
			return err
		}
	}
}

// checkAny asks one after another until one answers.
func (b *Bus) checkAny(ctx context.Context) error {
	shards, err := b.shards(ctx)
	if err != nil {
		return b.explain(err)
	}
	for shard, buckets := range shards {
		if err = b.check(ctx, shard, buckets[0]); !errors.Is(err, ErrOutOfReach) {
			return err
		}
	}
	return err
}

// check asks one, by a channel of no server.
func (b *Bus) check(ctx context.Context, shard *redis.Client, bucket int) error {
	info, err := shard.InfoMap(ctx, "server").Result()
	if err == nil {
		err = b.suits(info["Server"])
		if err != nil {
			return err
		}
	} else if !isDenied(err) { // not every user may ask that
		return b.explain(err)
	}
	channel := b.channel(bucket, "check")
	if err := b.publisher(shard)(ctx, channel, "").Err(); err != nil {
		return b.explain(err)
	}
	sub := shard.Subscribe(ctx)
	defer sub.Close()
	if err := b.subscriber(sub)(ctx, channel); err != nil {
		return b.explain(err)
	}
	if _, err := sub.ReceiveTimeout(ctx, replyTime); err != nil {
		return b.explain(err)
	}
	return nil
}

// suits judges what a Redis says of itself.
func (b *Bus) suits(server map[string]string) error {
	least := oldest
	if b.cluster != nil {
		least = oldestCluster
	}
	version := server["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err == nil && n < least {
		return fmt.Errorf("%s has version %s: this needs %d.0 or later", b.at, version, least)
	}
	if b.cluster == nil && server["redis_mode"] == "cluster" {
		return fmt.Errorf("%s is one of a cluster: give it as redis+cluster://", b.at)
	}
	return nil
}

// explain says what an error means for whoever has started the server.
func (b *Bus) explain(err error) error {
	var (
		dns  *net.DNSError
		cert *tls.CertificateVerificationError
		op   *net.OpError
		tcp  net.Error
		text = err.Error()
	)
	switch {
	case errors.As(err, &dns) && dns.IsNotFound:
		return fmt.Errorf("there is no host of the name %s", dns.Name)
	case errors.As(err, &cert), errors.As(err, new(x509.UnknownAuthorityError)):
		return fmt.Errorf("%s is not trusted: %w; ca=FILE after a ? names who certifies it", b.at, err)
	case errors.As(err, new(tls.RecordHeaderError)):
		return fmt.Errorf("%s does not encrypt: its address begins with redis, not with rediss", b.at)
	case errors.As(err, &op) && op.Op == "remote error": // an alert of TLS
		return fmt.Errorf("%s does not take our certificate, or wants one: %w; cert=FILE&key=FILE after a ? are ours", b.at, err)
	case errors.Is(err, io.EOF):
		return fmt.Errorf("%s hangs up: it may want to be encrypted, as rediss://, or be no Redis", b.at)
	case isDenied(err):
		return fmt.Errorf("%s does not let this user publish and subscribe: %s; its user needs +publish +subscribe +spublish +ssubscribe &drawmesh:*", b.at, text)
	case hasPrefix(text, "WRONGPASS", "NOAUTH", "ERR invalid password", "ERR AUTH", "ERR Client sent AUTH"):
		return fmt.Errorf("%s does not take this user and password: %s", b.at, text)
	case strings.Contains(text, "cluster support disabled"):
		return fmt.Errorf("%s is of no cluster: give it as redis://", b.at)
	case errors.As(err, &op) && op.Op == "dial", errors.As(err, &tcp) && tcp.Timeout(), errors.Is(err, context.DeadlineExceeded),
		hasPrefix(text, "LOADING", "CLUSTERDOWN", "MOVED", "MASTERDOWN", "ERR max number of clients"):
		return fmt.Errorf("%w from %s: %w", ErrOutOfReach, b.at, err)
	}
	return fmt.Errorf("%s answers otherwise than a Redis: %w", b.at, err)
}

func isDenied(err error) bool { return strings.HasPrefix(err.Error(), "NOPERM") }

func hasPrefix(text string, prefixes ...string) bool {
	for _, p := range prefixes {
		if strings.HasPrefix(text, p) {
			return true
		}
	}
	return false
}
