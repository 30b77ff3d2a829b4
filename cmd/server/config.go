package main

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"time"

	"github.com/alecthomas/kong"

	"drawmesh/internal/manual"
	"drawmesh/signaling"
)

// config is the command line. Kong fills it in, and prints help from it.
type config struct {
	Host      string `placeholder:"ADDR" env:"HOST" help:"Listen for HTTP on this address only; all of the machine's if empty."`
	Port      uint16 `default:"8081" env:"PORT" help:"Listen on this port; 0 for any that is free."`
	Secret    string `name:"token-secret" placeholder:"SECRET" env:"TOKEN_SECRET" help:"Sign tokens with this, at least 32 bytes. Without one, with a random one: peers then need new tokens after a restart."`
	OldSecret string `name:"old-token-secret" placeholder:"SECRET" env:"OLD_TOKEN_SECRET" help:"Accept tokens signed with this too, while a secret is being replaced."`
	MaxPeers  int    `default:"32" placeholder:"N" help:"How many peers a room holds: each has a link to each (default ${default})."`

	MaxStreams     int `default:"0" placeholder:"N" help:"How many event streams one address may have; 64 if not said, and 1024 this machine itself."`
	MaxConnections int `default:"0" placeholder:"N" help:"How many connections there may be; as many as the limit of open files allows if not said."`

	Grace time.Duration `default:"10s" placeholder:"D" help:"How long a peer without its event stream keeps its place, and misses nothing: 1s to 5m (default ${default})."`

	TLSCert       string `name:"tls-cert" placeholder:"FILE" help:"Serve HTTPS with this certificate; it may be replaced while the server runs."`
	TLSKey        string `name:"tls-key" placeholder:"FILE" help:"The certificate's private key."`
	TLSSelfSigned bool   `name:"tls-self-signed" help:"Serve HTTPS with a certificate made here for this machine's names and addresses, kept in --tls-cert and --tls-key if given."`

	Stun       string   `default:":3478" placeholder:"ADDR" help:"Answer STUN at this UDP address, so that peers need ask nobody else how they are seen (default ${default})."`
	NoStun     bool     `help:"Answer no STUN."`
	Turn       bool     `help:"Relay for peers that find no direct way, at the address of --stun."`
	PublicIP   string   `name:"public-ip" placeholder:"IP" help:"Where peers reach this machine; --turn needs it."`
	TurnPorts  string   `default:"49152-65535" placeholder:"MIN-MAX" help:"The UDP ports that --turn relays at (default ${default})."`
	TurnLAN    bool     `name:"turn-lan" help:"Let --turn relay to private addresses too, in a network that trusts its members."`
	ICEServers []string `name:"ice-servers" placeholder:"URL" env:"ICE_SERVERS" help:"Tell peers of these STUN and TURN servers instead: stun:HOST:PORT, turn:USER:PASSWORD@HOST:PORT."`

	secretFiles

	keepConfig

	Origins        []string `placeholder:"URL" help:"Let pages of these other sites use the server, such as https://example.org."`
	TrustedProxies []string `name:"trusted-proxy" placeholder:"NET" help:"Believe X-Forwarded-For from these addresses or networks, such as 10.0.0.0/8."`
	Redis          string   `placeholder:"URL" env:"REDIS_URL" help:"Share rooms with the other servers that have this Redis and the same secret, such as redis://localhost:6379, or this cluster, redis+cluster://HOST:PORT,HOST:PORT; rediss for TLS."`
	Metrics        string   `placeholder:"ADDR" help:"Serve /metrics for Prometheus at this address, such as localhost:9090; nowhere if empty."`
	Pprof          string   `placeholder:"ADDR" help:"Serve profiles of the running server (net/http/pprof) at this address, such as localhost:6060; nowhere if empty."`
	Verbose        bool     `short:"v" help:"Say who comes and goes."`

	Config  configFlag         `default:".env" env:"-" placeholder:"FILE" help:"Read settings that the environment lacks from this file, a line NAME=VALUE each; none to read none (default .env in the working directory, if there is one)."`
	Help    helpFlag           `short:"h" help:"Show help."`
	Version manual.VersionFlag `env:"-" help:"Show the version."`

	Man        manFlag               `hidden:"" env:"-" help:"Show the manual page's source."`
	Completion manual.CompletionFlag `hidden:"" env:"-" placeholder:"SHELL" help:"Show the completion for bash, zsh or fish."`
	PrintEnv   envFlag               `hidden:"" env:"-" help:"Show a file of all settings."`

	exposed []string // flags that hold secrets, as everybody on the machine can read
}

const description = `Serve drawing rooms: the page at every /ROOM, and the signaling by which its peers find one another.

Every setting is a flag or a variable of the environment, and variables may be in a file, .env or --config. A flag goes before the environment, which goes before the file. Give secrets in files or variables: everybody on the machine can read a command line.
Exit status: 0 done, Ctrl-C included; 1 failed; 2 misused.`

const examples = `
Examples:
  $ drawmesh-server
  $ drawmesh-server --token-secret-file secret --port 443 --tls-cert cert.pem --tls-key key.pem
  $ drawmesh-server --turn --public-ip 203.0.113.7
  $ drawmesh-server --keep rooms --keep-for 720h
`

// newParser returns the parser that fills in conf. A setting has its flag's name in
// the environment too, if no other is said.
func newParser(out io.Writer, conf *config) (*kong.Kong, error) {
	return kong.New(conf,
		kong.Name("drawmesh-server"),
		kong.Description(description),
		kong.Writers(out, io.Discard),
		kong.NoDefaultHelp(),
		kong.DefaultEnvars(""),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 80}),
	)
}

// parse reads the command line, the environment and the file of settings. It
// returns nil if it has answered by itself.
func parse(out io.Writer, args []string) (*config, error) {
	var conf config
	parser, err := newParser(out, &conf)
	if err != nil {
		return nil, err
	}
	line, err := parser.Parse(args)
	switch {
	case errors.Is(err, manual.ErrAnswered):
		return nil, nil
	case err != nil:
		return nil, usageError{err}
	}
	conf.exposed = exposed(line)
	if err := conf.readSecrets(); err != nil {
		return nil, usageError{err}
	}
	return &conf, nil
}

// options are those of the signaling server. It says what people should know of
// them.
func (c *config) options(say func(format string, args ...any)) (opts signaling.ServerOptions, err error) {
	if c.Redis != "" && c.Secret == "" {
		return opts, errors.New("--redis needs --token-secret: servers with the same one share their rooms")
	}
	opts.Secrets = [][]byte{[]byte(c.Secret)}
	if c.Secret == "" {
		say("no TOKEN_SECRET given, signing with a random one")
		opts.Secrets[0] = signaling.NewSecret()
	}
	if c.OldSecret != "" {
		opts.Secrets = append(opts.Secrets, []byte(c.OldSecret))
	}
	if opts.MaxPeers = c.MaxPeers; c.MaxPeers < 2 {
		return opts, fmt.Errorf("--max-peers %d: a room holds at least 2", c.MaxPeers)
	}
	if opts.Grace = c.Grace; c.Grace < time.Second || c.Grace > 5*time.Minute {
		return opts, fmt.Errorf("--grace %v: it is 1s at least, and 5m at most", c.Grace)
	}
	if err := c.keepConfig.check(); err != nil {
		return opts, err
	}
	for _, text := range c.TrustedProxies {
		network, err := netip.ParsePrefix(text)
		if ip, errIP := netip.ParseAddr(text); errIP == nil {
			network, err = ip.Prefix(ip.BitLen())
		}
		if err != nil {
			return opts, fmt.Errorf("--trusted-proxy %s is neither an address nor a network such as 10.0.0.0/8", text)
		}
		opts.TrustedProxies = append(opts.TrustedProxies, network)
	}
	opts.Origins, opts.MaxStreams = c.Origins, c.MaxStreams
	return opts, nil
}

// helpFlag prints help.
type helpFlag bool

// BeforeReset is called by kong when the flag is given.
func (helpFlag) BeforeReset(kctx *kong.Context) error {
	if err := kctx.PrintUsage(false); err != nil {
		return err
	}
	if _, err := io.WriteString(kctx.Stdout, examples); err != nil {
		return err
	}
	return manual.ErrAnswered
}
