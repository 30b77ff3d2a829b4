package main

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

//go:embed web
var web embed.FS

// mediaTypes are those of the page's files, by extension. The machine's own
// table may hold others.
var mediaTypes = map[string]string{
	".css":  "text/css; charset=utf-8",
	".html": "text/html; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

// An asset is one file of the page.
type asset struct {
	data      []byte
	mediaType string
	etag      string
	gzipped   func() []byte
}

func newAsset(name string, data []byte) asset {
	return asset{
		data:      data,
		mediaType: mediaTypes[path.Ext(name)],
		etag:      fmt.Sprintf(`"%x"`, sha256.Sum256(data))[:18] + `"`,
		gzipped: sync.OnceValue(func() []byte {
			var b bytes.Buffer
			w, _ := gzip.NewWriterLevel(&b, gzip.BestCompression)
			w.Write(data)
			w.Close() // nothing of this fails in memory
			return b.Bytes()
		}),
	}
}

// assets are the page's files, by name.
type assets map[string]asset

// loadAssets reads the embedded files, and makes the bundles of the modules. It panics
// if that cannot be done, for then the program was built wrongly.
func loadAssets() assets {
	files := make(assets)
	err := fs.WalkDir(web, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := web.ReadFile(name)
		files[path.Base(name)] = newAsset(name, data)
		return err
	})
	var scripts map[string][]byte
	if err == nil {
		scripts, err = bundles(files, "app.js")
	}
	for name, script := range scripts {
		files[name] = newAsset(name, script)
	}
	files[sheetFile] = newAsset(sheetFile, slices.Concat(plainSheet(files["style.css"].data), plainSheet(files["panels.css"].data)))
	if err != nil {
		panic(err)
	}
	return files
}

// serve answers with one file, compressed (RFC 9110, section 12.5.3) for whoever takes that.
// A browser may keep it but has to ask whether it
// has changed, so that a new server's page is never half an old one's.
func (a assets) serve(w http.ResponseWriter, r *http.Request, name string) {
	file, ok := a[name]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.mediaType)
	h.Set("Cache-Control", "no-cache")
	h.Set("Vary", "Accept-Encoding")
	data, etag := file.data, file.etag
	if takesGzip(r) {
		data, etag = file.gzipped(), strings.TrimSuffix(etag, `"`)+`-gzip"`
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("ETag", etag)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(data))
}

// takesGzip reports whether an answer may be compressed.
func takesGzip(r *http.Request) bool {
	for _, part := range strings.Split(r.Header.Get("Accept-Encoding"), ",") {
		coding, weight, _ := strings.Cut(part, ";")
		if strings.TrimSpace(coding) == "gzip" {
			q, err := strconv.ParseFloat(strings.TrimPrefix(strings.TrimSpace(weight), "q="), 64)
			return err != nil || q > 0
		}
	}
	return false
}
