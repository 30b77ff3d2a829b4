package main

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"io/fs"
	"net/http"
	"path"
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
}

// assets are the page's files, by name.
type assets map[string]asset

// loadAssets reads the embedded files. It panics if they cannot be read, for
// then the program was built wrongly.
func loadAssets() assets {
	files := make(assets)
	err := fs.WalkDir(web, "web", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := web.ReadFile(name)
		files[path.Base(name)] = asset{
			data:      data,
			mediaType: mediaTypes[path.Ext(name)],
			etag:      fmt.Sprintf(`"%x"`, sha256.Sum256(data))[:18] + `"`,
		}
		return err
	})
	if err != nil {
		panic(err)
	}
	return files
}

// serve answers with one file. A browser may keep it but has to ask whether it
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
	h.Set("ETag", file.etag)
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(file.data))
}
