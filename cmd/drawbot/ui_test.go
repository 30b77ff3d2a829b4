package main

import (
	"errors"
	"os"
	"strings"
	"testing"
)

func TestUI(t *testing.T) {
	tests := []struct {
		name string
		ui   *ui
		want string
	}{
		{"plain", &ui{}, "recording\ndrawbot: line 3\ndrawbot: no server\n"},
		{"terminal", &ui{terminal: true}, "recording\n" +
			"\r\x1b[K1 of 3 bots draw" + "\r\x1b[K2 of 3 bots draw" +
			"\r\x1b[Kdrawbot: line 3\ndrawbot: no server\n"},
		{"narrow_terminal", &ui{terminal: true, width: 10}, "recording\n" +
			"\r\x1b[K1 of 3 bo" + "\r\x1b[K2 of 3 bo" +
			"\r\x1b[Kdrawbot: line 3\ndrawbot: no server\n"},
		{"color", &ui{terminal: true, color: true}, "recording\n" +
			"\r\x1b[K1 of 3 bots draw" + "\r\x1b[K2 of 3 bots draw" +
			"\r\x1b[K\x1b[33mdrawbot: line 3\x1b[0m\n\x1b[31mdrawbot: no server\x1b[0m\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got strings.Builder
			tt.ui.w = &got
			tt.ui.say("recording")
			tt.ui.progress("%d of 3 bots draw", 1)
			tt.ui.progress("%d of 3 bots draw", 2)
			tt.ui.warn("line %d", 3)
			tt.ui.fail(errors.New("no server"))
			if got.String() != tt.want {
				t.Errorf("got %q, want %q", got.String(), tt.want)
			}
		})
	}
}

func TestUIHasNoColorWhereThereIsNoTerminal(t *testing.T) {
	t.Setenv("NO_COLOR", "")
	f, err := os.Create(t.TempDir() + "/stderr")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if u := newUI(f); u.terminal || u.color {
		t.Errorf("a file: got terminal %v, color %v, want neither", u.terminal, u.color)
	}
}

func TestPrintable(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "Ana & Bo: 3 px", "Ana & Bo: 3 px"},
		{"other_scripts", "Zoë 艾 ☂", "Zoë 艾 ☂"},
		{"escape", "\x1b[2Jgone", "�[2Jgone"},
		{"line_feed", "one\ntwo", "one�two"},
		{"turned_around", "abc\u202edef", "abc�def"},
		{"joined", "👨\u200d👩\u200d👧 علی\u200cرضا 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", "👨\u200d👩\u200d👧 علی\u200cرضا 🏴\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f"},
		{"joined_to_nothing", "a\u200db 🙂\u200d\u200d", "a�b 🙂\u200d�"},
		{"hidden_tags", "a\U000e0062 🏴\U000e0062\U000e007f\U000e0062", "a� 🏴\U000e0062\U000e007f�"},
		{"hidden", "a\u200bb\u00adc\ufeffd", "a�b�c�d"},
		{"c1_control", "a\u009bb", "a�b"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := printable(tt.in); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
