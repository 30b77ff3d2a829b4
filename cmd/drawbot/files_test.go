package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

func TestLogFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "log.ndjson")
	tests := []struct{ name, before, want string }{
		{"new", "", "1\n2\n"},
		{"follows", "{}\n", "{}\n1\n2\n"},
		{"follows_half_a_line", "{}\n{\"a\"", "{}\n{\"a\"\n1\n2\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if err := os.WriteFile(path, []byte(tt.before), 0o666); err != nil {
				t.Fatal(err)
			}
			l, err := openLog(t.Context(), path, nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := openLog(t.Context(), path, nil); causeOf(err) != path+": not writable: another process writes to it" {
				t.Errorf("of a second one: got %v", err)
			}
			l.write(1)
			l.write(2)
			if err := l.flush(); err != nil {
				t.Fatal(err)
			}
			if got := readFile(t, path); string(got) != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			for range 2 {
				if err := l.close(); err != nil {
					t.Errorf("close: got %v, want no error", err)
				}
			}
		})
	}
	if err := os.WriteFile(path, []byte("notes\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	if _, err := openLog(t.Context(), path, nil); causeOf(err) != path+": not writable: it holds something else than records" {
		t.Errorf("of something else: got %v", err)
	}
}

func TestLogFileTellsThatTheDiskIsFull(t *testing.T) {
	l, err := openLog(t.Context(), "-", refusing{syscall.ENOSPC})
	if err != nil {
		t.Fatal(err)
	}
	l.write(1)
	want := "standard output: not writable: no space left on device"
	for _, err := range []error{l.flush(), l.flush(), l.close()} {
		if causeOf(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
