package canvas

import (
	"errors"
	"fmt"
	"slices"
)

// settle lets everybody hear everybody, and judges what they hold. Then everybody
// draws, and all must see it.
func (net *network) settle() error {
	held := net.held()
	if err := net.heal(); err != nil {
		return err
	}
	if err := net.judge(held); err != nil {
		return err
	}
	for i, n := range net.nodes {
		if n.alive {
			if err := net.draw(i); err != nil {
				return err
			}
		}
	}
	net.links = map[[2]int][]packet{} // the live messages are lost
	held = net.held()
	if err := net.heal(); err != nil {
		return err
	}
	return net.judge(held)
}

// held is what honest authors wrote and somebody who is alive holds.
func (net *network) held() map[Key]Entry {
	held := map[Key]Entry{}
	for _, n := range net.nodes {
		if !n.alive {
			continue
		}
		for _, e := range allLive(n.log) {
			if _, honest := net.wrote[e.Site]; honest {
				held[e.Key()] = e
			}
		}
	}
	return held
}

// heal lets everything arrive, and what was early become due.
func (net *network) heal() error {
	net.cut = map[[2]int]bool{}
	net.now += 6 * Tolerance
	for range 12 {
		agreed := true
		for i, n := range net.nodes {
			if !n.alive {
				continue
			}
			if err := net.verify(n); err != nil {
				return err
			}
			h := n.log.Have()
			for j, other := range net.nodes {
				if other.alive && i != j {
					agreed = agreed && other.log.Digest() == h.Digest
					net.links[[2]int{i, j}] = append(net.links[[2]int{i, j}], packet{have: &h})
				}
			}
		}
		for len(net.links) > 0 {
			for _, link := range net.keys() {
				if err := net.deliver(link); err != nil {
					return err
				}
			}
		}
		if agreed {
			return nil
		}
	}
	return nil
}

// judge says what is wrong with what the living hold.
func (net *network) judge(held map[Key]Entry) error {
	var first *node
	for i, n := range net.nodes {
		if !n.alive {
			continue
		}
		if err := sound(n.log, net.whole); err != nil {
			return fmt.Errorf("peer %d: %w", i, err)
		}
		if err := net.judgeOne(n); err != nil {
			return fmt.Errorf("peer %d: %w", i, err)
		}
		if first == nil {
			first = n
		}
		if n.log.Digest() != first.log.Digest() {
			return fmt.Errorf("peer %d has another digest: %+v, not %+v", i, n.log.Have(), first.log.Have())
		}
		if err := oracleCompare(n.picture, first.picture); err != nil {
			return fmt.Errorf("peer %d has another picture: %w", i, err)
		}
	}
	if first == nil {
		return nil
	}
	live := allLive(first.log)
	got := make(map[Key]Entry)
	for _, e := range live {
		got[e.Key()] = e
		if wrote, honest := net.wrote[e.Site]; honest && (int(e.N) > len(wrote) || wrote[e.N-1] != e) {
			return fmt.Errorf("in an honest name, and never written: %+v", e)
		}
	}
	for key, e := range held {
		if _, there := got[key]; !there && e.T > first.log.LastClear().T {
			return fmt.Errorf("lost: %+v", e)
		}
	}
	return net.judgeDigest(first.log)
}

// judgeOne compares the picture of one with what it holds.
func (net *network) judgeOne(n *node) error {
	live := allLive(n.log)
	if err := oracleCompare(live, oracleLive(live, n.log.LastClear())); err != nil {
		return fmt.Errorf("something came back, or is out of order: %w", err)
	}
	if err := oracleCompare(n.picture, oraclePainted(live)); err != nil {
		return fmt.Errorf("the picture: %w", err)
	}
	if k := n.log.Undoable(); k > 0 && !slices.ContainsFunc(n.picture, func(e Entry) bool { return e.Site == n.log.own && e.K == k }) {
		return errors.New("what can be undone does not show")
	}
	if fresh := slices.Collect(n.log.Paint(Key{})); oracleCompare(fresh, n.picture) != nil {
		return errors.New("what a painter made of the changes is not the picture")
	}
	return nil
}

// judgeDigest compares a digest with that of the stories, as far as they are known:
// where a site of the hostile one lives, nobody knows what it wrote.
func (net *network) judgeDigest(l *Log) error {
	var stories []story
	for site, n := range l.Have().Sites {
		wrote, honest := net.wrote[site]
		if !honest {
			return nil
		}
		key, _ := l.Key(site)
		stories = append(stories, story{key, wrote[:n]})
	}
	if want := oracleDigest(stories, l.LastClear(), l.voidSites()); l.Digest() != want {
		return fmt.Errorf("digest %v, the stories' is %v", l.Digest(), want)
	}
	return nil
}
