//go:build !linux

package confine

// limitAddresses does nothing: other systems than Linux have no such limit, or do
// not keep to it.
func limitAddresses(int64) error { return ErrUnlimited }
