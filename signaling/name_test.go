package signaling

import (
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"testing"
	"unicode/utf8"
)

// The page runs the same table, in cmd/server.
func TestNames(t *testing.T) {
	data, err := os.ReadFile("testdata/names.json")
	if err != nil {
		t.Fatal(err)
	}
	var tests []struct{ Case, Name, Want string }
	if err := json.Unmarshal(data, &tests); err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		t.Run(tt.Case, func(t *testing.T) {
			if got := CleanName(tt.Name); got != tt.Want {
				t.Errorf("%+q: got %+q, want %+q", tt.Name, got, tt.Want)
			}
		})
	}
}

// What has been made fit stays as it is: servers and clients each do it, to names
// that others have done it to.
func TestCleanNamesStay(t *testing.T) {
	alphabet := []rune("a é\u0301\u20dd\u0ac0यक\u094dیر١\u200c\u200d\u200b\u202e\ufe0f\ufe00\U000e0100❤👨🏽🔥🏴🇩7葛\u2800" +
		"\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f")
	random := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		name := make([]rune, random.IntN(120))
		for i := range name {
			name[i] = alphabet[random.IntN(len(alphabet))]
		}
		once := CleanName(string(name))
		if twice := CleanName(once); twice != once || utf8.RuneCountInString(once) > 64 {
			t.Fatalf("%+q: got %+q, and of that %+q, want the same of at most 64 runes", string(name), once, twice)
		}
	}
}

func TestDialWithoutAName(t *testing.T) {
	for _, name := range []string{"", " ", "\u200b", "\u2800"} {
		if _, err := Dial(t.Context(), "http://localhost:1", ClientOptions{Name: name}); !errors.Is(err, ErrNoName) {
			t.Errorf("%q: got %v, want %v", name, err, ErrNoName)
		}
	}
}
