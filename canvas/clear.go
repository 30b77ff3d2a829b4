package canvas

// Site is who said it.
func (c Clear) Site() Site {
	if c == (Clear{}) {
		return Site{}
	}
	return c.Key.Site()
}

// Signed reports whether its site has said it.
func (c Clear) Signed() bool { return c.T > 0 && c.T <= MaxTime && c.Key.signed(clearText(c.T), c.Sig) }

// Less reports whether d counts where both were said.
func (c Clear) Less(d Clear) bool {
	if c.T != d.T {
		return c.T < d.T
	}
	return c.Site().compare(d.Site()) < 0
}
