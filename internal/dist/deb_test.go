package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"drawmesh/internal/version"
)

// programs stand for those that are built.
var programs = []file{{"drawbot", 0o755, []byte("#!/bin/sh\necho drawbot\n")}, {"drawmesh-server", 0o755, []byte("#!/bin/sh\necho server\n")}}

// sample is a release without what takes long to make.
func sample(t *testing.T, v string) *release {
	t.Helper()
	unit, err := os.ReadFile("../../docs/deploy/drawmesh.service")
	if err != nil {
		t.Fatal(err)
	}
	return &release{
		from: version.Source{Version: v}, time: time.Date(2026, 11, 30, 0, 0, 0, 0, time.UTC), maintainer: "Ana <ana@example.org>",
		readme: file{"README.md", 0o644, []byte("read me\n")}, changes: file{"CHANGELOG.md", 0o644, []byte("changes\n")},
		license: file{"LICENSE", 0o644, []byte("license\n")}, licenses: file{"THIRD-PARTY.txt", 0o644, []byte("others\n")},
		man: []file{{"drawbot.1", 0o644, []byte("page\n")}}, bash: []file{{"drawbot", 0o644, []byte("bash\n")}},
		zsh: []file{{"_drawbot", 0o644, []byte("zsh\n")}}, fish: []file{{"drawbot.fish", 0o644, []byte("fish\n")}},
		settings: file{"server.env", 0o644, []byte("#PORT=8081\n")}, unit: file{"drawmesh.service", 0o644, unit},
	}
}

// output is what a command prints.
func output(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C", "TZ=UTC")
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %q: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// save writes the package of a release, and returns its name.
func save(t *testing.T, r *release) string {
	t.Helper()
	data, err := r.deb(targets[0], programs)
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(t.TempDir(), "drawmesh.deb")
	if err := os.WriteFile(name, data, 0o666); err != nil {
		t.Fatal(err)
	}
	return name
}

// Dpkg reads the package, and finds root's files in it, each with its sum.
func TestDeb(t *testing.T) {
	deb := save(t, sample(t, "v1.2.0"))
	if got := output(t, "dpkg-deb", "--field", deb, "Package", "Version", "Architecture"); got != "Package: drawmesh\nVersion: 1.2.0\nArchitecture: amd64\n" {
		t.Errorf("got the fields %s", got)
	}
	list := output(t, "dpkg-deb", "--contents", deb)
	for _, want := range []string{
		"drwxr-xr-x root/root         0 2026-11-30 00:00 ./usr/bin/\n-rwxr-xr-x root/root        23 2026-11-30 00:00 ./usr/bin/drawbot\n",
		"-rw-r----- root/root        11 2026-11-30 00:00 ./etc/drawmesh/server.env\n",
		" ./lib/systemd/system/drawmesh.service\n", " ./usr/share/man/man1/drawbot.1.gz\n",
		" ./usr/share/bash-completion/completions/drawbot\n", " ./usr/share/zsh/vendor-completions/_drawbot\n",
		" ./usr/share/fish/vendor_completions.d/drawbot.fish\n", " ./usr/share/doc/drawmesh/copyright\n", " ./usr/share/doc/drawmesh/changelog.gz\n",
	} {
		if !strings.Contains(list, want) {
			t.Errorf("the package lacks %q:\n%s", want, list)
		}
	}
	root := t.TempDir()
	output(t, "dpkg-deb", "--raw-extract", deb, root)
	sums := output(t, "sh", "-c", `cd "$1" && md5sum --check --strict DEBIAN/md5sums && find * -type f ! -path 'DEBIAN/*' ! -path etc/drawmesh/server.env | wc -l`, "sh", root)
	if lines := strings.Split(strings.TrimSpace(sums), "\n"); lines[len(lines)-1] != "13" || len(lines) != 14 {
		t.Errorf("got the sums\n%s, want one for each of 13 files", sums)
	}
}

// A changed file of settings outlives upgrades, and purging takes away all that
// there was, also what the server kept.
func TestDebThroughItsLife(t *testing.T) {
	root := t.TempDir()
	at := func(name string) string { return filepath.Join(root, name) }
	for _, dir := range []string{"var/lib/dpkg/updates", "var/lib/dpkg/info", "var/lib/private/drawmesh", "bin"} {
		if err := os.MkdirAll(at(dir), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	calls := at("bin/calls")
	tool := "#!/bin/sh\necho $* >> " + calls + "\n[ \"$1\" != --quiet ]\n" // no unit is enabled
	for name, text := range map[string]string{
		"var/lib/dpkg/status": "", "bin/deb-systemd-helper": tool, "var/lib/private/drawmesh/rooms": "a drawing",
	} {
		if err := os.WriteFile(at(name), []byte(text), 0o777); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("private/drawmesh", at("var/lib/drawmesh")); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", at("bin")+":"+os.Getenv("PATH")+":/usr/sbin:/sbin")
	dpkg := func(args ...string) {
		t.Helper()
		output(t, "dpkg", append([]string{"--root=" + root, "--force-script-chrootless", "--force-not-root", "--log=/dev/null"}, args...)...)
	}
	dpkg("--install", save(t, sample(t, "v1.2.0")))
	if got := output(t, at("usr/bin/drawmesh-server")); got != "server\n" {
		t.Errorf("the server says %q", got)
	}
	if err := os.WriteFile(at(settingsFile), []byte("PORT=80\n"), 0o640); err != nil {
		t.Fatal(err)
	}
	later := sample(t, "v1.3.0")
	later.settings.data = []byte("#PORT=8081\n#NEW=\n")
	dpkg("--force-confold", "--install", save(t, later))
	if got, err := os.ReadFile(at(settingsFile)); string(got) != "PORT=80\n" {
		t.Errorf("got the settings %q, %v after an upgrade, want those that were changed", got, err)
	}
	dpkg("--remove", "drawmesh")
	for _, name := range []string{settingsFile, "var/lib/drawmesh/rooms"} {
		if _, err := os.Stat(at(name)); err != nil {
			t.Errorf("removed, and not purged: %v", err)
		}
	}
	dpkg("--purge", "drawmesh")
	left := output(t, "find", root, "-name", "*drawmesh*", "-o", "-name", "server.env*")
	if left != "" {
		t.Errorf("got, after all was purged:\n%s", left)
	}
	got, err := os.ReadFile(calls)
	want := strings.Repeat("debian-installed drawmesh.service\nunmask drawmesh.service\n--quiet was-enabled drawmesh.service\nupdate-state drawmesh.service\n", 2) +
		"purge drawmesh.service\n"
	if string(got) != want {
		t.Errorf("got of units %q, %v, want %q", got, err, want)
	}
}

// Versions come in the order of dpkg as in Go's.
func TestDebianVersion(t *testing.T) {
	ordered := []string{"devel", "v0.0.0-20261130005948-08e160d4a1b2", "v0.0.0-20261201005948-07e160d4a1b2", "v1.2.0-rc.1", "v1.2.0-rc.2",
		"v1.2.0", "v1.2.1-0.20261130005948-08e160d4a1b2", "v1.2.1-0.20261130005948-08e160d4a1b2+dirty", "v1.2.1", "v1.10.0"}
	for i, v := range ordered[1:] {
		output(t, "dpkg", "--validate-version", debianVersion(v))
		output(t, "dpkg", "--compare-versions", debianVersion(ordered[i]), "lt", debianVersion(v))
	}
}

// What is packed does not depend on the order or the hour in which it comes.
func TestPackedTheSame(t *testing.T) {
	for _, target := range []target{targets[0], targets[len(targets)-1]} {
		first, err := sample(t, "v1.2.0").pack(target, programs)
		if err != nil {
			t.Fatal(err)
		}
		again := slices.Clone(programs)
		slices.Reverse(again)
		second, err := sample(t, "v1.2.0").pack(target, again)
		if err != nil {
			t.Fatal(err)
		}
		for i, f := range first {
			if g := second[i]; f.name != g.name || !bytes.Equal(f.data, g.data) {
				t.Errorf("%s is another the second time, %s", f.name, g.name)
			}
		}
	}
}

func TestChoose(t *testing.T) {
	got, err := choose([]string{"linux/armv7", "darwin/arm64"})
	if err != nil || !slices.Equal(got, []target{targets[2], targets[4]}) {
		t.Errorf("got %v, %v", got, err)
	}
	if _, err := choose([]string{"plan9/mips"}); err == nil || !strings.Contains(err.Error(), "linux/amd64") {
		t.Errorf("got %v, want to hear what there is", err)
	}
}

// The unit is sound, and as closed as a server can be.
func TestUnit(t *testing.T) {
	unit := string(sample(t, "v1.2.0").unit.data)
	name := filepath.Join(t.TempDir(), "drawmesh.service")
	program, err := exec.LookPath("true")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte(strings.Replace(unit, "/usr/bin/drawmesh-server ", program+" ", 1)), 0o666); err != nil {
		t.Fatal(err)
	}
	if said := output(t, "systemd-analyze", "verify", "--man=no", name); said != "" {
		t.Errorf("systemd says of the unit:\n%s", said)
	}
	output(t, "systemd-analyze", "security", "--offline=true", "--threshold=20", name) // of 100
}
