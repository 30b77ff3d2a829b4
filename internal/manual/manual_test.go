package manual

import (
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/alecthomas/kong"
)

// program is a command line with what those of this project have, and lack.
func program(t *testing.T) *kong.Node {
	t.Helper()
	var cli struct {
		Quiet bool `help:"It's [quiet]: \\ and no more."`
		Paint struct {
			Out   string   `short:"o" placeholder:"FILE.png" help:"Where it goes."`
			Store string   `placeholder:"DIR" env:"STORE" help:"Where it stays."`
			Seed  int      `placeholder:"N" help:"What is random."`
			Only  []string `placeholder:"USER" help:"Only these."`
			Log   []string `arg:"" placeholder:"FILE" help:"What is read."`
		} `cmd:"" help:"Paint it's picture: [all] of it."`
		Secret struct{} `cmd:"" hidden:""`
		Report struct {
			Merge struct {
				Room string `arg:"" help:"The room."`
			} `cmd:"" help:"Merge."`
		} `cmd:"" help:"Report."`
	}
	parser, err := kong.New(&cli, kong.Name("a-tool"), kong.Writers(io.Discard, io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	return parser.Model.Node
}

// Shells offer what fits at a place: commands, flags, files, or nothing.
func TestOffers(t *testing.T) {
	node, dir := program(t), t.TempDir()
	completion := func(shell string) string {
		var text strings.Builder
		if err := Completion(&text, shell, node); err != nil {
			t.Fatal(err)
		}
		name := filepath.Join(dir, "completion."+shell)
		if err := os.WriteFile(name, []byte(text.String()), 0o666); err != nil {
			t.Fatal(err)
		}
		return name
	}
	bash, zsh, fish := completion("bash"), completion("zsh"), completion("fish")
	t.Chdir(t.TempDir())
	for _, name := range []string{"picture", "plan"} {
		if err := os.WriteFile(name, nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir("places", 0o777); err != nil {
		t.Fatal(err)
	}
	all := []string{"picture", "places", "plan"}
	tests := []struct {
		line string
		want []string
	}{
		{"a-tool ", []string{"paint", "report"}},
		{"a-tool p", []string{"paint"}},
		{"a-tool --quiet r", []string{"report"}},
		{"a-tool s", nil},
		{"a-tool report ", []string{"merge"}},
		{"a-tool report merge ", nil},
		{"a-tool paint p", all},
		{"a-tool paint -o p", all},
		{"a-tool paint --out p", all},
		{"a-tool paint --store p", []string{"places"}},
		{"a-tool paint --store = p", []string{"places"}},
		{"a-tool paint --seed p", nil},
		{"a-tool paint paint --se", []string{"--seed"}},
	}
	for _, tt := range tests {
		t.Run(tt.line, func(t *testing.T) {
			clean := func(offers []string) []string {
				for i, o := range offers {
					offers[i] = strings.TrimSuffix(o, "/")
				}
				slices.Sort(offers)
				return slices.DeleteFunc(offers, func(o string) bool {
					return strings.HasPrefix(o, "-") && !strings.HasSuffix(tt.line, "--se")
				})
			}
			if got := clean(bashOffers(t, bash, tt.line)); !slices.Equal(got, tt.want) {
				t.Errorf("bash offers %q, want %q", got, tt.want)
			}
			if strings.Contains(tt.line, "=") {
				return // to fish it is one word
			}
			if got := clean(fishOffers(t, fish, tt.line)); !slices.Equal(got, tt.want) {
				t.Errorf("fish offers %q, want %q", got, tt.want)
			}
		})
	}
	if err := os.Symlink(zsh, filepath.Join(dir, "_a-tool")); err != nil {
		t.Fatal(err)
	}
	if got := output(t, "zsh", "-f", "-c", `fpath+=$1; autoload -Uz compinit; compinit -D -u; print $_comps[a-tool]`, "zsh", dir); got != "_a-tool\n" {
		t.Errorf("zsh completes it by %q, want the file", got)
	}
	want := []string{"--help", "-h", "--quiet", "--out", "-o", "--store", "--seed", "--only"}
	if got := zshFlags(t, zsh, "a-tool paint"); !slices.Equal(only(got, "-"), only(want, "-")) {
		t.Errorf("zsh is told of %q, want %q", got, want)
	}
}

func TestOtherShell(t *testing.T) {
	if err := Completion(io.Discard, "tcsh", program(t)); err == nil {
		t.Error("got a completion for tcsh")
	}
}
