package numbered

import (
	"os"
	"path/filepath"
	"testing"
)

func TestLast(t *testing.T) {
	tests := []struct {
		name  string
		files []string
		want  int
	}{
		{"none", nil, 0},
		{"others", []string{"a-.png", "a-1.gif", "b-7.png", "a-x8.png", "a--9.png", "xa-5.png"}, 0},
		{"highest", []string{"a-000002.png", "a-10.png", "a-009.png"}, 10},
		{"too_high", []string{"a-3.png", "a-1000000000.png", "a-99999999999999999999.png"}, 3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for _, name := range tt.files {
				if err := os.WriteFile(filepath.Join(dir, name), nil, 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := Last(dir, "a-", ".png"); got != tt.want || err != nil {
				t.Errorf("got %d and %v, want %d", got, err, tt.want)
			}
		})
	}
	if _, err := Last(filepath.Join(t.TempDir(), "gone"), "a-", ".png"); err == nil {
		t.Error("of no folder: got no error")
	}
}
