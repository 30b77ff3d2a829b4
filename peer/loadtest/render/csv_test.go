package render

import (
	"bytes"
	"encoding/csv"
	"slices"
	"strings"
	"testing"
)

// Each slice of time has a row for each metric and tags, by which they can be told
// apart; counts add up to those of the run.
func TestCSV(t *testing.T) {
	var b bytes.Buffer
	if err := CSV(&b, report(t)); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(&b).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(rows[0], ","); got != "at_s,for_s,metric,scenario,room,stage,group,check,value,of,unit" {
		t.Errorf("the head is %s", got)
	}
	var first []string
	for _, row := range rows[1:] {
		if row[0] == "0.4" {
			first = append(first, strings.Join(row[1:], ","))
		}
	}
	for _, want := range []string{
		"0.2,links.open,,,,,,10,12,", // of both parts
		"0.2,cpu,,,,,,100,,%",
		"0.2,memory,,,,,,102000000,,bytes",
		"0.2,ops.sent,writers,1,1,,,10,,",
		"0.2,ops.sent,writers,2,1,,,10,,",
		"0.2,ops.disordered,writers,1,1,,,1,,",
		"0.2,ops.duplicate,guests,2,,warmup,,2,,",
		"0.2,latency.max,guests,1,,warmup,,104.8,,ms",
		"0.2,reply.count,writers,1,1,,,4,,",
		"0.2,reply.mean,writers,1,1,,,11.5,,ms",
		"0.2,reply.max,guests,1,,warmup,,10,,ms",
		"0.2,words.read,writers,1,1,,,11,,",
		"0.2,words_read,writers,1,1,,,8,,KB",
		"0.2,good,writers,1,1,,,2,3,",
		"0.2,checks,writers,1,1,,answered,3,4,",
	} {
		if n := len(slices.DeleteFunc(slices.Clone(first), func(row string) bool { return row != want })); n != 1 {
			t.Errorf("%d rows are %s, want 1, of\n%s", n, want, strings.Join(first, "\n"))
		}
	}
	if n := len(rows) - 1; n != 20*len(first) {
		t.Errorf("%d rows, want 20 slices of %d each", n, len(first))
	}
}
