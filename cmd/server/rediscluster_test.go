package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"drawmesh/peer"
	"drawmesh/signaling"
)

// A redisCluster is three masters, without replicas.
type redisCluster struct {
	t      *testing.T
	shards []*redisServer
	url    string
}

const slots = 16384

func startRedisCluster(t *testing.T) *redisCluster {
	t.Helper()
	const shards = 3
	c := &redisCluster{t: t}
	var addrs, buses []string
	for range shards {
		_, bus, _ := net.SplitHostPort(freeAddr(t))
		r := startRedis(t, "--cluster-enabled", "yes", "--cluster-port", bus, "--cluster-node-timeout", "2000", "--cluster-allow-replica-migration", "no",
			"--user", "draw", "on", ">geheim", "+spublish", "+ssubscribe", "+ping", "+cluster|slots", "&drawmesh:*")
		c.shards, addrs, buses = append(c.shards, r), append(addrs, r.addr), append(buses, bus)
	}
	for i, r := range c.shards {
		c.do(r, "cluster", "addslotsrange", i*slots/shards, (i+1)*slots/shards-1)
		host, port, _ := net.SplitHostPort(addrs[i])
		c.do(c.shards[0], "cluster", "meet", host, port, buses[i])
	}
	for _, r := range c.shards {
		until(t, "the cluster is one", func() bool {
			info := fmt.Sprint(c.do(r, "cluster", "info"))
			return strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_size:3")
		})
	}
	c.url = "redis+cluster://draw:geheim@" + strings.Join(addrs, ",")
	return c
}

// do has one of the shards do something.
func (c *redisCluster) do(r *redisServer, args ...any) any {
	c.t.Helper()
	client := redis.NewClient(&redis.Options{Addr: r.addr})
	defer client.Close()
	got, err := client.Do(c.t.Context(), args...).Result()
	if err != nil {
		c.t.Fatalf("%v: %v", args, err)
	}
	return got
}

// servers starts three that share their rooms.
func (c *redisCluster) servers(args ...string) (all []*process) {
	c.t.Helper()
	for range 3 {
		all = append(all, startProcess(c.t, append(args, "--port=0", "--token-secret", longSecret, "--redis", c.url)...))
	}
	return all
}

// Fifty members join a room over three servers in the same instant, while
// somebody empties the cluster. Every two are introduced to one another, once, and
// one of them to make the offer.
func TestClusterJoinsAtOnce(t *testing.T) {
	t.Parallel()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	const members = 50
	c := startRedisCluster(t)
	servers := c.servers("--max-peers=64")
	var clients []*signaling.Client
	for i := range members {
		client, err := signaling.Dial(t.Context(), servers[i%len(servers)].url, signaling.ClientOptions{Name: fmt.Sprint(i)})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { client.Close() })
		clients = append(clients, client)
	}
	var joins sync.WaitGroup
	at := make(chan struct{})
	for _, client := range clients {
		joins.Go(func() {
			<-at
			if err := client.Join(t.Context(), "studio"); err != nil {
				t.Error(err)
			}
		})
	}
	joins.Go(func() {
		<-at
		for _, r := range c.shards {
			c.do(r, "flushall")
		}
	})
	close(at)
	joins.Wait()
	if t.Failed() {
		return
	}

	// Once everybody has heard of all, one of each server waves to all: what a
	// server tells comes in order, so nothing of the joins is to come after that.
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	type pair [2]signaling.ID
	var mu sync.Mutex
	introduced, offers := make(map[pair]int), make(map[pair]int)
	var hearing, arrived sync.WaitGroup
	arrived.Add(members)
	for i, client := range clients {
		hearing.Go(func() {
			self, want := client.Self().ID, len(servers)
			if i < want {
				want-- // one of those is us
			}
			for heard, waves := 0, 0; waves < want; {
				ev, err := client.Next(ctx)
				if err != nil {
					t.Errorf("%s heard of %d: %v", client.Self().Name, heard, err)
					if heard < members-1 {
						arrived.Done()
					}
					return
				}
				switch ev := ev.(type) {
				case signaling.AddPeer:
					if heard++; heard == members-1 {
						arrived.Done()
					}
					mu.Lock()
					p := pair{min(self, ev.Peer.ID), max(self, ev.Peer.ID)}
					introduced[p]++
					if ev.Offer {
						offers[p]++
					}
					mu.Unlock()
				case signaling.RemovePeer:
					t.Errorf("%s heard that %s left", client.Self().Name, ev.Peer.Name)
				case signaling.Relayed:
					waves++
				}
			}
		})
	}
	arrived.Wait()
	for _, from := range clients[:len(servers)] {
		for _, to := range clients {
			if to == from {
				continue
			}
			if err := from.Relay(ctx, to.Self().ID, "wave", []byte("1")); err != nil {
				t.Fatalf("%s to %s: %v", from.Self().Name, to.Self().Name, err)
			}
		}
	}
	hearing.Wait()
	if want := members * (members - 1) / 2; len(introduced) != want {
		t.Errorf("%d pairs were introduced, want %d", len(introduced), want)
	}
	for p, n := range introduced {
		if n != 2 || offers[p] != 1 {
			t.Errorf("%v: %d introductions and %d offers, want 2 and 1", p, n, offers[p])
		}
	}
}

// Peers in earnest, over three servers, have every link.
func TestClusterLinks(t *testing.T) {
	t.Parallel()
	const members = 9
	c := startRedisCluster(t)
	servers := c.servers()
	var mu sync.Mutex
	var peers []*peer.Peer
	var joins sync.WaitGroup
	for i := range members {
		joins.Go(func() {
			p, err := peer.Join(t.Context(), servers[i%len(servers)].url+"/studio", peer.Options{Name: fmt.Sprint(i), Loopback: true})
			if err != nil {
				t.Error(err)
				return
			}
			t.Cleanup(func() { p.Close(context.Background()) })
			mu.Lock()
			defer mu.Unlock()
			peers = append(peers, p)
		})
	}
	joins.Wait()
	until(t, "everybody has a link to everybody", func() bool {
		open := 0
		for _, p := range peers {
			for _, m := range p.Members() {
				if m.Link == peer.Open {
					open++
				}
			}
		}
		return open == members*(members-1)
	})
	lasting := regexp.MustCompile(` age=([4-9]|\d\d)`)
	until(t, "connections last, also to shards by which nobody tells anything", func() bool {
		n := 0
		for _, r := range c.shards {
			n += len(lasting.FindAllString(c.do(r, "client", "list", "type", "pubsub").(string), -1))
		}
		return n == len(servers)*len(c.shards)
	})
}

// A shard is killed and comes back, one after the other; then all of a shard's
// slots move to another. Nobody is thought to have left, and each time messages go
// from every server to every other again, and all hear who comes.
func TestFault24ClusterShards(t *testing.T) {
	t.Parallel()
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	c := startRedisCluster(t)
	servers := c.servers()
	ana := visit(t, servers[0].url, "Ana")
	bo := visit(t, servers[1].url, "Bo")
	ana.hears("+Bo")
	bo.hears("+Ana")
	cy := visit(t, servers[2].url, "Cy")
	here := []*visitor{ana, bo, cy}
	ana.hears("+Cy")
	bo.hears("+Cy")
	cy.hears("+Ana", "+Bo")
	n := 0
	// works also says what becomes of who comes now.
	works := func(what string) {
		t.Helper()
		start := time.Now()
		for i, from := range here {
			to := here[(i+1)%len(here)]
			until(t, what+", and "+from.Self().Name+" is heard", func() bool {
				n++
				status, _ := from.relays(to, n)
				return status == 200
			})
			to.hears(fmt.Sprintf("wave from %s: %d", from.Self().ID, n))
		}
		relays := time.Since(start)
		late := visit(t, servers[n%len(servers)].url, what)
		for _, v := range here {
			v.hears("+" + what)
		}
		if err := late.Leave(t.Context(), "studio"); err != nil {
			t.Fatal(err)
		}
		for _, v := range here {
			v.hears("-" + what)
		}
		t.Logf("%s: relays after %v, a visit after %v", what, relays.Round(time.Millisecond), time.Since(start).Round(time.Millisecond))
		if took := time.Since(start); took > 10*time.Second {
			t.Errorf("%s: took %v, want 10 s at most", what, took)
		}
	}
	works("at first")
	for _, r := range c.shards {
		until(t, "every server has one connection to hear "+r.addr, func() bool {
			return strings.Count(c.do(r, "client", "list", "type", "pubsub").(string), "\n") == len(servers)
		})
	}
	heard := c.heard(c.shards...)
	for i, r := range c.shards {
		r.kill()
		works(fmt.Sprintf("shard %d killed", i))
		r.start()
		works(fmt.Sprintf("shard %d back", i))
	}
	until(t, "the cluster is whole", func() bool {
		return strings.Contains(fmt.Sprint(c.do(c.shards[0], "cluster", "info")), "cluster_state:ok")
	})
	heir := c.do(c.shards[1], "cluster", "myid")
	for _, r := range []*redisServer{c.shards[1], c.shards[0], c.shards[2]} {
		script := fmt.Sprintf("for slot = 0, %d do redis.call('cluster', 'setslot', slot, 'node', '%s') end return 1", slots/3-1, heir)
		c.do(r, "eval", script, 0)
	}
	moved := time.Now()
	works("slots moved")
	until(t, "what has moved is heard there", func() bool { return c.heard(c.shards[1:]...) >= heard })
	if took := time.Since(moved); took > 5*time.Second {
		t.Errorf("what has moved is heard there after %v, want 5 s at most", took)
	}
}

// heard is how many subscriptions these shards have to what is for all.
func (c *redisCluster) heard(shards ...*redisServer) (n int64) {
	c.t.Helper()
	for _, r := range shards {
		for _, channel := range c.do(r, "pubsub", "shardchannels", "*}").([]any) {
			n += c.do(r, "pubsub", "shardnumsub", channel).([]any)[1].(int64)
		}
	}
	return n
}
