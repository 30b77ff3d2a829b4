package signaling

import (
	"errors"
	"net/http"
)

// A refusal is an answer other than 200, and the word that [Stats] count it by.
type refusal struct {
	reason string
	code   int
	text   string
}

var (
	refuseNoToken     = refusal{"no_token", http.StatusUnauthorized, "a token is required: POST /access"}
	refuseToken       = refusal{"bad_token", http.StatusForbidden, "bad or expired token: POST /access for a new one"}
	refuseName        = refusal{"no_name", http.StatusForbidden, ErrNoName.Error()}
	refuseStreams     = refusal{"too_many_streams", http.StatusTooManyRequests, "too many requests"}
	refuseTokens      = refusal{"too_many_tokens", http.StatusTooManyRequests, "too many requests"}
	refuseRequests    = refusal{"too_many_requests", http.StatusTooManyRequests, "too many requests"}
	refuseTooLarge    = refusal{"too_large", http.StatusRequestEntityTooLarge, "body too large"}
	refuseIncomplete  = refusal{"incomplete", http.StatusBadRequest, "incomplete body"}
	refuseMalformed   = refusal{"malformed", http.StatusBadRequest, "malformed JSON"}
	refuseRoom        = refusal{"bad_room", http.StatusNotFound, "no such room: 1 to 64 letters, digits or - _ . ~"}
	refuseEvent       = refusal{"bad_event", http.StatusBadRequest, "no event that peers may send"}
	refuseCrossOrigin = refusal{"cross_origin", http.StatusForbidden, "a page of another site may not do that"}
	refuseClosed      = refusal{"closed", http.StatusServiceUnavailable, "shutting down"}
)

const challenge = `Bearer realm="drawmesh"`

// refuse answers a request that is not served.
func (s *Server) refuse(w http.ResponseWriter, why refusal) {
	s.counts.refused(why.reason)
	if why == refuseToken || why == refuseNoToken {
		w.Header().Set("WWW-Authenticate", challenge) // RFC 6750: it is we who refuse, and no proxy
	}
	if why.code == http.StatusTooManyRequests || why.code == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", "1")
	}
	http.Error(w, why.text, why.code)
}

// refuseLimit answers who has come to a limit.
func (s *Server) refuseLimit(w http.ResponseWriter, r *http.Request, why refusal) {
	s.refuse(w, why)
	if s.opts.OnLimit != nil {
		_, address := s.limits(r)
		s.opts.OnLimit(why.reason, address)
	}
}

// refusalOf is how a hub's error is told to the one who asked.
func refusalOf(err error) refusal {
	switch {
	case errors.Is(err, ErrNoPeer):
		return refusal{"no_peer", http.StatusNotFound, err.Error()}
	case errors.Is(err, ErrAway):
		return refusal{"away", http.StatusServiceUnavailable, err.Error()}
	case errors.Is(err, errBehind):
		return refusal{"behind", http.StatusServiceUnavailable, err.Error()}
	case errors.Is(err, ErrRoomFull):
		return refusal{"room_full", http.StatusConflict, err.Error()}
	case errors.Is(err, errTooMany):
		return refusal{"too_many_rooms", http.StatusBadRequest, err.Error()}
	}
	return refusal{"no_stream", http.StatusPreconditionFailed, err.Error()}
}
