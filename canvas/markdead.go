package canvas

// MarkDead takes note that all which dead counts has been drawn and cleared, as
// whoever held it knows. A log that begins to receive in the middle of things
// needs that: what follows must not count as a gap.
func (l *Log) MarkDead(dead Vector) (Change, error) {
	fresh := 0
	for site := range dead {
		if _, err := parseSite(site[:]); err != nil {
			return Change{}, err
		}
		if l.sites[site] == nil {
			fresh++
		}
	}
	if len(l.list)+fresh > MaxSites {
		return Change{}, ErrSites
	}
	l.edge = l.end
	return l.cut(marks(dead)), nil
}
