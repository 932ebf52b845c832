package transactions

import "coffer/app/ledger"

// index says which line of the register shows which row of the store. By date the pending
// rows come first, under a line that names them, and the booked ones under theirs; with no
// pending row there is nothing to tell apart and no such line.
type index struct {
	pending, booked int
	grouped         bool
}

func indexOf(t ledger.Totals, order ledger.Order) index {
	var i index
	for _, s := range t.Pending {
		i.pending += s.Count
	}
	for _, s := range t.Booked {
		i.booked += s.Count
	}
	i.grouped = i.pending > 0 && (order == ledger.NewestFirst || order == ledger.OldestFirst)
	return i
}

// rows returns how many rows the store has.
func (i index) rows() int { return i.pending + i.booked }

// lines returns how many lines the register shows.
func (i index) lines() int {
	switch {
	case !i.grouped:
		return i.rows()
	case i.booked == 0:
		return i.rows() + 1
	}
	return i.rows() + 2
}

type group int

const (
	noGroup group = iota
	pendingGroup
	bookedGroup
)

// at returns the row on a line, or the group that it names.
func (i index) at(line int) (row int, g group) {
	switch {
	case !i.grouped:
		return line, noGroup
	case line == 0:
		return 0, pendingGroup
	case line <= i.pending:
		return line - 1, noGroup
	case line == i.pending+1:
		return i.pending, bookedGroup
	}
	return line - 2, noGroup
}

// line returns the line of a row.
func (i index) line(row int) int {
	switch {
	case !i.grouped:
		return row
	case row < i.pending:
		return row + 1
	}
	return row + 2
}
