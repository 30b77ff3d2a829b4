package main

import (
	"fmt"
	"strings"

	"github.com/alecthomas/kong"

	"drawmesh/internal/bom"
)

// secretFiles are where to read secrets from: a command line is not one, for
// everybody on the machine can read it in the list of processes.
type secretFiles struct {
	TokenSecretFile    string `placeholder:"FILE" env:"TOKEN_SECRET_FILE" help:"Read --token-secret from this file."`
	OldTokenSecretFile string `placeholder:"FILE" env:"OLD_TOKEN_SECRET_FILE" help:"Read --old-token-secret from this file."`
	ICEServersFile     string `name:"ice-servers-file" placeholder:"FILE" env:"ICE_SERVERS_FILE" help:"Read --ice-servers from this file, one a line."`
	RedisFile          string `placeholder:"FILE" env:"REDIS_URL_FILE" help:"Read --redis from this file."`
}

// readSecrets reads what is to come from files.
func (c *config) readSecrets() error {
	servers := strings.Join(c.ICEServers, "\n")
	for _, s := range []struct {
		flag, file string
		value      *string
	}{
		{"token-secret", c.TokenSecretFile, &c.Secret},
		{"old-token-secret", c.OldTokenSecretFile, &c.OldSecret},
		{"ice-servers", c.ICEServersFile, &servers},
		{"redis", c.RedisFile, &c.Redis},
	} {
		if s.file == "" {
			continue
		}
		if *s.value != "" {
			return fmt.Errorf("--%s is given, and --%s-file too: choose one", s.flag, s.flag)
		}
		data, err := bom.ReadFile(s.file)
		if err != nil {
			return fmt.Errorf("--%s-file: %w", s.flag, err)
		}
		if *s.value = strings.TrimRight(string(data), "\r\n"); *s.value == "" {
			return fmt.Errorf("--%s-file %s is empty", s.flag, s.file)
		}
	}
	c.ICEServers = strings.FieldsFunc(servers, func(r rune) bool { return r == '\n' || r == '\r' })
	return nil
}

// exposed are the flags of a command line that hold secrets.
func exposed(line *kong.Context) (flags []string) {
	for _, p := range line.Path {
		if p.Flag == nil {
			continue
		}
		text := fmt.Sprint(line.FlagValue(p.Flag))
		switch p.Flag.Name {
		case "ice-servers", "redis":
			if !strings.Contains(text, "@") && !strings.Contains(text, "password=") {
				continue
			}
		case "token-secret", "old-token-secret":
		default:
			continue
		}
		flags = append(flags, p.Flag.Name)
	}
	return flags
}

// masked is an address without the name and the password in it, fit to be shown.
func masked(address string) string {
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return address
	}
	scheme, _, ok := strings.Cut(address[:at], ":")
	if !ok {
		scheme = "…"
	}
	return scheme + ":…" + address[at:]
}
