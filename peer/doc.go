// Package peer is a participant of a room: it joins, draws, and sees what the
// others draw.
//
// A mirror answers each stroke with its image, and takes that back when the
// stroke is taken back. It imports drawmesh/canvas, where the operations are, and
// drawmesh/peer:
//
//	p, err := peer.Join(ctx, "http://localhost:8081/studio", peer.Options{Name: "mirror"})
//	if err != nil {
//		return err
//	}
//	defer p.Close(ctx)
//	images := make(map[canvas.Stroke]canvas.Stroke)
//	for ev := range p.Events() {
//		d, ok := ev.(peer.Drawn)
//		if !ok || d.Old || d.Name == "mirror" {
//			continue // two mirrors would never end
//		}
//		switch op := d.Op.(type) {
//		case canvas.Segment:
//			op.From.X, op.To.X = 1280-op.From.X, 1280-op.To.X
//			images[d.Stroke], _ = p.Continue(images[d.Stroke], op)
//		case canvas.Undo:
//			p.Undo(images[d.Stroke])
//		case canvas.Clear:
//			clear(images) // which it has wiped, too
//		}
//	}
//	return p.Err()
//
// # A stay
//
// [Join] enters the room, and [Peer.Close] leaves it. In between the peer is linked
// to every other one, directly: it makes links again that are lost, and needs the
// server only to find newcomers. [Peer.Done] is closed when the stay has ended,
// also because the server refuses the peer for good, which [Peer.Err] then tells.
// What was drawn goes out by itself; [Peer.Flush] waits until the others have it,
// as is due before leaving.
//
// # Events
//
// [Peer.Events] and [Peer.Next] tell what happens, in order: who comes and goes
// ([Presence]), how the links and the way to the server stand ([Link],
// [Signaling]), what others draw ([Drawn]) and what goes wrong ([Fault]). What was
// drawn before comes first, as Drawn that is Old, and then [Synced]. Reading is
// optional, and any method may be called meanwhile. [Peer.Members] tells who is
// there now.
//
// # Strokes
//
// What is drawn from pen down to pen up is one stroke, which everybody knows by
// the same [canvas.Stroke]. [Peer.Draw] returns it, Drawn names it, and
// [Peer.Undo] and [Peer.Redo] take it: one's own only, for nobody undoes another's.
// [Peer.Continue] draws several strokes at a time.
//
// # The drawing
//
// The drawing is a [canvas.Log], which is the same for all who have heard the
// same. [Peer.Look] lends it, and a [View] with what has changed since it last
// looked, for who paints it, as package drawmesh/canvas/raster does.
// [Peer.WaitSynced] waits for what was drawn before; peers whose [Peer.Sum] is
// equal hold the same.
package peer
