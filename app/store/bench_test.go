package store_test

import (
	"crypto/rand"
	"fmt"
	"path/filepath"
	"testing"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// benchRows is how many rows one Apply gets while a database is filled.
const benchRows = 10000

// life makes n rows of an account over ten years, a file's or a bank's.
func life(account, n int) []ledger.Row {
	rows := make([]ledger.Row, n)
	day := ledger.Day(2016, 1, 1)
	for i := range rows {
		k := i*7919 + account*104729
		rows[i] = ledger.Row{
			SourceID: fmt.Sprintf("20%08d-%d", i*31%100000007, account), Date: day.AddDays(i * 3650 / n),
			Amount: money.New(int64(k%20000)-17000, "EUR"), Payee: fmt.Sprintf("Merchant %d", k%997),
			Text: fmt.Sprintf("CARD PAYMENT MERCHANT %d BERLIN %04d", k%997, k%9973), Category: ledger.Categories()[k%19%18], MCC: "5411", Card: "4417",
		}
	}
	return rows
}

// fill stores n rows over ten accounts.
func fill(b *testing.B, s *store.Store, n int) []ledger.AccountID {
	b.Helper()
	ids := make([]ledger.AccountID, 10)
	for a := range ids {
		ids[a] = account(b, s, "link-1", fmt.Sprint(a))
		for start, rows := 0, life(a, n/10); start < len(rows); start += benchRows {
			apply(b, s, ids[a], inserts(rows[start:min(start+benchRows, len(rows))]...))
		}
	}
	return ids
}

// onDisk makes plain and sealed databases that can be closed and opened again.
func onDisk(b *testing.B, sealed bool) func() (*store.Store, func()) {
	b.Helper()
	dir := b.TempDir()
	if !sealed {
		return func() (*store.Store, func()) {
			s := must[*store.Store](b)(store.OpenPlain(b.Context(), filepath.Join(dir, "plain.db"), clock, rand.Reader))
			return s, func() { ok(b, s.Close()) }
		}
	}
	v, _, err := vault.Create(dir, secret.New("correct horse battery"), vault.Options{})
	ok(b, err)
	b.Cleanup(func() { ok(b, v.Close()) })
	return func() (*store.Store, func()) {
		s := must[*store.Store](b)(store.Open(b.Context(), v))
		return s, func() { ok(b, s.Close()) }
	}
}

func BenchmarkStore(b *testing.B) {
	for _, size := range []int{100_000, 1_000_000} {
		for _, sealed := range []bool{false, true} {
			b.Run(fmt.Sprintf("rows=%d/sealed=%v", size, sealed), func(b *testing.B) { benchmarkAt(b, size, sealed) })
		}
	}
}

func benchmarkAt(b *testing.B, size int, sealed bool) {
	open := onDisk(b, sealed)
	s, end := open()
	ids := fill(b, s, size)
	end()
	s, end = open()
	defer func() { end() }()
	b.Run("cold-balances", func(b *testing.B) {
		for range b.N {
			end()
			s, end = open()
			must[[]ledger.AccountView](b)(s.Accounts(b.Context()))
		}
	})
	b.Run("import-10k-more", func(b *testing.B) {
		b.StopTimer()
		for i := range b.N {
			id := account(b, s, "link-2", fmt.Sprint("new", i))
			rows := life(77+i, 10000)
			b.StartTimer()
			importOf(b, s, id, rows)
			b.StopTimer()
		}
	})
	b.Run("import-again-10k", func(b *testing.B) {
		rows := life(3, size/10)
		rows = rows[:min(len(rows), 10000)]
		for range b.N {
			if done := importOf(b, s, ids[3], rows); done.Added != 0 {
				b.Fatalf("written %+v", done)
			}
		}
	})
	b.Run("import-100k", func(b *testing.B) {
		for i := range b.N {
			importOf(b, s, account(b, s, "link-3", fmt.Sprint("big", i)), life(55+i, 100_000))
		}
	})
	pages(b, s, ids, size)
}

func pages(b *testing.B, s *store.Store, ids []ledger.AccountID, size int) {
	read := func(name string, f ledger.Filter, o ledger.Order, offset int) {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				must[[]ledger.RegisterRow](b)(s.Page(b.Context(), f, o, offset, 100))
			}
		})
	}
	read("page-first", ledger.Filter{}, ledger.NewestFirst, 0)
	read("page-middle", ledger.Filter{}, ledger.NewestFirst, size/2)
	read("page-last", ledger.Filter{}, ledger.NewestFirst, size-100)
	read("page-account-middle", ledger.Filter{Account: ids[4]}, ledger.OldestFirst, size/20)
	read("page-category", ledger.Filter{Category: ledger.Cash}, ledger.NewestFirst, 0)
	read("page-payee", ledger.Filter{}, ledger.PayeeUp, 0)
	read("page-amount", ledger.Filter{}, ledger.AmountDown, 0)
	read("search-rare", ledger.Filter{Search: "merchant 99"}, ledger.NewestFirst, 0)
	read("search-common", ledger.Filter{Search: "m"}, ledger.NewestFirst, 0)
	read("search-amount", ledger.Filter{Search: ">2999"}, ledger.NewestFirst, 0)
	b.Run("totals-all", func(b *testing.B) {
		for range b.N {
			must[ledger.Totals](b)(s.Totals(b.Context(), ledger.Filter{}))
		}
	})
	b.Run("totals-search-common", func(b *testing.B) {
		for range b.N {
			must[ledger.Totals](b)(s.Totals(b.Context(), ledger.Filter{Search: "m"}))
		}
	})
	b.Run("months-and-nets", func(b *testing.B) {
		for range b.N {
			must[[]ledger.MonthSum](b)(s.Months(b.Context(), ledger.MonthOf(2016, 1), ledger.MonthOf(2026, 1)))
			must[[]ledger.DayNet](b)(s.Nets(b.Context(), ledger.Day(2016, 1, 1), ledger.Day(2026, 1, 1)))
		}
	})
	b.Run("set-category", func(b *testing.B) {
		id := page(b, s, ledger.Filter{}, ledger.NewestFirst)[0].ID
		for i := range b.N {
			must[ledger.Category](b)(s.SetCategory(b.Context(), id, ledger.Categories()[i%2]))
		}
	})
}

// importOf reads a file: look up what is there, reconcile, save.
func importOf(b *testing.B, s *store.Store, id ledger.AccountID, rows []ledger.Row) ledger.Written {
	b.Helper()
	batch := ledger.Batch{Rows: rows, From: rows[0].Date, To: rows[len(rows)-1].Date}
	from, to, aliases := batch.Reach()
	stored, gone, err := s.Stored(b.Context(), id, from, to, aliases)
	ok(b, err)
	w := ledger.Write{Account: id, Plan: ledger.Reconcile(stored, gone, batch), Import: &ledger.Import{Name: "a.ofx"}, At: noon}
	return must[ledger.Written](b)(s.Apply(b.Context(), w))
}
