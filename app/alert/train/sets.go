package main

import (
	"time"

	"coffer/app/alert/made"
	"coffer/app/alert/sheet"
)

// madeSeed and madePeople say which invented histories are learnt from.
const (
	madeSeed   = 7
	madePeople = 900
)

// gather reads the files, invents people, and makes copies that tell less: a day for an hour, no category, no channel, no
// merchant, as many banks do.
func gather(o options) ([]set, error) {
	var sets []set
	for _, file := range []struct{ name, path, blind string }{
		{"handbook", o.handbook, "compromised_terminal"}, {"sparkov", o.sparkov, "-"},
	} {
		s, err := load(file.name, file.path, file.blind, o.quick)
		if err != nil {
			return nil, err
		}
		s.weight, s.rare = 1, 1
		sets = append(sets, s)
	}
	invented := set{name: "made", blind: "-", weight: 1, rare: 0.25}
	for _, p := range made.People(madeSeed, madePeople/o.quick) {
		c := customer{id: p.Name}
		for _, charge := range p.Charges {
			c.lines = append(c.lines, sheet.Line{Customer: p.Name, Row: charge.Row, Fraud: charge.Theirs != "", Scenario: charge.Theirs})
		}
		invented.customers = append(invented.customers, c)
	}
	return append(sets, invented, masked(sets[0], 0.9), masked(sets[1], 0.3)), nil
}

// masked is a copy of a set in which each person's bank tells less.
func masked(from set, rare float64) set {
	to := set{name: from.name + ", telling less", blind: from.blind, weight: 0.3, rare: rare}
	for _, c := range from.customers {
		d := made.NewDice(c.dice())
		noHour, noKind, noChannel, noName := d.Unit() < 0.8, d.Unit() < 0.5, d.Unit() < 0.5, d.Unit() < 0.15
		less := customer{id: c.id, lines: make([]sheet.Line, len(c.lines))}
		for i, line := range c.lines {
			r := &line.Row
			if noHour {
				r.At, r.Timed = r.At.Truncate(24*time.Hour), false
			}
			if noKind {
				r.Category = ""
			}
			if noChannel {
				r.Channel = 0
			}
			if noName {
				r.Merchant = ""
			}
			less.lines[i] = line
		}
		to.customers = append(to.customers, less)
	}
	return to
}
