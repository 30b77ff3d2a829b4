package version

import (
	"runtime/debug"
	"testing"
)

func TestString(t *testing.T) {
	vcs := func(modified string) []debug.BuildSetting {
		return []debug.BuildSetting{{Key: "vcs.revision", Value: "08e160d"}, {Key: "vcs.time", Value: "2026-11-30T00:59:48Z"}, {Key: "vcs.modified", Value: modified}}
	}
	tests := []struct {
		name, version string
		settings      []debug.BuildSetting
		want          string
	}{
		{"released", "v1.2.0", vcs("false"), "v1.2.0 (commit 08e160d, 2026-11-30) go1.26.8"},
		{"changed", "v1.2.1-0.20261130005948-08e160d+dirty", vcs("true"), "v1.2.1-0.20261130005948-08e160d+dirty (commit 08e160d, 2026-11-30, changed since) go1.26.8"},
		{"from_the_proxy", "v1.2.0", nil, "v1.2.0 go1.26.8"},
		{"outside_a_repository", "(devel)", nil, "devel go1.26.8"},
		{"of_a_test", "", nil, "devel go1.26.8"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			info := &debug.BuildInfo{GoVersion: "go1.26.8", Main: debug.Module{Version: tt.version}, Settings: tt.settings}
			if got := Of(info).String(); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}
