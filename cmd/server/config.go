package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/alecthomas/kong"
	"github.com/joho/godotenv"
)

// config is the command line. Kong fills it in, and prints help from it.
type config struct {
	Host      string `placeholder:"ADDR" env:"HOST" help:"Listen on this address only; all of the machine's if empty."`
	Port      uint16 `default:"8081" env:"PORT" help:"Listen on this port; 0 for any that is free."`
	Secret    string `name:"token-secret" placeholder:"SECRET" env:"TOKEN_SECRET" help:"Sign tokens with this, at least 32 bytes. Without one, with a random one: peers then need new tokens after a restart."`
	OldSecret string `name:"old-token-secret" placeholder:"SECRET" env:"OLD_TOKEN_SECRET" help:"Accept tokens signed with this too, while a secret is being replaced."`
	Verbose   bool   `short:"v" help:"Say who comes and goes."`

	Help helpFlag `short:"h" help:"Show help."`
}

const description = `Serve drawing rooms: the page at every /ROOM, and the signaling by which its peers find one another.

A file .env in the working directory may hold the variables; the environment goes before it.
Exit status: 0 done, Ctrl-C included; 1 failed; 2 misused.`

const examples = `
Examples:
  $ server
  $ TOKEN_SECRET=$(openssl rand -base64 32) server --port 80
`

// errAnswered says that the command line only asked for help, which has been
// printed.
var errAnswered = errors.New("answered")

// parse reads .env, the environment and the command line. It returns nil if it
// has answered by itself.
func parse(out io.Writer, args []string) (*config, error) {
	if err := godotenv.Load(); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, usageError{fmt.Errorf(".env: %w", err)}
	}
	var conf config
	parser, err := kong.New(&conf,
		kong.Name("server"),
		kong.Description(description),
		kong.Writers(out, io.Discard),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 80}),
	)
	if err != nil {
		return nil, err
	}
	switch _, err := parser.Parse(args); {
	case errors.Is(err, errAnswered):
		return nil, nil
	case err != nil:
		return nil, usageError{err}
	}
	return &conf, nil
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
	return errAnswered
}
