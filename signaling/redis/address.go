package redis

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net/url"
	"os"
	"strings"

	"github.com/redis/go-redis/v9"
)

// parse reads an address. Of a cluster it returns the nodes to begin with, too.
func parse(address string) (opts *redis.Options, seeds []string, err error) {
	scheme, rest, ok := strings.Cut(address, "://")
	base, cluster := strings.CutSuffix(scheme, "+cluster")
	if !ok || base != "redis" && base != "rediss" && scheme != "unix" {
		return nil, nil, errors.New("the address of a Redis begins with redis:// or, encrypted, rediss://; that of a cluster with redis+cluster:// or rediss+cluster://")
	}
	rest, query, _ := strings.Cut(rest, "?")
	params, err := url.ParseQuery(query)
	if err != nil {
		return nil, nil, errors.New("what follows the ? has to be NAME=VALUE&NAME=VALUE")
	}
	files := take(params, "ca", "cert", "key")
	hosts := []string{rest}
	user, path := "", ""
	if cluster {
		at := strings.LastIndexByte(rest, '@') + 1
		user, hosts = rest[:at], strings.Split(rest[at:], ",")
		if i := strings.IndexByte(rest[at:], '/'); i >= 0 {
			path, hosts = rest[at+i:], strings.Split(rest[at:at+i], ",")
		}
	}
	for _, host := range hosts {
		o, err := redis.ParseURL(base + "://" + user + host + path + "?" + params.Encode())
		var bad *url.Error
		switch {
		case errors.As(err, &bad):
			return nil, nil, bad.Err // without the address, which may hold a password
		case err != nil:
			return nil, nil, errors.New(strings.TrimPrefix(err.Error(), "redis: "))
		case cluster && o.DB != 0:
			return nil, nil, errors.New("a cluster has no databases to choose from")
		case cluster:
			seeds = append(seeds, o.Addr)
		}
		if opts == nil {
			opts = o
		}
	}
	return opts, seeds, identify(opts.TLSConfig, files)
}

// take takes parameters out.
func take(params url.Values, names ...string) map[string]string {
	taken := make(map[string]string)
	for _, name := range names {
		if params.Has(name) {
			taken[name] = params.Get(name)
			params.Del(name)
		}
	}
	return taken
}

// identify reads by whom the Redis is to be certified, and what certifies us.
func identify(config *tls.Config, files map[string]string) error {
	if len(files) == 0 {
		return nil
	}
	if config == nil {
		return errors.New("ca, cert and key are for encrypted addresses, which begin with rediss")
	}
	if name, ok := files["ca"]; ok {
		pem, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		config.RootCAs = x509.NewCertPool()
		if !config.RootCAs.AppendCertsFromPEM(pem) {
			return fmt.Errorf("ca %s holds no certificate", name)
		}
	}
	if files["cert"] != "" || files["key"] != "" {
		pair, err := tls.LoadX509KeyPair(files["cert"], files["key"])
		if err != nil {
			return fmt.Errorf("cert and key: %w", err)
		}
		config.Certificates = []tls.Certificate{pair}
	}
	return nil
}
