package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// An exposition is the metrics that a server has.
type exposition struct {
	labels map[string]map[string][]string // the values of each label
	help   map[string]string              // by the name without _bucket and the like
}

var (
	sample    = regexp.MustCompile(`^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? \S+$`)
	labelPair = regexp.MustCompile(`(\w+)="([^"]*)"`)
)

// scrape reads the text format of Prometheus.
func scrape(t *testing.T, text string) exposition {
	t.Helper()
	m := exposition{make(map[string]map[string][]string), make(map[string]string)}
	for lines := bufio.NewScanner(strings.NewReader(text)); lines.Scan(); {
		line := lines.Text()
		if rest, ok := strings.CutPrefix(line, "# HELP "); ok {
			name, help, _ := strings.Cut(rest, " ")
			m.help[name] = help
			continue
		}
		if strings.HasPrefix(line, "#") {
			continue
		}
		found := sample.FindStringSubmatch(line)
		if found == nil {
			t.Fatalf("no sample: %q", line)
		}
		if m.labels[found[1]] == nil {
			m.labels[found[1]] = make(map[string][]string)
		}
		for _, pair := range labelPair.FindAllStringSubmatch(found[2], -1) {
			m.labels[found[1]][pair[1]] = append(m.labels[found[1]][pair[1]], pair[2])
		}
	}
	return m
}

// busyServer is a server with all its parts on, that has introduced two peers and
// refused something.
func busyServer(t *testing.T) exposition {
	t.Helper()
	redis := startRedis(t)
	server := startProcess(t, "--port=0", "--token-secret", longSecret, "--metrics=localhost:0", "--redis", "redis://"+redis.addr,
		"--turn", "--public-ip=127.0.0.1", "--stun=127.0.0.1:0")
	metrics := server.said.after(t, "drawmesh: metrics at ")
	ana, bo := visit(t, server.url, "Ana"), visit(t, server.url, "Bo")
	ana.hears("+Bo")
	bo.hears("+Ana")
	if status, _ := ana.relays(bo, 1); status != 200 {
		t.Fatalf("got %d for a relay", status)
	}
	bo.hears(fmt.Sprintf("wave from %s: 1", ana.Self().ID))
	if status, _ := ana.relays(ana, 2); status != 404 {
		t.Fatalf("got %d for a relay to itself, want it refused", status)
	}
	var text string
	until(t, "the server has heard the bus", func() bool {
		_, text = get(t, metrics)
		return strings.Contains(text, "\ndrawmesh_bus_messages_total{outcome=\"sent\"} ") && !strings.Contains(text, "{outcome=\"sent\"} 0\n")
	})
	return scrape(t, text)
}

var (
	quoted   = regexp.MustCompile(`"[^"]*"`)
	selector = regexp.MustCompile(`([a-zA-Z_:][a-zA-Z0-9_:]*)?\{([^}]*)\}`)
	matcher  = regexp.MustCompile(`(\w+)\s*(=~|!~|!=|=)\s*"([^"]*)"`)
	grouping = regexp.MustCompile(`\b(?:by|without|on|ignoring)\s*\(([^)]*)\)`)
	word     = regexp.MustCompile(`[a-zA-Z_:][a-zA-Z0-9_:]*\s*\(?`)
	ranges   = regexp.MustCompile(`\[[^\]]*\]`)
)

var operators = []string{"and", "or", "unless"}

// ofPrometheus are the labels and metrics that it adds itself.
var ofPrometheus = []string{"instance", "job", "le", "up"}

// check looks whether a server has what an expression asks for, and returns the
// metrics that it names.
func (m exposition) check(t *testing.T, where, expr string) (names []string) {
	t.Helper()
	labels := make(map[string]bool)
	for _, s := range selector.FindAllStringSubmatch(expr, -1) {
		for _, match := range matcher.FindAllStringSubmatch(s[2], -1) {
			label, values := match[1], strings.Split(match[3], "|")
			if slices.Contains(ofPrometheus, label) {
				continue
			}
			known := m.labels[s[1]][label]
			if s[1] == "drawmesh_refusals_total" {
				known = refusalReasons(t)
			}
			for _, value := range values {
				if !slices.Contains(known, value) {
					t.Errorf("%s: %s has no %s=%q, but %q", where, s[1], label, value, known)
				}
			}
		}
	}
	for _, list := range grouping.FindAllStringSubmatch(expr, -1) {
		for label := range strings.SplitSeq(list[1], ",") {
			labels[strings.TrimSpace(label)] = true
		}
	}
	bare := selector.ReplaceAllString(expr, "$1 ")
	for _, other := range []*regexp.Regexp{grouping, ranges, quoted} {
		bare = other.ReplaceAllString(bare, " ")
	}
	for _, w := range word.FindAllString(bare, -1) {
		w = strings.TrimSpace(w)
		if strings.HasSuffix(w, "(") || slices.Contains(operators, w) || slices.Contains(ofPrometheus, w) {
			continue
		}
		if m.labels[w] == nil {
			t.Errorf("%s: there is no metric %s", where, w)
		}
		names = append(names, w)
	}
	if len(names) == 0 && !strings.Contains(expr, "up{") {
		t.Errorf("%s: %s names no metric", where, expr)
	}
	for label := range labels {
		if !slices.Contains(ofPrometheus, label) && !slices.ContainsFunc(names, func(name string) bool { return m.labels[name][label] != nil }) {
			t.Errorf("%s: none of %q has the label %s", where, names, label)
		}
	}
	return names
}

// refusalReasons are all that the server may give, which is more than it does in a test.
func refusalReasons(t *testing.T) (all []string) {
	t.Helper()
	source, err := os.ReadFile("../../signaling/server_refuse.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range regexp.MustCompile(`refusal\{"(\w+)"`).FindAllSubmatch(source, -1) {
		all = append(all, string(m[1]))
	}
	return all
}

// The dashboard, the rules and the document name the metrics that the server has, and
// the dashboard and the document all of its own.
func TestWhatIsWatchedIsThere(t *testing.T) {
	t.Cleanup(http.DefaultClient.CloseIdleConnections)
	m := busyServer(t)
	own := slices.Sorted(func(yield func(string) bool) {
		for name := range m.help {
			if strings.HasPrefix(name, "drawmesh_") && !yield(name) {
				return
			}
		}
	})
	if len(own) < 15 {
		t.Fatalf("the server has the metrics %q, want more", own)
	}
	deploy := filepath.Join("..", "..", "docs", "deploy")
	t.Run("grafana.json", func(t *testing.T) {
		var dashboard struct {
			UID, Title string
			Panels     []struct {
				Type, Title string
				GridPos     struct{ X, Y, W, H int }
				Targets     []struct{ Expr string }
			}
		}
		text, err := os.ReadFile(filepath.Join(deploy, "grafana.json"))
		if err == nil {
			err = json.Unmarshal(text, &dashboard)
		}
		if err != nil {
			t.Fatal(err)
		}
		shown := make(map[string]bool)
		taken := make(map[[2]int]string)
		for _, p := range dashboard.Panels {
			for _, target := range p.Targets {
				for _, name := range m.check(t, p.Title, target.Expr) {
					for _, part := range []string{"_bucket", "_sum", "_count"} {
						if whole := strings.TrimSuffix(name, part); m.help[whole] != "" {
							name = whole
						}
					}
					shown[name] = true
				}
			}
			if p.Type != "row" && len(p.Targets) == 0 {
				t.Errorf("%s shows nothing", p.Title)
			}
			for x := p.GridPos.X; x < p.GridPos.X+p.GridPos.W; x++ {
				for y := p.GridPos.Y; y < p.GridPos.Y+p.GridPos.H; y++ {
					if other := taken[[2]int{x, y}]; other != "" || x >= 24 {
						t.Fatalf("%s is where %s is, or beyond the edge", p.Title, other)
					}
					taken[[2]int{x, y}] = p.Title
				}
			}
		}
		for _, name := range own {
			if !shown[name] {
				t.Errorf("%s is not on the dashboard", name)
			}
		}
	})
	t.Run("alerts.yaml", func(t *testing.T) {
		var file struct {
			Groups []struct {
				Rules []struct {
					Alert, Expr         string
					For                 string
					Labels, Annotations map[string]string
				}
			}
		}
		text, err := os.ReadFile(filepath.Join(deploy, "alerts.yaml"))
		if err == nil {
			err = yaml.Unmarshal(text, &file)
		}
		if err != nil {
			t.Fatal(err)
		}
		names := make(map[string]bool)
		for _, g := range file.Groups {
			for _, r := range g.Rules {
				m.check(t, r.Alert, r.Expr)
				if names[r.Alert] || !strings.HasPrefix(r.Alert, "Drawmesh") {
					t.Errorf("%q is no name, or another rule's", r.Alert)
				}
				names[r.Alert] = true
				if s := r.Labels["severity"]; s != "page" && s != "ticket" {
					t.Errorf("%s: severity %q", r.Alert, s)
				}
				if !strings.Contains(r.Annotations["summary"], "{{ $labels.instance }}") || len(r.Annotations["description"]) < 80 {
					t.Errorf("%s says too little: %q", r.Alert, r.Annotations)
				}
			}
		}
		if len(names) < 7 {
			t.Errorf("got %q, want more rules", slices.Collect(maps.Keys(names)))
		}
	})
	t.Run("server.md", func(t *testing.T) {
		page, err := os.ReadFile(filepath.Join("..", "..", "docs", "server.md"))
		if err != nil {
			t.Fatal(err)
		}
		var want strings.Builder
		want.WriteString("| metric | |\n|---|---|\n")
		for _, name := range own {
			var labels []string
			for label := range m.labels[name] {
				labels = append(labels, label)
			}
			braces := ""
			if len(labels) > 0 {
				braces = "{" + strings.Join(labels, ",") + "}"
			}
			fmt.Fprintf(&want, "| `%s%s` | %s |\n", name, braces, m.help[name])
		}
		if !strings.Contains(string(page), want.String()) {
			t.Errorf("docs/server.md has another table of metrics than the server; want\n%s", &want)
		}
	})
}
