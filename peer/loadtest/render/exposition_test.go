package render

import (
	"math"
	"strings"
	"testing"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Whatever bots call things, an independent parser reads it, and one metric that
// is at odds with another hides no third.
func TestExposition(t *testing.T) {
	const strange = "a \"b\"\\n\nc\xff é"
	e := exposition{make(map[string]*family)}
	d := desc{"x", strange, []string{"by"}}
	e.value(d, aCounter, 1, strange)
	e.value(d, aCounter, 2, strange) // told already
	e.value(d, aGauge, 3, "other")   // no counter
	e.value(d, aCounter, math.Inf(1), "other")
	e.value(desc{"y", "", nil}, aGauge, math.NaN())
	var text strings.Builder
	if _, err := e.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	parser := expfmt.NewTextParser(model.LegacyValidation)
	families, err := parser.TextToMetricFamilies(strings.NewReader(text.String()))
	if err != nil {
		t.Fatalf("%v, of\n%s", err, &text)
	}
	got := make(map[string]float64)
	for _, m := range families["x"].GetMetric() {
		got[m.GetLabel()[0].GetValue()] = m.GetCounter().GetValue()
	}
	name := strings.ToValidUTF8(strange, "\uFFFD")
	if len(got) != 2 || got[name] != 1 || got["other"] != math.Inf(1) || families["x"].GetHelp() != strange {
		t.Errorf("got %v with the help %q, want 1 for %q, and infinitely many", got, families["x"].GetHelp(), name)
	}
	if y := families["y"]; y.GetType() != dto.MetricType_GAUGE || !math.IsNaN(y.GetMetric()[0].GetGauge().GetValue()) {
		t.Errorf("got %v, want a gauge without a number", y)
	}
}
