package ledger

import (
	"errors"
	"slices"
	"strings"
	"time"
)

// ErrCannotMerge reports two rows that can't be one movement: of two accounts or currencies, or one row twice.
var ErrCannotMerge = errors.New("the rows can't be one movement")

// Merged is what a merge makes of two transactions, and what they were: enough to take it back.
type Merged struct {
	Into       Transaction // takes Other's place under Other's id; Row goes
	Other, Row Transaction // as they were
	Stone      Tombstone   // of the word that Into does not have, so that no read brings it back
}

// MergeReview makes one movement of two rows of an account, because the person said so. Other keeps
// its id, note, category and history, and takes Row's word where that is newer: booked beats pending,
// and a bank's word beats a file's. It takes every name of Row. A note of Row's is put below.
func MergeReview(other, row Transaction, at time.Time) (Merged, error) {
	if other.ID == row.ID || other.Account != row.Account || other.Amount.Currency != row.Amount.Currency {
		return Merged{}, ErrCannotMerge
	}
	into, lost := other, other
	into.Row = bestWord(other, row)
	if hasWordOf(into.Row, other, row) {
		lost = row
	}
	if into.Status = statusOf(into.Row); into.Pending && other.Status == Dropped && row.Status == Dropped {
		into.Status, into.Pending = Dropped, false
	}
	into.Missing, into.Missed = 0, 0
	into.Note = joinNotes(other.Note, row.Note)
	into.Aliases = joinAliases(other, row)
	into.History = append(slices.Clone(other.History), Step{at, WasMerged, Reason{ID: ReasonMerged, Args: map[string]string{
		"was": other.Amount.Decimal(), "now": row.Amount.Decimal(), "currency": row.Amount.Currency,
		"days": days(Date(abs(int(row.Date - other.Date)))),
	}}})
	stone := lost.Tombstone()
	stone.Into = other.ID
	return Merged{Into: into, Other: other, Row: row, Stone: stone}, nil
}

// bestWord is the row of two that are one movement: a dropped one is as good as pending.
func bestWord(other, row Transaction) Row {
	old, in := other.Row, row.Row
	old.Pending, in.Pending = other.Status != Booked, row.Status != Booked
	if !old.Pending && in.Pending {
		return fillBlanks(old, in)
	}
	return newerWord(old, in)
}

// hasWordOf reports whether merged says what a said, and not what b did.
func hasWordOf(merged Row, a, b Transaction) bool {
	isA, isB := known(merged, a.Row), known(merged, b.Row)
	if isA == isB {
		return merged.SourceID == a.SourceID
	}
	return isA
}

// known reports whether two rows meet by day, amount and text.
func known(a, b Row) bool { return printText(a) == printText(b) && a.Pending == b.Pending }

func joinNotes(a, b string) string {
	if b == "" || strings.Contains(a, b) {
		return a
	}
	return strings.TrimPrefix(a+"\n"+b, "\n")
}

// joinAliases returns every name of both, with the prints of rows that the bank gave no id.
func joinAliases(a, b Transaction) []string {
	var all []string
	for _, t := range []Transaction{a, b} {
		names := append(slices.Clone(t.Aliases), t.SourceID)
		if t.SourceID == "" {
			names = append(names, t.Print())
		}
		for _, name := range names {
			if name != "" && !slices.Contains(all, name) {
				all = append(all, name)
			}
		}
	}
	return all
}

// Unmerge takes a merge back: both rows as they were. What the bank or the person said of the merged
// row since is kept: the newer word, its names and steps by the row that had the word, the note and
// category by the one that keeps the id. The tombstone goes.
func (m Merged) Unmerge(now Transaction) (other, row Transaction) {
	other, row = m.Other, m.Row
	if now.Note != m.Into.Note {
		other.Note = now.Note
	}
	if now.Category != m.Into.Category {
		other.Category = now.Category
	}
	bearer := &other
	if !hasWordOf(m.Into.Row, other, row) {
		bearer = &row
	}
	if !sameWord(now.Row, m.Into.Row) || now.SourceID != m.Into.SourceID || now.Status != m.Into.Status {
		category := bearer.Category
		bearer.Row, bearer.Status, bearer.Missing, bearer.Missed = now.Row, now.Status, now.Missing, now.Missed
		bearer.Category = category
	}
	for _, alias := range now.Aliases {
		if !slices.Contains(m.Into.Aliases, alias) {
			bearer.Aliases = append(slices.Clone(bearer.Aliases), alias)
		}
	}
	if since := len(m.Into.History); len(now.History) > since {
		bearer.History = append(slices.Clone(bearer.History), now.History[since:]...)
	}
	return other, row
}

// Moved returns pairs with the row that was merged away replaced by the one that it was merged into.
// A pair of the two themselves goes; of two pairs that meet in one row the surer stays, else the first.
func (m Merged) Moved(pairs []TransferPair) []TransferPair {
	moved := make([]TransferPair, 0, len(pairs))
	at := -1 // the pair that has Into
	for _, p := range pairs {
		if p.Out == m.Row.ID {
			p.Out = m.Into.ID
		}
		if p.In == m.Row.ID {
			p.In = m.Into.ID
		}
		touches := p.State != TransferRejected && (p.Out == m.Into.ID || p.In == m.Into.ID)
		switch {
		case p.Out == p.In:
		case !touches:
			moved = append(moved, p)
		case at < 0:
			at = len(moved)
			moved = append(moved, p)
		case p.State == TransferLinked && moved[at].State != TransferLinked:
			moved[at] = p
		}
	}
	return moved
}

// BearerIsInto reports whether the word of Into is that of the row that keeps its id.
func (m Merged) BearerIsInto() bool { return hasWordOf(m.Into.Row, m.Other, m.Row) }
