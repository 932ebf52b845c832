package ledger_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"

	"pgregory.net/rapid"
)

// narrow is what Reconcile needs of stored: what Reach names, without the plain rows that lie before PlainFrom.
func narrow(stored []ledger.Transaction, batch ledger.Batch) (wide, need []ledger.Transaction) {
	from, to, names := batch.Reach()
	named := func(t ledger.Transaction) bool {
		return slices.ContainsFunc(t.Aliases, func(alias string) bool { return slices.Contains(names, alias) })
	}
	var first ledger.Date
	waits := false
	for _, t := range stored {
		if t.Date >= from && t.Date <= to || t.Status == ledger.Pending || named(t) {
			wide = append(wide, t)
			if t.Status != ledger.Booked && (!waits || t.Date < first) {
				first, waits = t.Date, true
			}
		}
	}
	plain := batch.PlainFrom(first, waits)
	names = batch.Names(true, known(wide, batch))
	for _, t := range wide {
		switch {
		case t.Date >= plain && t.Date >= from && t.Date <= to, !t.Plain() && t.Date >= from && t.Date <= to, t.Status == ledger.Pending, named(t):
			need = append(need, t)
		}
	}
	return wide, need
}

// known are the rows of a batch of a bank that plain rows say word for word.
func known(stored []ledger.Transaction, batch ledger.Batch) []bool {
	plain, all := batch.PlainFrom(0, false), make([]bool, len(batch.Rows))
	if slices.ContainsFunc(batch.Rows, func(r ledger.Row) bool { return r.Line > 0 }) {
		return all
	}
	said := map[string]int{}
	for _, t := range stored {
		if t.Plain() && t.Date >= plain {
			said[fmt.Sprintf("%+v", t.Row)]++
		}
	}
	for _, r := range batch.Rows {
		said[fmt.Sprintf("%+v", r)]--
	}
	for i, r := range batch.Rows {
		all[i] = said[fmt.Sprintf("%+v", r)] >= 0
	}
	return all
}

// anyReads draws reads of a few weeks that follow each other, of rows that crowd few amounts, names and ids.
func anyReads(t *rapid.T) []ledger.Batch {
	file, holds := rapid.IntRange(0, 2).Draw(t, "files") == 0, rapid.IntRange(0, 2).Draw(t, "holds") > 0
	first := ledger.Day(2026, time.March, 1)
	var reads []ledger.Batch
	on := first
	for range rapid.IntRange(2, 6).Draw(t, "reads") {
		b := ledger.Batch{Complete: rapid.Bool().Draw(t, "complete"), Before: on}
		on = on.AddDays(rapid.IntRange(0, 25).Draw(t, "later"))
		b.From, b.To = on.AddDays(-rapid.IntRange(0, 20).Draw(t, "back")), on
		isFile := file && rapid.Bool().Draw(t, "file")
		for i := range rapid.IntRange(0, 14).Draw(t, "rows") {
			r := aRow(t, b.From, b.To)
			r.Pending = r.Pending && holds
			if isFile {
				r.Line, r.Pending, r.Names = i+1, false, ""
			}
			b.Rows = append(b.Rows, r)
		}
		if again := rapid.Bool().Draw(t, "tells again"); again && !isFile && len(reads) > 0 {
			for _, r := range reads[len(reads)-1].Rows {
				if r.Line == 0 && !r.Pending && r.Date >= b.From {
					b.Rows = append(b.Rows, r)
				}
			}
		}
		if rapid.IntRange(0, 5).Draw(t, "removes") == 0 {
			b.Removed = []string{fmt.Sprint("i", rapid.IntRange(0, 9).Draw(t, "removed"))}
		}
		reads = append(reads, b)
	}
	return reads
}

func aRow(t *rapid.T, from, to ledger.Date) ledger.Row {
	r := ledger.Row{
		Date:     from.AddDays(rapid.IntRange(0, int(to-from)).Draw(t, "day")),
		Amount:   money.New(rapid.SampledFrom([]int64{-400, -400, -500, -600, -900, -1000, -1400, 0, 900}).Draw(t, "minor"), "USD"),
		Payee:    rapid.SampledFrom([]string{"Fig Tree", "Fig Tree", "FIG TREE 0042 SEATTLE", "Bean", ""}).Draw(t, "payee"),
		SourceID: fmt.Sprint("i", rapid.IntRange(0, 400).Draw(t, "id")),
		MCC:      rapid.SampledFrom([]string{"", "", "5812"}).Draw(t, "mcc"),
	}
	switch rapid.IntRange(0, 11).Draw(t, "kind") {
	case 0, 1, 2:
		r.Pending, r.SourceID = true, fmt.Sprint("p", rapid.IntRange(0, 5).Draw(t, "pending id"))
	case 3:
		r.Names = fmt.Sprint("p", rapid.IntRange(0, 5).Draw(t, "names"))
	case 4:
		r.SourceID = fmt.Sprint("i", rapid.IntRange(0, 9).Draw(t, "again"))
	case 5:
		r.SourceID = ""
	case 6:
		r.SourceID = fmt.Sprint("p", rapid.IntRange(0, 5).Draw(t, "kept id"))
	case 7:
		r.Foreign = money.New(r.Amount.Minor, "EUR")
	}
	return r
}

func TestAPlainRowThatBearsOnABatchIsReadForIt(t *testing.T) {
	file := func(texts ...string) ledger.Batch {
		b := window(12, 20, texts...)
		for i := range b.Rows {
			b.Rows[i].Line = i + 1
		}
		return b
	}
	for name, c := range map[string]struct {
		before []ledger.Batch
		now    ledger.Batch
	}{
		"a file tells it five days later": {[]ledger.Batch{page("b1 7 -4.00 Fig Tree")}, file("- 12 -4.00 Fig Tree")},
		"a part of a hold that is old":    {[]ledger.Batch{page("?p1 1 -9.00 Fig Tree"), page("b1 2 -4.00 Fig Tree")}, window(15, 31, "b2 15 -7.00 Bean")},
	} {
		t.Run(name, func(t *testing.T) {
			var b books
			for _, read := range c.before {
				b.read(read)
			}
			if wide, need := narrow(b.rows, c.now); len(need) != len(wide) {
				t.Errorf("%d rows of %d are read", len(need), len(wide))
			}
		})
	}
}

func TestPlainRowsOfLongAgoBearOnNothing(t *testing.T) {
	left := 0
	rapid.Check(t, func(t *rapid.T) {
		var b books
		for i, read := range anyReads(t) {
			wide, need := narrow(b.rows, read)
			left += len(wide) - len(need)
			got, want := fmt.Sprintf("%+v", ledger.Reconcile(need, b.gone, read)), fmt.Sprintf("%+v", ledger.Reconcile(wide, b.gone, read))
			if got != want {
				t.Fatalf("read %d, of %d rows of %d\n%+v\nis planned as\n%s\nof all it is\n%s\nof\n%+v", i, len(need), len(wide), read, got, want, wide)
			}
			known := len(b.rows)
			b.read(read)
			for n := range b.rows[known:] {
				b.rows[known+n].Seen = readAt.AddDate(0, 0, i)
			}
			if len(b.rows) > 0 && rapid.IntRange(0, 5).Draw(t, "delete") == 0 {
				b.remove(b.rows[rapid.IntRange(0, len(b.rows)-1).Draw(t, "which")].ID)
			}
		}
	})
	if left == 0 {
		t.Error("nothing was ever left out")
	}
}
