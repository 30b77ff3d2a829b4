package manual

import (
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"
)

// Env writes a file of all settings of a program, each of them commented out.
func Env(w io.Writer, program *kong.Node) error {
	var text strings.Builder
	fmt.Fprintf(&text, "# Settings of %s. Take away the # before those that you change.\n", program.Name)
	for _, f := range own(program) {
		for _, name := range f.Envs {
			text.WriteString("\n")
			for _, line := range wrapped(f.Help, 78) {
				text.WriteString("# " + line + "\n")
			}
			fmt.Fprintf(&text, "#%s=%s\n", name, f.Default)
		}
	}
	_, err := io.WriteString(w, text.String())
	return err
}
