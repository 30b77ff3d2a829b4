package loadtest

// A Moment is what happened in one slice of time, in all parts together.
type Moment struct {
	AtMS           float64 // when it ended
	TookMS         float64
	Drawing        bool
	Sent           int
	Delivered      int
	Open, Expected int
	Failures       int
	Cores          float64
	Machine        float64
	RSS, Heap      int64
	Goroutines     int
	Latency        *Histogram
}

// Timeline puts the slices of all parts together.
func (r *Report) Timeline() (moments []Moment) {
	for i := range r.Parts {
		p := &r.Parts[i]
		for n, s := range p.Slices {
			if n == len(moments) {
				moments = append(moments, Moment{AtMS: s.AtMS, TookMS: s.AtMS, Latency: new(Histogram)})
				if n > 0 {
					moments[n].TookMS = s.AtMS - moments[n-1].AtMS
				}
			}
			moments[n].add(r, p, s)
		}
	}
	return moments
}

func (m *Moment) add(r *Report, p *Part, s Slice) {
	m.Drawing = m.Drawing || s.Drawing
	m.Sent += s.Sent
	m.Delivered += s.Delivered
	m.Open += s.Open
	m.Expected += s.Expected
	m.Failures += s.Failures
	m.Cores += s.Cores
	m.Machine = max(m.Machine, s.Machine)
	m.RSS += s.RSS
	m.Heap += s.Heap
	m.Goroutines += s.Goroutines
	m.Latency.heard(r, p, s.Operations, filter{})
}
