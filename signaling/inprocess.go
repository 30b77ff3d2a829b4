package signaling

import (
	"context"
	"net/http"
)

// insideKey marks the requests of peers of the server's own process.
type insideKey struct{}

// Inside answers as ServeHTTP does, for peers of the server's own process, such
// as those that keep drawings: the limits of addresses are not for them.
func (s *Server) Inside() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), insideKey{}, true)))
	})
}

func inside(r *http.Request) bool { return r.Context().Value(insideKey{}) != nil }
