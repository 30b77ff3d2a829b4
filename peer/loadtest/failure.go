package loadtest

import (
	"regexp"
	"strings"
	"sync"
	"time"
)

// A Failure is something that went wrong with one bot.
type Failure struct {
	At    time.Duration // since the run began
	What  string        // "join", "stream", "link", "message", "draw", "clear" or "bot"
	Bot   string
	Peer  string // whom it was about, if anybody; a stranger's is its id
	Cause error
}

// failures counts them by cause. Methods may be called concurrently.
type failures struct {
	tell func(Failure)

	mu    sync.Mutex
	kinds map[[2]string]*Cause // by what and cause
	order []*Cause
	total int
}

// maxCauses is how many causes a report tells apart.
const maxCauses = 100

func (f *failures) add(failure Failure) {
	cause := failure.Cause.Error()
	f.mu.Lock()
	f.total++
	key := [2]string{failure.What, kind(cause, failure)}
	if f.kinds[key] == nil && len(f.order) == maxCauses {
		key = [2]string{failure.What, "other causes"}
	}
	c := f.kinds[key]
	if c == nil {
		if f.kinds == nil {
			f.kinds = make(map[[2]string]*Cause)
		}
		c = &Cause{What: key[0], Cause: key[1], AtMS: ms(failure.At), Bot: failure.Bot, Peer: failure.Peer}
		f.kinds[key] = c
		f.order = append(f.order, c)
	}
	c.Count++
	f.mu.Unlock()
	f.tell(failure)
}

func (f *failures) count() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.total
}

func (f *failures) causes() []Cause {
	f.mu.Lock()
	defer f.mu.Unlock()
	causes := make([]Cause, len(f.order))
	for i, c := range f.order {
		causes[i] = *c
	}
	return causes
}

// kind is a cause without the names in it that make each one different.
func kind(cause string, f Failure) string {
	if f.Peer != "" {
		if _, rest, ok := strings.Cut(cause, ": "); ok && strings.HasPrefix(cause, "peer ") {
			return rest
		}
	}
	return localEnd().ReplaceAllString(cause, "")
}

// localEnd is that of a connection, which differs each time.
var localEnd = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\S+->`) })
