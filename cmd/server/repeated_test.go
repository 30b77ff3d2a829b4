package main

import (
	"bytes"
	"fmt"
	"log/slog"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// timeless is a log for tests: lines without the time.
func timeless(w *bytes.Buffer) *slog.Logger {
	return slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// What happens again and again is said at once, then once a minute, and nothing of it
// is lost: neither when it ends, nor when the server does.
func TestRepeated(t *testing.T) {
	const line = "level=WARN msg=flood times=%d n=%d hint=dam\n"
	tests := []struct {
		name  string
		every time.Duration
		n     int
		rest  time.Duration // after the last one, before the end
		want  []int         // how many times each line says
	}{
		{"none", time.Second, 0, time.Hour, nil},
		{"once", time.Second, 1, time.Hour, []int{1}},
		{"twice at once", 0, 2, time.Hour, []int{1, 1}},
		{"twice at once, and the end", 0, 2, 0, []int{1, 1}},
		{"now and then", 2 * time.Minute, 3, 0, []int{1, 1, 1}},
		{"a flood", 7 * time.Millisecond, 20000, 0, []int{1, 8571, 8571, 2857}}, // 140 s
		{"a flood and silence", 7 * time.Millisecond, 9000, time.Hour, []int{1, 8571, 428}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				var log bytes.Buffer
				r := &repeated{log: timeless(&log), what: "flood", hint: "dam"}
				for n := range tt.n {
					r.note("n", n+1)
					time.Sleep(tt.every)
				}
				time.Sleep(tt.rest)
				synctest.Wait()
				r.end()
				var want strings.Builder
				n := 0
				for _, times := range tt.want {
					n += times
					fmt.Fprintf(&want, line, times, n)
				}
				if log.String() != want.String() {
					t.Errorf("got\n%swant\n%s", &log, &want)
				}
				if r.count() != uint64(tt.n) {
					t.Errorf("%d are counted, want %d", r.count(), tt.n)
				}
			})
		})
	}
}

// timesSaid adds up how often the log says that something happened.
func timesSaid(log, what string) (n int) {
	for _, m := range regexp.MustCompile(`msg="`+regexp.QuoteMeta(what)+`[^"]*" times=(\d+)`).FindAllStringSubmatch(log, -1) {
		times, _ := strconv.Atoi(m[1])
		n += times
	}
	return n
}
