//go:build unix

package atomicfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// umask sets the process's for a test.
func umask(t *testing.T, mask int) {
	t.Helper()
	before := syscall.Umask(mask)
	t.Cleanup(func() { syscall.Umask(before) })
}

// put makes a file with some content and a mode.
func put(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(path, []byte("before, and longer"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func link(t *testing.T, to, at string) {
	t.Helper()
	if err := os.Symlink(to, at); err != nil {
		t.Fatal(err)
	}
}

// checkNames checks which files a folder has.
func checkNames(t *testing.T, dir string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Name())
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("got the files %q, want %q", got, want)
	}
}

// TestModes has what a program that opens a file with mode 0666 would have.
func TestModes(t *testing.T) {
	for _, tt := range []struct {
		name         string
		mask         int
		before, want fs.FileMode // 0: no file
	}{
		{"new", 0o022, 0, 0o644},
		{"new_and_private", 0o077, 0, 0o600},
		{"new_for_a_group", 0o002, 0, 0o664},
		{"private_stays", 0o022, 0o600, 0o600},
		{"public_stays", 0o077, 0o666, 0o666},
		{"program_stays", 0o022, 0o755, 0o755},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			umask(t, tt.mask)
			path := filepath.Join(dir, "out.png")
			if tt.before != 0 {
				put(t, path, tt.before)
			}
			if err := Replace(path, write("new", nil)); err != nil {
				t.Fatal(err)
			}
			checkFile(t, path, "new", tt.want)
			checkNames(t, dir, "out.png")
		})
	}
}

// checkFile checks what a file holds, and its mode.
func checkFile(t *testing.T, path, text string, mode fs.FileMode) {
	t.Helper()
	if got, err := os.ReadFile(path); err != nil || string(got) != text {
		t.Errorf("got %q, %v, want %q", got, err, text)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != mode {
		t.Errorf("got %v, %v, want mode %v", info.Mode(), err, mode)
	}
}

// TestLinks are written through, and stay links.
func TestLinks(t *testing.T) {
	umask(t, 0o022)
	for _, tt := range []struct {
		name  string
		links [][2]string // to, at
		there bool        // the file at the end
	}{
		{"link", [][2]string{{"real.png", "out.png"}}, true},
		{"to_nothing_yet", [][2]string{{"real.png", "out.png"}}, false},
		{"chain", [][2]string{{"real.png", "second"}, {"./second", "third"}, {"third", "out.png"}}, true},
		{"through_a_folder", [][2]string{{"sub/deep", "folder"}, {"folder/../../real.png", "out.png"}}, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.MkdirAll(filepath.Join(dir, "sub", "deep"), 0o777); err != nil {
				t.Fatal(err)
			}
			for _, l := range tt.links {
				link(t, l[0], filepath.Join(dir, l[1]))
			}
			real, mode := filepath.Join(dir, "real.png"), fs.FileMode(0o644)
			if tt.there {
				mode = 0o640
				put(t, real, mode)
			}
			if err := Replace(filepath.Join(dir, "out.png"), write("new", nil)); err != nil {
				t.Fatal(err)
			}
			checkFile(t, real, "new", mode)
			if info, err := os.Lstat(filepath.Join(dir, "out.png")); err != nil || info.Mode()&fs.ModeSymlink == 0 {
				t.Errorf("got %v, %v, want the link that was there", info.Mode(), err)
			}
			checkNames(t, filepath.Join(dir, "sub"), "deep")
		})
	}
}

func TestRefused(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	link(t, "b", at("a"))
	link(t, "a", at("b"))
	link(t, "nowhere/out.png", at("lost"))
	for _, tt := range []struct {
		name, path string
		want       error
	}{
		{"links_in_a_circle", at("a"), syscall.ELOOP},
		{"link_to_no_folder", at("lost"), fs.ErrNotExist},
		{"folder", dir, syscall.EISDIR},
		{"long_name", at(strings.Repeat("x", 256)), syscall.ENAMETOOLONG},
		{"closed_descriptor", "/dev/fd/999999", syscall.EBADF},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if err := Replace(tt.path, write("new", nil)); !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			checkNames(t, dir, "a", "b", "lost")
		})
	}
}

func TestLongestName(t *testing.T) {
	dir := t.TempDir()
	name := strings.Repeat("ä", 127) + "x" // 255 bytes
	if err := Replace(filepath.Join(dir, name), write("new", nil)); err != nil {
		t.Fatal(err)
	}
	checkNames(t, dir, name)
}

// TestOwnerStays of a file that is another's.
func TestOwnerStays(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("only root can give files to others; TestWithoutTheFolder has what everybody can")
		return
	}
	path := filepath.Join(t.TempDir(), "out.png")
	put(t, path, 0o640)
	if err := os.Chown(path, 1234, 2345); err != nil {
		t.Fatal(err)
	}
	if err := Replace(path, write("new", nil)); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 1234 || s.Gid != 2345 || info.Mode() != 0o640 {
		t.Errorf("got owner %d:%d and mode %v, want 1234:2345 and 0640", s.Uid, s.Gid, info.Mode())
	}
}

// TestStreams are written to as they are.
func TestStreams(t *testing.T) {
	dir := t.TempDir()
	fifo, null := filepath.Join(dir, "fifo"), filepath.Join(dir, "null")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	link(t, os.DevNull, null)
	read := make(chan string)
	go func() {
		got, _ := os.ReadFile(fifo)
		read <- string(got)
	}()
	for _, path := range []string{fifo, null} {
		f, err := Create(path)
		if err != nil || !f.Stream() {
			t.Fatalf("%s: got %v, %v, want a stream", path, f, err)
		}
		io.WriteString(f, "new")
		if err := f.Keep(); err != nil {
			t.Error(err)
		}
	}
	if got := <-read; got != "new" {
		t.Errorf("got %q from the pipe, want all", got)
	}
	checkNames(t, dir, "fifo", "null")
	if info, err := os.Stat(null); err != nil || info.Mode()&fs.ModeDevice == 0 {
		t.Errorf("got %v, %v, want the device", info, err)
	}
}

// TestDescriptor goes on where the descriptor is, as >> does.
func TestDescriptor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	put(t, path, 0o600)
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	fd := fmt.Sprintf("/dev/fd/%d", f.Fd())
	if n, ok := Descriptor(fd); !ok || n != int(f.Fd()) {
		t.Errorf("got %d, %v, want %d", n, ok, f.Fd())
	}
	if err := Replace(fd, write("; new", nil)); err != nil {
		t.Fatal(err)
	}
	checkFile(t, path, "before, and longer; new", 0o600)
	if n, ok := Descriptor("/dev/stdout"); !ok || n != 1 {
		t.Errorf("standard output: got %d, %v, want 1", n, ok)
	}
	if _, ok := Descriptor(path); ok {
		t.Error("got a descriptor of an ordinary file")
	}
}
