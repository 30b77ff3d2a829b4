package docs

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// patience is after how long what was to be printed will not come any more. All
// that is played takes less than half a minute on an idle machine.
const patience = 2 * time.Minute

// A reader types what a document says.
type reader struct {
	t        *testing.T
	dir, bin string
	base     string // of the server, once it is known
	at       string // where the block is
	numbers  map[string]string
	shell    *terminal
}

// A terminal is a shell at work.
type terminal struct {
	*exec.Cmd
	in    io.WriteCloser
	lines chan string // what is printed; closed in the end
}

// open starts a shell, which ends before the test does, with all that it started.
func (r *reader) open(args ...string) *terminal {
	r.t.Helper()
	term := &terminal{Cmd: exec.Command("bash", args...), lines: make(chan string)}
	term.Dir = r.dir
	term.Env = append(os.Environ(), "PATH="+r.bin+":"+os.Getenv("PATH"), "PORT=0")
	if r.base != "" {
		term.Env = append(term.Env, "DRAWMESH_SERVER="+r.base)
	}
	term.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, w, err := os.Pipe()
	if err == nil {
		term.Stdout, term.Stderr = w, w
		term.in, err = term.StdinPipe()
	}
	if err == nil {
		err = term.Start()
	}
	if err != nil {
		r.t.Fatal(err)
	}
	w.Close()
	done := make(chan struct{})
	go func() {
		defer close(term.lines)
		for in := bufio.NewScanner(out); in.Scan(); {
			select {
			case term.lines <- in.Text():
			case <-done:
			}
		}
	}()
	r.t.Cleanup(func() {
		close(done)
		term.in.Close()
		syscall.Kill(-term.Process.Pid, syscall.SIGTERM)
		kill := time.AfterFunc(10*time.Second, func() { syscall.Kill(-term.Process.Pid, syscall.SIGKILL) })
		term.Wait()
		for range term.lines { // until all that it started has ended too
		}
		kill.Stop()
		out.Close()
	})
	return term
}

// type_ plays a block.
func (r *reader) type_(b block) {
	r.t.Helper()
	if b.file != "" {
		if err := os.WriteFile(filepath.Join(r.dir, b.file), []byte(b.text), 0o666); err != nil {
			r.t.Fatal(err)
		}
	}
	var shown, got []string
	for _, s := range b.steps {
		if b.stays {
			r.stay(s)
			continue
		}
		if r.shell == nil {
			r.shell = r.open("-o", "pipefail")
		}
		shown = append(shown, s.shown...)
		got = append(got, r.run(s.command)...)
	}
	if len(shown) == 0 {
		return
	}
	if err := compare(shown, got, r.numbers); err != nil {
		r.t.Errorf("%s: %v", r.at, err)
	}
}

const doorbell = "-- done, exit status "

// run types a command, and returns what was printed until it had ended.
func (r *reader) run(command string) (got []string) {
	r.t.Helper()
	fmt.Fprintf(r.shell.in, "%s\necho \"%s$?\"\n", r.here(command), doorbell)
	timeout := time.After(patience)
	for {
		select {
		case line, ok := <-r.shell.lines:
			status, ended := strings.CutPrefix(line, doorbell)
			switch {
			case !ok:
				r.t.Fatalf("%s: %s: the shell has ended after %q", r.at, command, got)
			case ended && status != "0":
				r.t.Fatalf("%s: %s: got exit status %s after %q, want 0", r.at, command, status, got)
			case ended:
				return got
			case line != "":
				got = append(got, r.there(line))
			}
		case <-timeout:
			r.t.Fatalf("%s: %s: does not end, after %q", r.at, command, got)
		}
	}
}

var opened = regexp.MustCompile(`open (http://[^/]+)/`)

// stay types a command into a terminal of its own, and waits until it has printed
// what is shown. It may say more: what it lacks on this machine, for instance.
func (r *reader) stay(s step) {
	r.t.Helper()
	term := r.open("-c", "exec "+r.here(s.command))
	timeout := time.After(patience)
	for _, want := range s.shown {
		for p := pattern(want); ; {
			var line string
			var ok bool
			select {
			case line, ok = <-term.lines:
			case <-timeout:
			}
			if !ok {
				r.t.Fatalf("%s: %s: it has ended, or says nothing more; want %q", r.at, s.command, want)
			}
			if m := opened.FindStringSubmatch(line); m != nil && r.base == "" {
				r.base = m[1]
				if r.shell != nil {
					fmt.Fprintf(r.shell.in, "export DRAWMESH_SERVER=%s\n", r.base)
				}
			}
			if p.MatchString(r.there(line)) {
				break
			}
		}
	}
	go func() { // it must not wait for anybody to read
		for range term.lines {
		}
	}()
}

// here is a command for the server that there is; there is what it prints, as it
// would of the one in the text.
func (r *reader) here(command string) string {
	return strings.ReplaceAll(command, "http://localhost:8081", r.base)
}

func (r *reader) there(line string) string {
	if r.base == "" {
		return line
	}
	return strings.ReplaceAll(line, r.base, "http://localhost:8081")
}
