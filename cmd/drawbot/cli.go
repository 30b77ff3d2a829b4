package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"slices"
	"strings"

	"github.com/alecthomas/kong"

	"drawmesh/internal/manual"
)

// cli is the command line. Kong fills it in, and prints help from it.
type cli struct {
	Join   joinCommand    `cmd:"" help:"Stay in a room: events come out, operations go in."`
	Draw   drawCommand    `cmd:"" help:"Draw operations, a pattern, an SVG, a text or an image in a room, and leave."`
	Record recordCommand  `cmd:"" help:"Watch a room, and write the picture."`
	Snap   snapCommand    `cmd:"" help:"Write what a room has drawn, and leave."`
	Keep   keepCommand    `cmd:"" help:"Stay in rooms, and store their drawings."`
	Run    runCommand     `cmd:"" help:"Run bots that a Starlark program describes."`
	Load   loadCommand    `cmd:"" help:"Put many bots into rooms, and measure."`
	Report reportCommands `cmd:"" help:"Merge and show what load measured."`
	Render renderCommand  `cmd:"" help:"Make pictures and animations of recordings."`
	Replay replayCommand  `cmd:"" help:"Draw a recording into a room."`
	Stats  statsCommand   `cmd:"" help:"Tell who drew what in a recording, when and how much."`
	Verify verifyCommand  `cmd:"" help:"Prove that a recording is whole, and a picture its own."`
	Doctor doctorCommand  `cmd:"" help:"Examine a room and its server, and say what to do."`
	Demo   demoCommand    `cmd:"" help:"Show it all: a server, bots that draw, a picture."`

	Help    helpFlag           `short:"h" help:"Show help."`
	Version manual.VersionFlag `help:"Show the version."`

	Man        manFlag               `hidden:"" help:"Show the manual page's source."`
	Completion manual.CompletionFlag `hidden:"" placeholder:"SHELL" help:"Show the completion for bash, zsh or fish."`
}

const description = `Drawbot takes part in drawing rooms from the command line.

ROOM is a room's address, such as http://localhost:8081/studio, or a bare name: the server is then --server.

A name's ending says what is in a file: one of another format is refused, and so are an output that is an input and two outputs in one file. Links are written through, and modes kept.

Records go to standard output, one JSON object a line; words for people go to standard error.

Exit status: 0 done; 1 failed; 2 misused; 3 a threshold was missed, or a room is not healthy; 4 nobody is there; 5 somebody was not reached, or not all has come; 130 or 143 interrupted before it was done. Ctrl-C is how record, join, keep and replay --loop are done.`

const examples = `
Examples:
  $ drawbot record studio -o studio.png
  $ drawbot draw studio --pattern flower
`

// parse returns the command that args ask for, or nil if it has answered by
// itself. The name is that of the command whose help may help.
func parse(out io.Writer, args []string) (cmd command, name string, err error) {
	if len(args) == 0 {
		args = []string{"--help"}
	}
	parser, err := newParser(grammar(args[0]), out)
	if err != nil {
		return nil, "drawbot", err
	}
	kctx, err := parser.Parse(flagsFirst(parser.Model.Node, args))
	var bad *kong.ParseError
	if err == nil {
		if err = checkGiven(kctx); err != nil {
			return nil, kctx.Selected().FullPath(), usageError{err}
		}
	}
	switch {
	case err == nil:
		return kctx.Selected().Target.Addr().Interface().(command), kctx.Selected().FullPath(), nil
	case errors.Is(err, manual.ErrAnswered):
		return nil, "drawbot", nil
	case errors.As(err, new(*fs.PathError)): // the answer could not be written
		return nil, "drawbot", notWritable("standard output", err)
	case errors.As(err, &bad) && bad.Context.Selected() != nil:
		return nil, bad.Context.Selected().FullPath(), usageError{err}
	default:
		return nil, "drawbot", usageError{err}
	}
}

func newParser(grammar any, out io.Writer) (*kong.Kong, error) {
	return kong.New(grammar,
		kong.Name("drawbot"),
		kong.Description(description),
		kong.Writers(out, io.Discard),
		kong.NoDefaultHelp(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 80}),
	)
}

// grammar is cli, without the commands that were not asked for if one was: to look
// at all of their flags takes as long as what most commands do.
func grammar(first string) any {
	all := reflect.TypeFor[cli]()
	var asked reflect.StructField
	var rest []reflect.StructField
	for f := range all.Fields() {
		if _, command := f.Tag.Lookup("cmd"); !command {
			rest = append(rest, f)
		} else if strings.ToLower(f.Name) == first {
			asked = f
		}
	}
	if asked.Type == nil {
		return &cli{}
	}
	return reflect.New(reflect.StructOf(append(rest, asked))).Interface()
}

// flagsFirst puts the flags of a command before its other words, so that these may
// stand on both sides of them, and binds values that begin with a dash, as numbers
// below zero and some sites do, to their flags: Kong takes them for flags.
func flagsFirst(node *kong.Node, args []string) []string {
	var first, words []string
	for len(args) > 0 && len(node.Children) > 0 {
		i := slices.IndexFunc(node.Children, func(n *kong.Node) bool { return n.Name == args[0] })
		if i < 0 {
			return append(first, args...)
		}
		first, node, args = append(first, args[0]), node.Children[i], args[1:]
	}
	takesValue := make(map[string]bool)
	for _, f := range slices.Concat(node.AllFlags(false)...) {
		for _, name := range append(f.Aliases, f.Name) {
			takesValue["--"+name] = !f.IsBool()
		}
		takesValue["-"+string(f.Short)] = !f.IsBool()
	}
	for len(args) > 0 {
		arg := args[0]
		switch args = args[1:]; {
		case arg == "--":
			return slices.Concat(first, []string{arg}, words, args)
		case len(arg) < 2 || arg[0] != '-':
			words = append(words, arg)
		case takesValue[arg] && len(args) > 0:
			value := args[0]
			args = args[1:]
			_, short := takesValue[value[:min(2, len(value))]]
			if len(value) > 1 && value[0] == '-' && value[1] != '-' && !short && arg[1] == '-' {
				first = append(first, arg+"="+value)
			} else {
				first = append(first, arg, value)
			}
		default:
			first = append(first, arg)
		}
	}
	return append(first, words...)
}

// checkGiven refuses names and commands that are empty, as a variable of a shell leaves them that
// is not set, and a zero where it would mean that nothing was given.
func checkGiven(kctx *kong.Context) error {
	for _, p := range kctx.Path {
		if f := p.Flag; f != nil && !p.Resolved {
			names, several := f.Target.Interface().([]string)
			isName := strings.HasPrefix(f.PlaceHolder, "FILE") || f.PlaceHolder == "DIR" || f.PlaceHolder == "USER"
			switch {
			case isName && (f.Target.Kind() == reflect.String && f.Target.String() == "" || several && (len(names) == 0 || slices.Contains(names, ""))):
				return fmt.Errorf("--%s: the name is empty", f.Name)
			case f.PlaceHolder == "COMMAND" && f.Target.String() == "":
				return fmt.Errorf("--%s: the command is empty", f.Name)
			case f.Tag.Has("positive") && f.Target.IsZero():
				return fmt.Errorf("--%s 0: it is above zero", f.Name)
			}
		}
		if p.Positional == nil {
			continue
		}
		names, several := p.Positional.Target.Interface().([]string)
		if name, one := p.Positional.Target.Interface().(string); one && name == "" || several && slices.Contains(names, "") {
			return fmt.Errorf("%s: the name is empty", p.Positional.Name)
		}
	}
	return nil
}

// helpFlag prints help, of the command before it if there is one.
type helpFlag bool

// BeforeReset is called by kong when the flag is given, before it minds what
// else is missing.
func (helpFlag) BeforeReset(kctx *kong.Context) error {
	if err := kctx.PrintUsage(false); err != nil {
		return err
	}
	node := kctx.Selected()
	if node == nil {
		node = kctx.Model.Node
	}
	if _, err := io.WriteString(kctx.Stdout, helpEnd(node)); err != nil {
		return err
	}
	return manual.ErrAnswered
}

// helpEnd ends the help of a command, or of the program.
func helpEnd(node *kong.Node) string {
	if node.Parent == nil {
		return examples
	}
	c, ok := node.Target.Addr().Interface().(command)
	if !ok { // but a group of them
		return ""
	}
	return exitHelp(commandName(node)) + c.examples()
}

// commandName is a command's name without the program's.
func commandName(node *kong.Node) string {
	_, name, _ := strings.Cut(node.FullPath(), " ")
	return name
}
