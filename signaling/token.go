package signaling

import (
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

const (
	tokenLife  = time.Hour
	tokenSize  = 4 << 10 // bytes; a longer one is not even parsed
	secretSize = 32      // bytes at least, as long as the hash (RFC 7518, section 3.2)
	clockSkew  = time.Minute

	maxVerified = 1 << 12 // tokens that are known to be good
)

var errNoToken = errors.New("no token")

// claims is what a token says (RFC 7519).
type claims struct {
	ID   ID     `json:"id"`
	Name string `json:"username"`
	jwt.RegisteredClaims
}

// NewSecret returns a random secret to sign tokens with.
func NewSecret() []byte {
	secret := make([]byte, secretSize)
	rand.Read(secret)
	return secret
}

// A signer issues and checks tokens. The first secret signs; all of them
// verify, so that a secret can be replaced while its tokens live out. Methods may
// be called concurrently.
type signer struct {
	secrets [][]byte
	now     func() time.Time

	mu       sync.Mutex
	verified map[string]User // by token: a peer sends its own again and again
}

func newSigner(secrets [][]byte) (*signer, error) {
	if len(secrets) == 0 {
		return nil, errors.New("a token secret is required")
	}
	for _, s := range secrets {
		if len(s) < secretSize {
			return nil, fmt.Errorf("the token secret has %d bytes: it needs at least %d", len(s), secretSize)
		}
	}
	return &signer{secrets: secrets, now: time.Now, verified: make(map[string]User)}, nil
}

// issue returns a token for a peer; without an id, for a new one.
func (s *signer) issue(p Peer) (string, error) {
	if p.ID == "" {
		p.ID = ID(uuid.NewString())
	}
	now := s.now()
	return jwt.NewWithClaims(jwt.SigningMethodHS256, claims{p.ID, p.Name, jwt.RegisteredClaims{
		IssuedAt:  jwt.NewNumericDate(now),
		ExpiresAt: jwt.NewNumericDate(now.Add(tokenLife)),
	}}).SignedString(s.secrets[0])
}

// verify returns whom a token was issued to.
func (s *signer) verify(token string) (User, error) {
	if token == "" {
		return User{}, errNoToken
	}
	if len(token) > tokenSize {
		return User{}, errors.New("token too long")
	}
	s.mu.Lock()
	u, ok := s.verified[token]
	s.mu.Unlock()
	if ok && s.now().Before(time.Unix(u.Expires, 0).Add(clockSkew)) {
		return u, nil
	}
	u, err := s.parse(token)
	if err == nil {
		s.mu.Lock()
		defer s.mu.Unlock()
		if len(s.verified) >= maxVerified {
			clear(s.verified)
		}
		s.verified[token] = u
	}
	return u, err
}

// parse checks a token's signature and times.
func (s *signer) parse(token string) (u User, err error) {
	for _, secret := range s.secrets {
		var c claims
		_, err = jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return secret, nil },
			jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithLeeway(clockSkew), jwt.WithTimeFunc(s.now))
		if err == nil && (c.ID == "" || len(c.ID) > 64) {
			err = errors.New("token without an id")
		}
		if err == nil {
			u = User{Peer: Peer{c.ID, CleanName(c.Name)}, Expires: c.ExpiresAt.Unix()}
			if c.IssuedAt != nil {
				u.IssuedAt = c.IssuedAt.Unix()
			}
			return u, nil
		}
	}
	return User{}, err
}
