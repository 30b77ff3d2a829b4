package loadtest

// A cast is the bots of one scenario of a run. Which number is in which scenario,
// goes to which room and belongs to which part, all parts know: numbers go on from
// one scenario to the next, and those that arrive come after all of these, from
// each scenario that has such by turns.
type cast struct {
	Scenario     // with its defaults
	first    int // the number of its first bot
	beyond   int // the number of the first that arrives, of it
	step     int // from one number that arrives to the next
	rhythm   line
}

// castsOf are the scenarios' bots, and how many that is.
func castsOf(scenarios []Scenario, rooms int) (casts []*cast, bots int) {
	arriving := 0
	for _, s := range scenarios {
		c := &cast{Scenario: s.withDefaults(rooms), first: bots, rhythm: s.rhythm()}
		if c.Arrival > 0 {
			c.beyond = arriving
			arriving++
		}
		bots += c.Bots
		casts = append(casts, c)
	}
	for _, c := range casts {
		c.beyond += bots
		c.step = arriving
	}
	return casts, bots
}

// castOf is the cast of a number, nil if there is none.
func castOf(casts []*cast, number int) *cast {
	for _, c := range casts {
		arrived := number - c.beyond
		if number >= c.first && number < c.first+c.Bots || c.Arrival > 0 && arrived >= 0 && arrived%c.step == 0 {
			return c
		}
	}
	return nil
}

// index is which of its scenario's bots a number is, from 0.
func (c *cast) index(number int) int {
	if number < c.first+c.Bots {
		return number - c.first
	}
	return c.Bots + (number-c.beyond)/c.step
}

// room is where the bot of that number goes.
func (c *cast) room(number int) int { return c.index(number) % c.Rooms }

// writes reports whether the bot of that number draws.
func (c *cast) writes(number int) bool {
	return (c.draws() || c.Bot != nil) && (c.Writers == 0 || c.index(number)/c.Rooms%c.perRoom(c.Rooms) < c.Writers)
}

// in is how many of the bots go to a room.
func (c *cast) in(room, bots int) int {
	if room >= c.Rooms {
		return 0
	}
	return (bots - room + c.Rooms - 1) / c.Rooms
}

// mine is the numbers of a part's bots, from the first to before the end.
func (c *cast) mine(part, parts int) (from, end int) {
	from = c.first
	for k := 1; k < part; k++ {
		from += c.share(k, parts)
	}
	return from, from + c.share(part, parts)
}

// share is how many of the bots a part has. All of a run's are dealt out by turns,
// over the scenarios.
func (c *cast) share(part, parts int) int {
	upTo := func(bots int) int { return (bots + parts - part) / parts }
	return upTo(c.first+c.Bots) - upTo(c.first)
}

// rank is at which place of the whole scenario the nth of a part comes, when
// bots come by stages, from 0: the parts take turns.
func (c *cast) rank(nth, part, parts int) int {
	turn := (part - 1 - c.first%parts + parts) % parts
	return turn + nth*parts
}

// arrival is the number of the bot of a part that arrives nth, from 0.
func (c *cast) arrival(nth, part, parts int) int {
	return c.beyond + (nth*parts+part-1)*c.step
}
