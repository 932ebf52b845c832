package ledger_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
)

var readAt = time.Date(2026, 3, 31, 12, 0, 0, 0, time.UTC)

// books is what a store does with plans, in memory.
type books struct {
	rows []ledger.Transaction
	gone []ledger.Tombstone
	made int

	buried int64
}

func (b *books) read(batch ledger.Batch) ledger.Plan {
	p := ledger.Reconcile(b.rows, b.gone, batch)
	b.save(p)
	return p
}

func (b *books) save(p ledger.Plan) {
	at := func(id ledger.TransactionID) *ledger.Transaction {
		i := slices.IndexFunc(b.rows, func(t ledger.Transaction) bool { return t.ID == id })
		return &b.rows[i]
	}
	for _, u := range p.Update {
		*at(u.ID) = u.On(*at(u.ID), readAt)
	}
	for _, c := range p.Drop {
		*at(c.ID) = c.Dropped(*at(c.ID), readAt)
	}
	for _, c := range p.Absent {
		*at(c.ID) = c.Missed(*at(c.ID))
	}
	for _, stone := range p.Stones {
		b.gone[slices.IndexFunc(b.gone, func(g ledger.Tombstone) bool { return g.Key == stone.Key })] = stone
	}
	for _, c := range p.Told {
		*at(c.ID) = c.Told(*at(c.ID), readAt)
	}
	for _, i := range p.Added() {
		b.made++
		b.rows = append(b.rows, i.Transaction(ledger.TransactionID(fmt.Sprintf("t%04d", b.made)), "a", readAt))
	}
}

func (b *books) bury(stone ledger.Tombstone) (key int64) {
	b.buried++
	stone.Key = b.buried
	b.gone = append(b.gone, stone)
	return stone.Key
}

func (b *books) remove(id ledger.TransactionID) {
	b.rows = slices.DeleteFunc(b.rows, func(t ledger.Transaction) bool {
		if t.ID == id {
			b.bury(t.Tombstone())
		}
		return t.ID == id
	})
}

// String is one line a row: status, date, amount, payee.
func (b *books) String() string {
	var lines []string
	for _, t := range b.rows {
		status := [...]string{"booked", "pending", "dropped"}[t.Status]
		lines = append(lines, fmt.Sprintf("%s %s %s %s", status, t.Date, t.Amount.Decimal(), t.Payee))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// row reads "id day amount payee": day is of March 2026, a leading "?" makes it pending, "-" is no id.
func row(text string) ledger.Row {
	f := strings.SplitN(text, " ", 4)
	r := ledger.Row{Payee: f[3]}
	if r.SourceID, r.Pending = strings.CutPrefix(f[0], "?"); r.SourceID == "-" {
		r.SourceID = ""
	}
	var day int
	if _, err := fmt.Sscan(f[1], &day); err != nil {
		panic(err)
	}
	r.Date = ledger.Day(2026, time.March, day)
	var err error
	if r.Amount, err = money.Parse(f[2], "USD"); err != nil {
		panic(err)
	}
	return r
}

func rowsOf(texts ...string) []ledger.Row {
	var rows []ledger.Row
	for _, t := range texts {
		rows = append(rows, row(t))
	}
	return rows
}

// bankRead is a complete read of the bank of March, as of its last day.
func bankRead(texts ...string) ledger.Batch { return window(1, 31, texts...) }

func window(from, to int, texts ...string) ledger.Batch {
	return ledger.Batch{
		Rows: rowsOf(texts...), Complete: true,
		From: ledger.Day(2026, time.March, from), To: ledger.Day(2026, time.March, to),
	}
}

// on is a read on another day of March; the 32nd is in April.
func on(day int, b ledger.Batch) ledger.Batch {
	b.On = ledger.Day(2026, time.March, day)
	return b
}

// page is a part of a read of March.
func page(texts ...string) ledger.Batch {
	b := bankRead(texts...)
	b.Complete = false
	return b
}

// file is a statement file: its window is that of its rows.
func file(texts ...string) ledger.Batch {
	b := ledger.Batch{Rows: rowsOf(texts...), Complete: true}
	for i := range b.Rows {
		b.Rows[i].Line = i + 1
	}
	return b
}

func names(b ledger.Batch, pending string) ledger.Batch {
	b.Rows[0].Names = pending
	return b
}

func kind(b ledger.Batch, mcc string) ledger.Batch {
	for i := range b.Rows {
		b.Rows[i].MCC = mcc
	}
	return b
}
