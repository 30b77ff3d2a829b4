package recording

import (
	"testing"
	"time"
)

func TestMoment(t *testing.T) {
	at := func(ms int) Timed {
		d := time.Duration(ms) * time.Millisecond
		return Timed{Record: Op{At: d}, At: started.Add(d)}
	}
	records := []Timed{{Record: header, At: started}, at(10), {Record: Who{}, At: started.Add(10 * time.Millisecond)}, at(20), at(1000), at(2500)}
	tests := []struct {
		text string
		want int // records that are not past
	}{
		{"1", 3}, {"2", 4}, {"9", 6},
		{"0s", 1}, {"10ms", 3}, {"1s", 5}, {"2m", 6},
		{"2026-05-17T12:00:01Z", 5}, {"2026-05-17T14:00:01+02:00", 5}, {"2000-01-01T00:00:00Z", 0},
	}
	for _, tt := range tests {
		t.Run(tt.text, func(t *testing.T) {
			var m Moment
			if err := m.UnmarshalText([]byte(tt.text)); err != nil {
				t.Fatal(err)
			}
			past, got := m.Past(), 0
			for _, r := range records {
				if !past(r) {
					got++
				}
			}
			if got != tt.want {
				t.Errorf("got %d records before, want %d", got, tt.want)
			}
			if text, err := m.MarshalText(); string(text) != tt.text || err != nil {
				t.Errorf("written again it is %s, %v", text, err)
			}
			m.text = "" // of one that was not read
			var again Moment
			if err := again.UnmarshalText([]byte(m.String())); tt.text != "0s" && (err != nil || !again.Time.Equal(m.Time) || again.Since != m.Since || again.Ops != m.Ops) {
				t.Errorf("got %v and %v, want %v", again, err, m)
			}
		})
	}
	for _, text := range []string{"", "-1", "-1s", "x", "1x", "12:00"} {
		if err := new(Moment).UnmarshalText([]byte(text)); err == nil {
			t.Errorf("%q is a moment, want an error", text)
		}
	}
	past := (Moment{Since: time.Second}).Past()
	late := header
	late.Started = started.Add(time.Hour) // but it has what was drawn before
	if past(Timed{Record: late, At: started}) || past(records[0]) || past(records[4]) || !past(records[5]) {
		t.Error("the time is not since the recording that began first")
	}
	if past := (Moment{}).Past(); past(records[1]) || past(records[5]) {
		t.Error("something comes after the end")
	}
}
