package main

import (
	"archive/tar"
	"archive/zip"
	"bytes"
	"compress/gzip"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// tarball packs files, below a folder, as a tar file of root's that gzip has
// compressed.
func tarball(folder string, files []file, when time.Time) ([]byte, error) {
	var packed bytes.Buffer
	gz, err := gzip.NewWriterLevel(&packed, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	out := tar.NewWriter(gz)
	for _, f := range withFolders(folder, files) {
		h := &tar.Header{Name: f.name, Mode: int64(f.mode.Perm()), Size: int64(len(f.data)), ModTime: when,
			Uname: "root", Gname: "root", Format: tar.FormatGNU, Typeflag: tar.TypeReg}
		if f.mode.IsDir() {
			h.Typeflag = tar.TypeDir
		}
		if err := out.WriteHeader(h); err != nil {
			return nil, err
		}
		if _, err := out.Write(f.data); err != nil {
			return nil, err
		}
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	err = gz.Close()
	return packed.Bytes(), err
}

// withFolders are files below a folder, sorted, each after the folders that it is
// in.
func withFolders(folder string, files []file) (all []file) {
	known := make(map[string]bool)
	for _, f := range sorted(files) {
		name := folder + "/" + f.name
		var above []file
		for i := strings.LastIndexByte(name, '/'); i >= 0 && !known[name[:i]]; i = strings.LastIndexByte(name[:i], '/') {
			known[name[:i]] = true
			above = append(above, file{name: name[:i+1], mode: fs.ModeDir | 0o755})
		}
		slices.Reverse(above)
		all = append(append(all, above...), file{name, f.mode, f.data})
	}
	return all
}

// zipped packs files, below a folder, as a zip file.
func zipped(folder string, files []file, when time.Time) ([]byte, error) {
	var packed bytes.Buffer
	out := zip.NewWriter(&packed)
	for _, f := range sorted(files) {
		h := &zip.FileHeader{Name: path.Join(folder, f.name), Method: zip.Deflate, Modified: when}
		h.SetMode(f.mode)
		w, err := out.CreateHeader(h)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(f.data); err != nil {
			return nil, err
		}
	}
	err := out.Close()
	return packed.Bytes(), err
}
