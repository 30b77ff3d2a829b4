package fault

import (
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

func TestRatesAreRead(t *testing.T) {
	var r Rates
	if err := r.UnmarshalText([]byte("kill=6/min,drop=2,cut=0.5/s")); err != nil || r != (Rates{Kill: 0.1, Cut: 0.5, Drop: 2}) {
		t.Errorf("got %+v, %v", r, err)
	}
	if got, want := r.String(), "kill=0.1/s,cut=0.5/s,drop=2/s"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for text, want := range map[string]string{
		"":             `"" is no rate`,
		"kill":         `"" is no rate`,
		"maim=1":       "there are kill, cut and drop",
		"kill=1/h":     "it is /s or /min",
		"kill=-1":      "is no rate, such as",
		"kill=NaN":     "is no rate, such as",
		"kill=1,cut=x": `"x" is no rate`,
	} {
		if err := new(Rates).UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

// Events come at their rate, and independently: as many intervals are shorter
// than the mean as in an exponential distribution.
func TestTimes(t *testing.T) {
	n, short, last := 0, 0, time.Duration(0)
	for at := range Times(10, rand.New(rand.NewPCG(1, 1))) {
		if at > 1000*time.Second {
			break
		}
		n++
		if at-last < 100*time.Millisecond {
			short++
		}
		last = at
	}
	if n < 9700 || n > 10300 {
		t.Errorf("%d came in 1000 s at 10/s", n)
	}
	if part := float64(short) / float64(n); part < 0.61 || part > 0.66 {
		t.Errorf("%.2f of the intervals are shorter than the mean, want 1 - 1/e = 0.63", part)
	}
}
