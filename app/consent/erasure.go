package consent

import (
	"slices"
	"time"
)

// Erasure is what a receipt says of data that was shredded, or of a step that came later: the same chain
// holds it, and each step has a receipt of its own, for none is ever changed.
type Erasure struct {
	Gone   []Gone    `json:",omitempty"` // what was shredded, in one step; empty in the record of a later step
	Before int64     `json:",omitempty"` // bytes of all pages before
	After  int64     `json:",omitempty"` // and after each was written anew
	Rekey  bool      `json:",omitempty"` // the vault has a new data key since: old blocks of the disk open with no present key
	Backup []Cleaned `json:",omitempty"` // backups that held the data
}

// Gone is one kind of what was shredded.
type Gone struct {
	What  string // one of the Gone constants
	Count int64
	Bytes int64 `json:",omitempty"` // of its texts; 0 where that says nothing
}

// The kinds of what is shredded. Append only: they are stored.
const (
	GoneAccounts     = "accounts"
	GoneBalances     = "balances"
	GoneTransactions = "transactions"
	GoneRaw          = "raw"        // fields as the bank sent them
	GoneAliases      = "aliases"    // by which a row is known again
	GonePairs        = "pairs"      // rows that may be one
	GoneTombstones   = "tombstones" // of rows that the person deleted
	GoneImports      = "imports"    // of statement files, with what they replaced
	GoneWords        = "words"      // of the search index
	GoneRollups      = "roll-ups"   // sums by day and month
	GoneAlerts       = "alerts"     //
	GoneAnswers      = "answers"    // to alerts, from which Coffer learnt
	GonePositions    = "positions"  // how far the bank was read, and how far rows were judged
	GoneSettings     = "settings"   // of the link and its accounts
	GoneTokens       = "tokens"     // that were still sealed here
	GoneDisputes     = "disputes"   // with their answers and what happened since
)

// Cleaned is a backup that held shredded data, and what became of it.
type Cleaned struct {
	Name    string // of its file
	Deleted bool   // else it was written anew without the data
}

// Count returns how many of a kind went.
func (e Erasure) Count(what string) int {
	i := slices.IndexFunc(e.Gone, func(g Gone) bool { return g.What == what })
	if i < 0 {
		return 0
	}
	return int(e.Gone[i].Count)
}

// Erased is what became of a link's data, as its receipts say together.
type Erased struct {
	Link    LinkID
	Bank    string
	At      time.Time // UTC, of the shredding
	Erasure           // of that step
	Rekeyed time.Time // zero: old blocks may still open with the present key
	Cleaned []Cleaned // made anew since, or ever deleted
	Hash    string    // of the newest receipt that tells of it
}

// Unkeyed reports whether a new data key is due: something went, and there was none since.
func (e Erased) Unkeyed() bool {
	return e.Rekeyed.IsZero() && slices.ContainsFunc(e.Gone, func(g Gone) bool { return g.Count > 0 })
}

// ErasedOf folds what receipts, oldest first, say of shredded data; each link is there once, the last
// to go last.
func ErasedOf(receipts []Receipt) []Erased {
	var all []Erased
	at := map[LinkID]int{}
	for _, r := range receipts {
		if r.Erasure == nil {
			continue
		}
		i, known := at[r.Link]
		if !known {
			i = len(all)
			at[r.Link] = i
			all = append(all, Erased{Link: r.Link, Bank: r.Bank})
		}
		e := &all[i]
		e.Hash = r.Hash
		if len(r.Erasure.Gone) > 0 {
			e.shredded(r)
		}
		if r.Erasure.Rekey {
			e.Rekeyed = r.Ended
		}
		e.Cleaned = append(e.Cleaned, r.Erasure.Backup...)
	}
	return all
}

// shredded adds a step that shredded; one that comes after a first had little left. A backup that was made
// anew before it may still hold what goes now.
func (e *Erased) shredded(r Receipt) {
	e.Cleaned = slices.DeleteFunc(e.Cleaned, func(c Cleaned) bool { return !c.Deleted })
	before := e.Gone
	if len(before) == 0 {
		e.Before = r.Erasure.Before
	}
	e.At, e.After, e.Rekeyed = r.Ended, r.Erasure.After, time.Time{}
	e.Gone = slices.Clone(before)
	for _, g := range r.Erasure.Gone {
		i := slices.IndexFunc(e.Gone, func(was Gone) bool { return was.What == g.What })
		if i < 0 {
			e.Gone = append(e.Gone, g)
			continue
		}
		e.Gone[i].Count += g.Count
		e.Gone[i].Bytes += g.Bytes
	}
}
