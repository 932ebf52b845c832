package ledger

import (
	"cmp"
	"slices"
	"time"
)

// Gap is a stretch of days of which the bank told nothing, or not all: it is shown as a gap, never as days without
// movements.
type Gap struct {
	From, To Date // inclusive
	Why      GapWhy
	At       time.Time // UTC, when it was found
}

// GapWhy says why there is a gap. Append only: it is stored.
type GapWhy int

// The kinds of gap.
const (
	GapRefused GapWhy = iota // the bank's history ends there: it refused the days
	GapPartial               // the bank said that rows of those days are missing (HTTP 206)
	GapMoved                 // the list moved while it was read: a row of those days may be missing
)

// Within reports whether g has a day from from to to.
func (g Gap) Within(from, to Date) bool { return g.From <= to && from <= g.To }

// GapsAfter returns the gaps that are open once b was read and found came to light: sorted, and no day in two of them.
// A complete read closes its days but the last one, which some banks leave out; a file closes none, for it may be taken back
// (Filled).
func GapsAfter(open []Gap, b Batch, found []Gap) []Gap {
	all := slices.Clone(open)
	if b.Complete && !b.fromFile() {
		all = without(all, b.From, max(b.From, b.To-1))
	}
	for _, g := range found {
		if g.From <= g.To {
			all = append(without(all, g.From, g.To), g)
		}
	}
	slices.SortFunc(all, func(a, b Gap) int { return cmp.Compare(a.From, b.From) })
	joined := all[:0]
	for _, g := range all {
		if n := len(joined); n > 0 && joined[n-1].Why == g.Why && joined[n-1].To+1 == g.From {
			joined[n-1].To = g.To
			if g.At.After(joined[n-1].At) {
				joined[n-1].At = g.At
			}
			continue
		}
		joined = append(joined, g)
	}
	return joined
}

// Span is some days that a statement file tells of.
type Span struct {
	From, To Date // inclusive
	Cut      bool // it may have been made before To was over
}

// SpanOf is what a file that was imported at an instant tells: only from the second day after its last one is that day over
// wherever on Earth the file was made.
func SpanOf(from, to Date, imported time.Time) Span {
	return Span{from, to, DateOf(imported.UTC()) <= to+1}
}

// Filled returns gaps without the days that files tell in full: those between the first and the last day of a file, which may
// be cut, or of several that touch. Of two that share no day, the last of the first one counts as told only where that file
// was not made on it: what was booked later that day would be in neither. The bank did not tell of them; that it does not is no
// gap in what is known any more.
func Filled(gaps []Gap, files []Span) []Gap {
	files = slices.Clone(files)
	slices.SortFunc(files, func(a, b Span) int { return cmp.Compare(a.From, b.From) })
	for i := 0; i < len(files); {
		all := files[i]
		for i++; i < len(files) && all.goesOnWith(files[i]); i++ {
			if all.To == files[i].To {
				all.Cut = all.Cut && files[i].Cut
			} else if all.To < files[i].To {
				all.To, all.Cut = files[i].To, files[i].Cut
			}
		}
		if all.From+1 < all.To {
			gaps = without(gaps, all.From+1, all.To-1)
		}
	}
	return gaps
}

// goesOnWith reports whether no row falls between s and next, which begins no earlier.
func (s Span) goesOnWith(next Span) bool {
	return next.From <= s.To || next.From == s.To+1 && !s.Cut
}

// Told are the days that b has every row of; ok is false where it may have left some out.
func (b Batch) Told() (s Span, ok bool) {
	s.From, s.To = b.window()
	return s, b.Complete
}

// without cuts the days from from to to out of gaps.
func without(gaps []Gap, from, to Date) (left []Gap) {
	for _, g := range gaps {
		if !g.Within(from, to) {
			left = append(left, g)
			continue
		}
		before, after := g, g
		if before.To = from - 1; before.From <= before.To {
			left = append(left, before)
		}
		if after.From = to + 1; after.From <= after.To {
			left = append(left, after)
		}
	}
	return left
}
