package mesh

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/pion/logging"
)

// pionLog passes pion's messages to a slog.Logger, all at Debug: whatever of
// them matters to a room is said by the room.
type pionLog struct{ log *slog.Logger }

func (p pionLog) NewLogger(scope string) logging.LeveledLogger {
	return pionScope{p.log.With("pion", scope)}
}

type pionScope struct{ log *slog.Logger }

func (p pionScope) say(format string, args ...any) {
	if p.log.Enabled(context.Background(), slog.LevelDebug) {
		p.log.Debug(fmt.Sprintf(format, args...))
	}
}

func (p pionScope) Trace(string)          {}
func (p pionScope) Tracef(string, ...any) {}
func (p pionScope) Debug(msg string)      { p.say("%s", msg) }
func (p pionScope) Info(msg string)       { p.say("%s", msg) }
func (p pionScope) Warn(msg string)       { p.say("%s", msg) }
func (p pionScope) Error(msg string)      { p.say("%s", msg) }

func (p pionScope) Debugf(format string, args ...any) { p.say(format, args...) }
func (p pionScope) Infof(format string, args ...any)  { p.say(format, args...) }
func (p pionScope) Warnf(format string, args ...any)  { p.say(format, args...) }
func (p pionScope) Errorf(format string, args ...any) { p.say(format, args...) }
