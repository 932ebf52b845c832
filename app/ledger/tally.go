package ledger

import (
	"time"

	"coffer/app/money"
)

// Check asks that the balance of a read is held against the rows: all days from From to the day of reading were read
// completely.
type Check struct {
	From   Date
	Stated money.Amount // booked, as the bank says it
	At     time.Time    // UTC, of the read
}

// Tally holds the balance that a bank states against its own booked rows. What an earlier stated balance and the rows
// since come to is the computed one. Pending rows, and rows that only a file told, count in neither.
type Tally struct {
	Stated   money.Amount // at the last read that could be judged; no currency before the first
	Computed money.Amount // for then; as Stated where nothing is known yet to compute it from
	At       time.Time    // UTC, of that read
	Since    time.Time    // UTC, when Stated was first found to be other than Computed; zero while they agree
	Differs  bool         // the same difference stood at two reads, twelve hours apart at least: late rows explain it no more

	Known money.Amount // what Stated is above Computed, if the person knows of it and needs no telling; no currency: nothing

	From  Date         // rows of this day and later count …
	Opens money.Amount // … on top of this, which is what was stated less the rows of then
	Seen  time.Time    // UTC, when Opens was first found
	Sure  bool         // two reads, as far apart, agreed on Opens: before, a difference moves Opens and is no difference
}

// apart is how far apart two reads are that count as two: a bank may list its rows hours after it counts them.
const apart = 12 * time.Hour

// Next judges a further read. sum returns the sum of the bank's booked rows of a day and later, in the currency of c's
// balance. What is too large for a sum is not judged: t comes back.
func (t Tally) Next(c Check, sum func(from Date) (money.Amount, error)) (Tally, error) {
	rows, err := sum(c.From)
	if err != nil {
		return t, err
	}
	opens, err := c.Stated.Sub(rows)
	if err != nil {
		return t, nil
	}
	anew := Tally{Stated: c.Stated, Computed: c.Stated, At: c.At, From: c.From, Opens: opens, Seen: c.At}
	if t.Opens.Currency != c.Stated.Currency {
		return anew, nil
	}
	if rows, err = sum(t.From); err != nil {
		return t, err
	}
	computed, err := t.Opens.Add(rows)
	if err != nil {
		return t, nil
	}
	if computed == c.Stated {
		if !t.Seen.After(c.At) { // else a clock was wrong
			anew.Seen = t.Seen
		}
		anew.Sure = t.Sure || c.At.Sub(anew.Seen) >= apart
		return anew, nil
	}
	if !t.Sure {
		return anew, nil
	}
	return t.differing(c, computed), nil
}

func (t Tally) differing(c Check, computed money.Amount) Tally {
	was, _ := t.Stated.Sub(t.Computed)
	is, err := c.Stated.Sub(computed)
	if t.Since.IsZero() || t.Since.After(c.At) || !t.Differs && (err != nil || was != is) {
		t.Since = c.At
	}
	t.Stated, t.Computed, t.At = c.Stated, computed, c.At
	t.Differs = t.Differs || c.At.Sub(t.Since) >= apart
	return t.knowing(was, c.At)
}

// Difference is what Stated is above Computed; no currency where nothing was judged, or it is too large.
func (t Tally) Difference() money.Amount {
	d, err := t.Stated.Sub(t.Computed)
	if err != nil || t.Stated.Currency == "" {
		return money.Amount{}
	}
	return d
}

// knowing lets what the person knows hold until another difference than that stands, as long as any must to be told.
func (t Tally) knowing(was money.Amount, now time.Time) Tally {
	if t.Known.Currency == "" {
		return t
	}
	switch is := t.Difference(); {
	case is == t.Known:
		t.Differs = true
	case was == t.Known:
		t.Since, t.Differs = now, false
	case t.Differs:
		t.Known = money.Amount{}
	}
	return t
}
