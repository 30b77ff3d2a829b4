package signaling

import (
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/uuid"
)

const (
	tokenLife  = time.Hour
	tokenSize  = 4 << 10 // bytes; a longer one is not even parsed
	secretSize = 32      // bytes at least, as long as the hash (RFC 7518, section 3.2)
	clockSkew  = time.Minute
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
// verify, so that a secret can be replaced while its tokens live out.
type signer struct {
	secrets [][]byte
	now     func() time.Time
}

func newSigner(secrets [][]byte) (signer, error) {
	if len(secrets) == 0 {
		return signer{}, errors.New("a token secret is required")
	}
	for _, s := range secrets {
		if len(s) < secretSize {
			return signer{}, fmt.Errorf("the token secret has %d bytes: it needs at least %d", len(s), secretSize)
		}
	}
	return signer{secrets, time.Now}, nil
}

// issue returns a token for a peer; without an id, for a new one.
func (s signer) issue(p Peer) (string, error) {
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
func (s signer) verify(token string) (User, error) {
	if token == "" {
		return User{}, errNoToken
	}
	if len(token) > tokenSize {
		return User{}, errors.New("token too long")
	}
	var err error
	for _, secret := range s.secrets {
		var c claims
		_, err = jwt.ParseWithClaims(token, &c, func(*jwt.Token) (any, error) { return secret, nil },
			jwt.WithValidMethods([]string{"HS256"}), jwt.WithExpirationRequired(), jwt.WithLeeway(clockSkew), jwt.WithTimeFunc(s.now))
		if err == nil && (c.ID == "" || len(c.ID) > 64) {
			err = errors.New("token without an id")
		}
		if err == nil {
			u := User{Peer: Peer{c.ID, cleanName(c.Name)}, Expires: c.ExpiresAt.Unix()}
			if c.IssuedAt != nil {
				u.IssuedAt = c.IssuedAt.Unix()
			}
			return u, nil
		}
	}
	return User{}, err
}
