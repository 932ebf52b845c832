package transactions

import "coffer/app/ledger"

// Lines hands the order of the register's lines to the tests.
type Lines struct{ index }

// LinesOf is indexOf.
func LinesOf(t ledger.Totals, o ledger.Order) Lines { return Lines{indexOf(t, o)} }

// Count returns how many lines there are.
func (l Lines) Count() int { return l.lines() }

// At returns the row on a line, or that it names the pending or the booked rows.
func (l Lines) At(line int) (row int, pending, booked bool) {
	row, g := l.at(line)
	return row, g == pendingGroup, g == bookedGroup
}

// Line returns the line of a row.
func (l Lines) Line(row int) int { return l.line(row) }

// Kept returns how many pages a place holds.
func (s *Screen) Kept() int { return len(s.pages.kept) }
