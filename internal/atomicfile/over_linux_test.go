package atomicfile

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
)

// asNobody calls f as a user who owns nothing, whoever runs the test: root may
// write everywhere.
func asNobody(t *testing.T, f func()) {
	t.Helper()
	if os.Getuid() != 0 {
		f()
		return
	}
	done := make(chan error)
	go func() {
		runtime.LockOSThread() // for ever: the thread ends with the goroutine
		const nobody = 65534
		err := syscall.Setfsgid(nobody)
		if err == nil {
			err = syscall.Setfsuid(nobody) // of this thread only
		}
		if err == nil {
			f()
		}
		done <- err
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// TestWithoutTheFolder writes over a file that may be written in a folder that
// may not, also through a link, and refuses what a shell would refuse.
func TestWithoutTheFolder(t *testing.T) {
	top, err := os.MkdirTemp("", "atomicfile")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		os.Chmod(filepath.Join(top, "closed"), 0o700)
		os.RemoveAll(top)
	})
	closed, open := filepath.Join(top, "closed"), filepath.Join(top, "open")
	for _, dir := range []string{closed, open} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	free, locked := filepath.Join(closed, "free.png"), filepath.Join(closed, "locked.png")
	put(t, free, 0o666)
	put(t, locked, 0o444)
	shut := filepath.Join(open, "shut.png")
	put(t, shut, 0o444)
	link(t, free, filepath.Join(open, "link.png"))
	link(t, filepath.Join(closed, "new.png"), filepath.Join(open, "lost.png"))
	for path, mode := range map[string]fs.FileMode{top: 0o755, closed: 0o555, open: 0o777} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
	}
	full := errors.New("disk full")
	tests := []struct {
		name, path string
		content    error
		want       error
		text       string // in free
	}{
		{"not_all_of_it", free, full, full, "before, and longer"},
		{"file", free, nil, nil, "file"},
		{"link", filepath.Join(open, "link.png"), nil, nil, "link"},
		{"read_only", locked, nil, fs.ErrPermission, "link"},
		{"read_only_in_an_open_folder", shut, nil, fs.ErrPermission, "link"},
		{"new_file", filepath.Join(closed, "new.png"), nil, fs.ErrPermission, "link"},
		{"link_to_a_new_file", filepath.Join(open, "lost.png"), nil, fs.ErrPermission, "link"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var err error
			asNobody(t, func() { err = Replace(tt.path, write(tt.name, tt.content)) })
			if !errors.Is(err, tt.want) {
				t.Errorf("got %v, want %v", err, tt.want)
			}
			checkFile(t, free, tt.text, 0o666)
		})
	}
	checkNames(t, closed, "free.png", "locked.png")
	checkNames(t, open, "link.png", "lost.png", "shut.png")
}

// TestOwnerStaysWithoutRoot writes over a file that is another's, who lets
// everybody write to it.
func TestOwnerStaysWithoutRoot(t *testing.T) {
	if os.Getuid() != 0 {
		t.Log("only root has files of two owners; TestWithoutTheFolder has the other half")
		return
	}
	dir, err := os.MkdirTemp("", "atomicfile")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	if err := os.Chmod(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "out.png")
	put(t, path, 0o666)
	asNobody(t, func() { err = Replace(path, write("new", nil)) })
	if err != nil {
		t.Fatal(err)
	}
	checkFile(t, path, "new", 0o666)
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if s := info.Sys().(*syscall.Stat_t); s.Uid != 0 {
		t.Errorf("got owner %d, want the one that it had", s.Uid)
	}
	checkNames(t, dir, "out.png")
}
