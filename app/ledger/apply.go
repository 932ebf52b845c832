package ledger

import (
	"slices"
	"time"
)

// Added returns every row of p that becomes a new transaction: those of Insert and those of Review.
func (p Plan) Added() []Insertion {
	added := slices.Clone(p.Insert)
	for _, m := range p.Review {
		added = append(added, Insertion{Row: m.Row, Reason: m.Reason})
	}
	return added
}

// Transaction returns the new transaction that i makes, under an id of the caller's.
func (i Insertion) Transaction(id TransactionID, account AccountID, at time.Time) Transaction {
	t := Transaction{
		ID: id, Account: account, Status: statusOf(i.Row), Row: i.Row, Seen: at,
		History: []Step{{At: at, What: FirstSeen, Reason: i.Reason}},
	}
	if i.Row.SourceID != "" {
		t.Aliases = []string{i.Row.SourceID}
	}
	return t
}

// On returns t with the bank's newer word: its row, status, aliases and history. Note stays.
// A change of aliases alone adds no step.
func (u Update) On(t Transaction, at time.Time) Transaction {
	was, old, missing := t.Status, t.Row, Vanished(t)
	t.Row, t.Status, t.Missing, t.Missed = u.Row, statusOf(u.Row), 0, 0
	t.Aliases, t.History = slices.Clone(t.Aliases), slices.Clone(t.History)
	for _, alias := range u.Aliases {
		if !slices.Contains(t.Aliases, alias) {
			t.Aliases = append(t.Aliases, alias)
		}
	}
	switch {
	case was != Booked && t.Status == Booked:
		t.History = append(t.History, Step{at, BecameBooked, u.Reason})
	case was == Dropped, missing:
		t.History = append(t.History, Step{at, CameBack, u.Reason})
	case !sameWord(old, t.Row):
		t.History = append(t.History, Step{at, WasUpdated, u.Reason})
	}
	return t
}

// Dropped returns t as dropped because of c.
func (c Change) Dropped(t Transaction, at time.Time) Transaction {
	t = c.Missed(t)
	t.Status = Dropped
	t.History = append(slices.Clone(t.History), Step{at, WasDropped, c.Reason})
	return t
}

// Missed returns t as absent on one more day.
func (c Change) Missed(t Transaction) Transaction {
	t.Missing, t.Missed = t.Missing+1, c.On
	return t
}

// Told returns t with a step that says what became known of it; the row stays as it is.
func (c Change) Told(t Transaction, at time.Time) Transaction {
	what := WasPart
	if c.Reason.ID == ReasonVanished {
		what = WentMissing
		t = c.Missed(t)
	}
	t.History = append(slices.Clone(t.History), Step{at, what, c.Reason})
	return t
}

// Tombstone returns what is left of t when the person deletes it.
func (t Transaction) Tombstone() Tombstone {
	return Tombstone{Aliases: slices.Clone(t.Aliases), Row: t.Row}
}

func statusOf(r Row) Status {
	if r.Pending {
		return Pending
	}
	return Booked
}

// sameWord reports whether two rows say the same of a movement. Raw fields and lines don't count:
// banks put running balances there, and files move.
func sameWord(a, b Row) bool {
	return a.Pending == b.Pending && a.Date == b.Date && a.At.Equal(b.At) && a.Amount == b.Amount &&
		a.Foreign == b.Foreign && a.Payee == b.Payee && a.Text == b.Text && a.Memo == b.Memo &&
		a.Category == b.Category && a.MCC == b.MCC && a.Card == b.Card && a.Names == b.Names && a.Country == b.Country && a.Channel == b.Channel
}

// newerWord returns what a stored row becomes when in is matched to it. The bank's word beats a
// file's: on a bank's booked row a file's only adds what was unknown. Payee, text and memo are never
// mixed, else the row would no longer be known by them. A category that is there stays: it may be
// the person's.
func newerWord(old, in Row) Row {
	if !old.Pending && old.Line == 0 && in.Line > 0 {
		return fillBlanks(old, in)
	}
	if old.Pending && !in.Pending {
		old.SourceID = "" // an alias now: it was the pending row's
	}
	merged := fillBlanks(in, old)
	if old.Category != NoCategory {
		merged.Category = old.Category
	}
	return merged
}

// fillBlanks returns r with what only other knows.
func fillBlanks(r, other Row) Row {
	if r.SourceID == "" {
		r.SourceID = other.SourceID
	}
	if r.Names == "" {
		r.Names = other.Names
	}
	if r.At.IsZero() {
		r.At = other.At
	}
	if r.Foreign.Currency == "" {
		r.Foreign = other.Foreign
	}
	if r.Category == NoCategory {
		r.Category = other.Category
	}
	if r.MCC == "" {
		r.MCC = other.MCC
	}
	if r.Card == "" {
		r.Card = other.Card
	}
	if r.Country == "" {
		r.Country = other.Country
	}
	if r.Channel == UnknownChannel {
		r.Channel = other.Channel
	}
	if r.Raw == nil {
		r.Raw = other.Raw
	}
	return r
}
