package doctor

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// docs/doctor.md has all rules, as reports say them.
func TestPage(t *testing.T) {
	var want strings.Builder
	for _, r := range Rules {
		fmt.Fprintf(&want, "| `%s` | %s |\n", r.Check, r.Text)
	}
	page, err := os.ReadFile("../../docs/doctor.md")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(page), "|---|---|\n"+want.String()+"\n") {
		t.Errorf("docs/doctor.md has another table than the rules; want\n%s", &want)
	}
}
