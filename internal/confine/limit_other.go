//go:build !linux

package confine

// addresses is not known: other systems than Linux have no such limit, or do not
// keep to it.
func addresses() (int64, error) { return 0, ErrUnlimited }

// limitAddresses does nothing.
func limitAddresses(int64) error { return ErrUnlimited }
