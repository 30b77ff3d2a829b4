package mesh

// What may wait for one peer. A peer that lets more pile up loses its link, and
// delays nobody.
const (
	maxQueue   = 1 << 20 // bytes
	perMessage = 64      // bytes that a message in the queue costs beside its data
)

// A queue is what waits to be given to SCTP. The zero value is empty.
type queue struct {
	messages []Message
	bytes    int
}

// put reports whether there was room.
func (q *queue) put(msg Message) bool {
	size := len(msg.Data) + perMessage
	if q.bytes+size > maxQueue {
		return false
	}
	q.messages = append(q.messages, msg)
	q.bytes += size
	return true
}

// drop removes the first message.
func (q *queue) drop() {
	q.bytes -= len(q.messages[0].Data) + perMessage
	q.messages[0] = Message{}
	if q.messages = q.messages[1:]; len(q.messages) == 0 {
		*q = queue{}
	}
}

// send gives a message to SCTP at once if nothing waits there or here, which
// spares waking run. Else it queues it. It reports whether the link is open.
func (l *link) send(msg Message) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.state != Open || l.cause != nil:
		return false
	case len(l.queue.messages) == 0 && !l.channel.full():
		if l.cause = l.channel.write(msg); l.cause == nil {
			return true
		}
	case !l.queue.put(msg):
		l.cause = errSlow
	}
	l.signal()
	return l.cause == nil
}

// fail ends the connection.
func (l *link) fail(cause error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.state == Open {
		l.cause = cause
		l.signal()
	}
}

func (l *link) signal() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// next is the message to send next, which stays in the queue until sent.
func (l *link) next() (msg Message, ok bool, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.cause != nil || len(l.queue.messages) == 0 {
		return msg, false, l.cause
	}
	return l.queue.messages[0], true, nil
}

// sent takes out the first message, which SCTP has now.
func (l *link) sent() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.queue.drop()
}

// queued is how many bytes the peer has not acknowledged.
func (l *link) queued() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := l.queue.bytes
	if l.state == Open {
		n += int(l.channel.dc.BufferedAmount())
	}
	return n
}

// flushed reports whether nothing is under way, not even the first connection.
// For what nothing gets through to, nobody waits.
func (l *link) flushed() bool {
	l.mu.Lock()
	state, unsteady := l.state, l.unsteady
	l.mu.Unlock()
	return l.ctx.Err() != nil || unsteady || state != Connecting && l.queued() == 0
}
