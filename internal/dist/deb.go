package main

import (
	"bytes"
	"compress/gzip"
	"crypto/md5"
	"embed"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"
)

// scripts are those that dpkg runs.
//
//go:embed debian
var scripts embed.FS

// settingsFile is where the settings of an installed server are.
const settingsFile = "etc/drawmesh/server.env"

// debianVersion is a version so that dpkg sorts it as Go does: what comes after a
// hyphen is before the release.
func debianVersion(v string) string {
	v, later, found := strings.Cut(strings.TrimPrefix(v, "v"), "-")
	if v == "devel" {
		v, later, found = "0", "devel", true
	}
	if found {
		v += "~" + strings.ReplaceAll(later, "-", ".")
	}
	return v
}

// deb packs the files of Debian's package: deb(5).
func (r *release) deb(t target, programs []file) ([]byte, error) {
	content, err := r.debianTree(programs)
	if err != nil {
		return nil, err
	}
	control, err := r.control(t, content)
	if err != nil {
		return nil, err
	}
	inner, err := tarball(".", control, r.time)
	if err != nil {
		return nil, err
	}
	outer, err := tarball(".", content, r.time)
	if err != nil {
		return nil, err
	}
	packed := bytes.NewBufferString("!<arch>\n")
	for _, member := range []file{{"debian-binary", 0o644, []byte("2.0\n")}, {"control.tar.gz", 0o644, inner}, {"data.tar.gz", 0o644, outer}} {
		// ar(5): name, time, owner, group, mode, size; members begin at even places.
		fmt.Fprintf(packed, "%-16s%-12d%-6d%-6d%-8s%-10d`\n", member.name, r.time.Unix(), 0, 0, "100644", len(member.data))
		packed.Write(member.data)
		if len(member.data)%2 != 0 {
			packed.WriteByte('\n')
		}
	}
	return packed.Bytes(), nil
}

// debianTree is what the package installs.
func (r *release) debianTree(programs []file) ([]file, error) {
	pages, err := compressed(r.man...)
	if err != nil {
		return nil, err
	}
	entry := fmt.Appendf(nil, "drawmesh (%s) unstable; urgency=medium\n\n  * CHANGELOG.md tells what has changed.\n\n -- %s  %s\n",
		debianVersion(r.from.Version), r.maintainer, r.time.Format(time.RFC1123Z))
	papers, err := compressed(file{"changelog", 0o644, entry}, r.changes, r.licenses)
	if err != nil {
		return nil, err
	}
	copyright := fmt.Appendf(nil, "%s\nTHIRD-PARTY.txt.gz has the terms of what the programs are built from.\n", r.license.data)
	settings := file{settingsFile, 0o640, r.settings.data}
	return sorted(slices.Concat(
		at("usr/bin", programs...),
		at("usr/share/man/man1", pages...),
		at("usr/share/bash-completion/completions", r.bash...),
		at("usr/share/zsh/vendor-completions", r.zsh...),
		at("usr/share/fish/vendor_completions.d", r.fish...),
		at("usr/share/doc/drawmesh", append(papers, r.readme, file{"copyright", 0o644, copyright})...),
		at("lib/systemd/system", r.unit),
		[]file{settings, {"usr/share/lintian/overrides/drawmesh", 0o644, []byte(overrides)}},
	)), nil
}

// compressed are files as gzip makes them, without their names and times.
func compressed(files ...file) (packed []file, err error) {
	for _, f := range files {
		var b bytes.Buffer
		gz, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
		if err != nil {
			return nil, err
		}
		if _, err := gz.Write(f.data); err != nil {
			return nil, err
		}
		if err := gz.Close(); err != nil {
			return nil, err
		}
		packed = append(packed, file{f.name + ".gz", f.mode, b.Bytes()})
	}
	return packed, nil
}

// overrides are what is meant to be as lintian would rather not have it.
const overrides = `# Programs in Go are.
drawmesh: statically-linked-binary
# It may hold secrets.
drawmesh: non-standard-file-perm 0640 != 0644 [etc/drawmesh/server.env]
`

const controlText = `Package: drawmesh
Version: %s
Architecture: %s
Maintainer: %s
Installed-Size: %d
Suggests: nginx, redis-server
Section: net
Priority: optional
Description: rooms where people and programs draw together
 drawmesh-server serves drawing rooms: a page, and the introductions by which
 those in a room find one another. They draw peer to peer, over WebRTC.
 .
 drawbot draws, records and measures in such rooms from the command line, and
 lets programs in any language take part.
`

// control is what tells dpkg of the package that installs content.
func (r *release) control(t target, content []file) ([]file, error) {
	size := 0 // KiB
	var sums strings.Builder
	for _, f := range content {
		size += (len(f.data) + 1023) / 1024
		if f.name != settingsFile { // which may be changed
			fmt.Fprintf(&sums, "%x  %s\n", md5.Sum(f.data), f.name)
		}
	}
	files := []file{
		{"control", 0o644, fmt.Appendf(nil, controlText, debianVersion(r.from.Version), t.debian, r.maintainer, size)},
		{"conffiles", 0o644, []byte("/" + settingsFile + "\n")},
		{"md5sums", 0o644, []byte(sums.String())},
	}
	entries, err := fs.ReadDir(scripts, "debian")
	if err != nil {
		return nil, err
	}
	for _, e := range entries {
		data, err := scripts.ReadFile("debian/" + e.Name())
		if err != nil {
			return nil, err
		}
		files = append(files, file{e.Name(), 0o755, data})
	}
	return files, nil
}
