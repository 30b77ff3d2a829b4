package raster

import "drawmesh/internal/atomicfile"

// SavePNG writes the picture to a file, atomically and durably: whatever
// happens, the file holds either the whole picture or what it held before.
func (b *Board) SavePNG(path string) error { return atomicfile.Replace(path, b.EncodePNG) }
