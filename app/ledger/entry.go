package ledger

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
)

// Print returns the name of a row as it came: a hash of its id, date, amount, normal text and whether
// it is pending. Equal rows have equal prints; "~" keeps them apart from the bank's ids. It is an
// alias of a transaction whose newest word is another row's.
func (r Row) Print() string {
	return printOf(r, printText(r))
}

func printOf(r Row, text string) string {
	sum := sha256.Sum256([]byte(r.SourceID + "|" + text + "|" + strconv.FormatBool(r.Pending)))
	return "~" + hex.EncodeToString(sum[:12])
}

func printText(r Row) string {
	text := make([]byte, 0, 40+len(r.Payee)+len(r.Text)+len(r.Memo))
	text = append(strconv.AppendInt(text, int64(r.Date), 10), amountKey(r)...)
	return string(appendNormal(append(text, '|'), r.Payee, r.Text, r.Memo))
}

// entry is an incoming row on the desk.
type entry struct {
	row   Row
	text  string // printText
	print string // made by printed
	words []string
	read  bool // words were made
	found *verdict

	instead *holding // what it may be under a new id, where the person's word keeps it from another row
}

// holding is a stored transaction, or a deleted one, on the desk.
type holding struct {
	stored  *Transaction
	row     Row
	aliases []string
	text    string
	print   string // where the row has no id
	words   []string
	read    bool
	stone   *Tombstone    // of a row that is gone
	gone    bool          // deleted by the person, or merged
	into    TransactionID // what it was merged into
	merged  bool          // another one was merged into it
	taken   bool
	hinted  bool // a review points here
	part    bool // it was found to be a part of a hold
}

// verdict is what an entry turned out to be.
type verdict struct {
	kind   verdictKind
	at     *holding // nil for a new row
	reason Reason
}

type verdictKind int

const (
	matched verdictKind = iota
	already             // the row says nothing new, whatever is in it
	doubtful
	fresh // new, for a reason of its own
)

func (e *entry) names() []string {
	if !e.read {
		e.words, e.read = nameWords(e.row), true
	}
	return e.words
}

func (h *holding) names() []string {
	if !h.read {
		h.words, h.read = nameWords(h.row), true
	}
	return h.words
}

// printed returns the print of e's row.
func (e *entry) printed() string {
	if e.print == "" {
		e.print = printOf(e.row, e.text)
	}
	return e.print
}

// waiting reports whether h is stored and not booked yet, not by other rows either.
func (h *holding) waiting() bool {
	return !h.gone && h.stored.Status != Booked && !h.stored.elsewhere()
}

// elsewhere reports whether t was a hold, and is booked by rows that are there.
func (t *Transaction) elsewhere() bool {
	return t.Status == Dropped && endsFor(t.History, ReasonParts, ReasonBeside)
}

func (h *holding) knows(alias string) bool { return slices.Contains(h.aliases, alias) }

// entries puts incoming rows in an order that does not depend on how they came.
func entries(rows []Row) []*entry {
	all, made := make([]entry, len(rows)), make([]*entry, len(rows))
	for i, r := range rows {
		all[i] = entry{row: r, text: printText(r)}
		made[i] = &all[i]
	}
	slices.SortFunc(made, func(a, b *entry) int {
		return cmp.Or(strings.Compare(a.text, b.text), compareRows(a.row, b.row))
	})
	return made
}

// holdings does the same to what is there; deleted rows come after stored ones of the same text.
func holdings(stored []Transaction, gone []Tombstone) []*holding {
	all, made := make([]holding, len(stored)), make([]*holding, 0, len(stored)+len(gone))
	for i := range stored {
		t, h := &stored[i], &all[i]
		*h = holding{stored: t, row: t.Row, aliases: t.Aliases, text: printText(t.Row)}
		h.row.Pending = t.Status != Booked
		if t.SourceID != "" && !h.knows(t.SourceID) {
			h.aliases = append(slices.Clone(h.aliases), t.SourceID)
		}
		made = append(made, h)
	}
	for i := range gone {
		g := &gone[i]
		made = append(made, &holding{stone: g, row: g.Row, aliases: g.Aliases, text: printText(g.Row), gone: true, into: g.Into})
	}
	slices.SortFunc(made, func(a, b *holding) int {
		order := cmp.Or(strings.Compare(a.text, b.text), compareFlags(a.gone, b.gone), compareRows(a.row, b.row))
		if order == 0 && !a.gone {
			order = strings.Compare(string(a.stored.ID), string(b.stored.ID))
		}
		return order
	})
	return made
}

func compareRows(a, b Row) int {
	return cmp.Or(
		compareFlags(a.Pending, b.Pending), strings.Compare(a.SourceID, b.SourceID), strings.Compare(a.Names, b.Names),
		a.At.Compare(b.At), cmp.Compare(a.Foreign.Minor, b.Foreign.Minor), strings.Compare(a.Foreign.Currency, b.Foreign.Currency),
		strings.Compare(a.Payee, b.Payee), strings.Compare(a.Text, b.Text), strings.Compare(a.Memo, b.Memo),
		strings.Compare(string(a.Category), string(b.Category)), strings.Compare(a.MCC, b.MCC), strings.Compare(a.Card, b.Card),
		strings.Compare(a.Country, b.Country), cmp.Compare(a.Channel, b.Channel),
		cmp.Compare(a.Line, b.Line), slices.CompareFunc(a.Raw, b.Raw, func(x, y Field) int {
			return cmp.Or(strings.Compare(x.Name, y.Name), strings.Compare(x.Value, y.Value))
		}))
}

func compareFlags(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// Reach returns what Reconcile must be given for b: the stored rows of these days, any row with
// one of these aliases, every tombstone of either, and every pending row, however old.
func (b Batch) Reach() (from, to Date, aliases []string) {
	from, to = b.Days()
	return from, to, b.Names(true, nil)
}

// Days are the days of Reach, inclusive.
func (b Batch) Days() (from, to Date) {
	from, to = b.window()
	for _, r := range b.Rows {
		from, to = min(from, r.Date), max(to, r.Date)
	}
	return from.AddDays(-longestWait), to.AddDays(nearDays)
}

// Names are the aliases of Reach, sorted. Without prints those are left out: nothing is known by one where no transaction of the
// account has one among its Aliases. So is the id of a row that is known, by its place in b.Rows: a plain row of the days that
// PlainFrom names says the same word for word, and what else once had that id bears on nothing.
func (b Batch) Names(prints bool, known []bool) []string {
	all := make([]string, 0, len(b.Rows)+len(b.Removed))
	for i, r := range b.Rows {
		if known == nil || !known[i] {
			all = append(all, r.SourceID)
		}
		all = append(all, r.Names)
		if prints {
			all = append(all, r.Print())
		}
	}
	all = append(all, b.Removed...)
	slices.Sort(all)
	all = slices.Compact(all)
	return all[min(len(all), slices.Index(all, "")+1):]
}

// window returns the days of b; where they were left out, those of its rows.
func (b Batch) window() (from, to Date) {
	if b.From != 0 || b.To != 0 || len(b.Rows) == 0 {
		return b.From, b.To
	}
	from, to = b.Rows[0].Date, b.Rows[0].Date
	for _, r := range b.Rows {
		from, to = min(from, r.Date), max(to, r.Date)
	}
	return from, to
}

// WithoutPending returns b with its booked rows alone. From a file that has none nothing follows.
func (b Batch) WithoutPending() Batch {
	file := b.fromFile()
	b.Rows = slices.DeleteFunc(slices.Clone(b.Rows), func(r Row) bool { return r.Pending })
	b.Complete = b.Complete && (!file || len(b.Rows) > 0)
	return b
}

// fromFile reports whether b was read from a statement file.
func (b Batch) fromFile() bool {
	return slices.ContainsFunc(b.Rows, func(r Row) bool { return r.Line > 0 })
}

func days(n Date) string { return strconv.Itoa(int(n)) }

// change is the reason of a match in which the amount may have changed.
func change(id string, e *entry, h *holding) Reason { return changeOf(id, e.row, h.row) }

func changeOf(id string, now, was Row) Reason {
	return Reason{ID: id, Args: map[string]string{
		"days": days(now.Date - was.Date), "was": was.Amount.Decimal(), "now": now.Amount.Decimal(), "currency": now.Amount.Currency,
	}}
}

// withID is change for a match by the bank's own id.
func withID(id, alias string, e *entry, h *holding) Reason {
	r := change(id, e, h)
	r.Args["id"] = alias
	return r
}
