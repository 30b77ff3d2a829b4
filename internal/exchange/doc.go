// Package exchange is what a peer and its neighbours tell each other of the
// drawing, so that all come to hold the same log. It knows no network and no
// clock: messages go out by a [Wire], and it takes the time as it is told.
//
// Each part calls only those below it, and none back:
//
//	Exchange                 hears, ticks; owns the neighbours and the parts
//	├─ receiver              takes runs, clears and proofs in
//	├─ comparer              somebody holds as much as we do, and yet something else
//	├─ sponsor               what plain peers need of us
//	├─ puller, answers       ask for what we lack; send what others lack
//	├─ heartbeat             whether a neighbour lives
//	├─ teller                who has been told what we hold
//	├─ pen                   what we draw ourselves
//	├─ outbox, router        what is drawn travels together, and to whom
//	└─ drawing, neighbours   what all of them read: the log, and who is near
//
// The page has the same parts, by the same names, in cmd/server/web; there is no
// router there yet, and what a page has to tell goes out by callbacks.
package exchange
