package loadtest

import "testing"

func TestShareText(t *testing.T) {
	for text, want := range map[string]string{"0": "", "0%": "", "3": "3", "5%": "5%", "2.5%": "2.5%"} {
		var s Share
		if err := s.UnmarshalText([]byte(text)); err != nil || s.String() != want {
			t.Errorf("%q: got %q, %v, want %q", text, s, err, want)
		}
	}
	for _, text := range []string{"", "%", "-1", "2.5", "101%", "NaN", "1e99", "some"} {
		var s Share
		if err := s.UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q: got %v, want that it is no number of bots", text, s)
		}
	}
}
