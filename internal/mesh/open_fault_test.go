package mesh

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"drawmesh/signaling"
)

// trickled has a relay send candidates one by one after the descriptions, and
// lose the lost-th of them, counted from 1. It returns how many there were.
func trickled(r *relay, lost int) (candidates *int) {
	candidates = new(int)
	r.lose(func(from, to signaling.ID, ev signaling.Event) bool {
		d := ev.(signaling.Description)
		var sdp strings.Builder
		var later []signaling.Candidate
		for line := range strings.Lines(d.Data.SDP) {
			text, ok := strings.CutPrefix(line, "a=candidate:")
			switch {
			case strings.HasPrefix(line, "a=end-of-candidates"):
			case ok && strings.Fields(text)[1] != "1": // pion says each twice, once for RTCP
			case !ok:
				sdp.WriteString(line)
			default:
				if *candidates++; *candidates != lost {
					later = append(later, signaling.Candidate{Data: signaling.ICECandidate{Candidate: "candidate:" + strings.TrimSpace(text)}})
				}
			}
		}
		d.Data.SDP = sdp.String()
		peer, at := r.peers[to], time.Now().Add(oneWay)
		peer.post <- func() {
			time.Sleep(time.Until(at))
			peer.Handle(from, d)
			for _, c := range later {
				time.Sleep(5 * time.Millisecond)
				peer.Handle(from, c)
			}
		}
		return false
	})
	return candidates
}

// Fault 10: the k-th candidate is lost, for each k, even if it is a side's only
// one.
func TestFault10CandidateLost(t *testing.T) {
	for addresses := 1; addresses <= 2; addresses++ { // of each side
		for lost := 0; lost <= 2*addresses; lost++ {
			t.Run(fmt.Sprint(lost, " of ", 2*addresses), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRelay(t)
					candidates := trickled(r, lost)
					a := r.mesh("a", Options{Net: r.wan.MultiHost(addresses)})
					b := r.mesh("b", Options{Net: r.wan.MultiHost(addresses)})
					b.Add("a", false)
					a.Add("b", true)
					time.Sleep(5 * time.Second)
					wantStates(t, a, "b", Connecting, Open)
					wantStates(t, b, "a", Connecting, Open)
					t.Logf("open after %v", a.last("b").Took)
					if *candidates != 2*addresses {
						t.Errorf("there were %d candidates, want %d", *candidates, 2*addresses)
					}
				})
			})
		}
	}
}

// Fault 11: an offer or an answer is lost. The next offer comes after 5 s and
// about one of waiting, and an answer that comes after all is to nothing.
func TestFault11DescriptionLost(t *testing.T) {
	lost := map[string]func(signaling.Event) bool{"offer": isOffer, "answer": isAnswer}
	for name, which := range lost {
		for _, late := range []bool{false, true} {
			t.Run(fmt.Sprint(name, ", late ", late), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					r := newRelay(t)
					n := 1
					r.lose(func(from, to signaling.ID, ev signaling.Event) bool {
						if n == 0 || !which(ev) {
							return true
						}
						n--
						if late {
							time.AfterFunc(7*time.Second, func() { r.peers[to].Handle(from, ev) })
						}
						return false
					})
					a, b := r.pair()
					time.Sleep(5 * time.Second)
					if a.last("b").State == Open {
						t.Fatal("the link is open although half of its signaling was lost")
					}
					time.Sleep(7 * time.Second)
					if a.last("b").State != Open || b.last("a").State != Open {
						t.Errorf("after 12 s the link is %v and %v, want it open", a.states("b"), b.states("a"))
					}
					t.Logf("open after %v", a.last("b").Took)
					time.Sleep(time.Minute)
					if a.last("b").State != Open || b.last("a").State != Open {
						t.Errorf("later the link is %v and %v, want it open", a.states("b"), b.states("a"))
					}
				})
			})
		}
	}
}
