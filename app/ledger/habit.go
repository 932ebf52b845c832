package ledger

// habit is how a bank tells which hold a booked row was, and what becomes of its holds, by the rows that are stored.
type habit struct {
	told   int // it named the hold, or kept its id
	untold int
	parts  int // less was booked than held
	swung  int // as much was, but for three percent
	lapsed int // nothing was
	beside int // the hold was listed beside its booked row
}

// So many rows make a habit.
const (
	leastHabit  = 3
	leastLapsed = 5
)

// habits counts what became of stored rows that were pending.
func (d *desk) habits() habit {
	var of habit
	for _, h := range d.held {
		if h.gone || h.row.Line > 0 {
			continue
		}
		if h.stored.Status == Dropped && endsFor(h.stored.History, ReasonAbsent, ReasonStale, ReasonWithdrawn) {
			of.lapsed++
		}
		if h.stored.Status == Dropped && endsFor(h.stored.History, ReasonBeside) {
			of.beside++
		}
		if h.stored.Status != Booked {
			continue
		}
		if _, less := bookedInPart(h.stored); less {
			of.parts++
		}
		for _, s := range h.stored.History {
			if s.What == BecameBooked && (s.Reason.ID == ReasonForeign || s.Reason.ID == ReasonMatch) && s.Reason.Args["was"] != s.Reason.Args["now"] {
				of.swung++
			}
			switch {
			case s.What != BecameBooked:
			case s.Reason.ID == ReasonNamed, s.Reason.ID == ReasonSettled, s.Reason.ID == ReasonAlias:
				of.told++
			default:
				of.untold++
			}
		}
	}
	return of
}

// endsFor reports whether the last step of a history has one of reasons.
func endsFor(history []Step, reasons ...string) bool {
	for _, id := range reasons {
		if n := len(history); n > 0 && history[n-1].Reason.ID == id {
			return true
		}
	}
	return false
}

// against reports whether a row would be known as a hold by the bank's own word: that is how nine in ten were.
func (a habit) against() bool { return a.told >= leastHabit && a.told >= 9*a.untold }

// lapses reports whether far more holds come to nothing than are booked in part.
func (a habit) lapses() bool { return a.lapsed >= leastLapsed && a.lapsed > 3*a.parts }
