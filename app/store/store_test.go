package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	_ "modernc.org/sqlite"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

var noon = time.Date(2026, 3, 14, 12, 0, 0, 123456789, time.UTC)

func clock() time.Time { return noon }

// newStore opens a store over a fresh vault.
func newStore(t testing.TB) *store.Store {
	t.Helper()
	v, _, err := vault.Create(t.TempDir(), secret.New("correct horse battery"), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.OpenSealed(t.Context(), v.Driver(), v.DSN(), clock, rand.Reader, v.Explain)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(s.Close(), v.Close()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// plainStore opens a store over a file that is not sealed.
func plainStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.OpenPlain(t.Context(), filepath.Join(t.TempDir(), "plain.db"), clock, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// wantKind fails the test unless err is of kind.
func wantKind(t testing.TB, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("error %v is of kind %d, want %d", err, fault.KindOf(err), kind)
	}
}

// account makes an account of a link.
func account(t testing.TB, s *store.Store, link, number string) ledger.AccountID {
	t.Helper()
	a := ledger.Account{
		Provider: "bank", Identity: ledger.IdentityOf("bank", number, ledger.Checking, "EUR"), BankID: "b" + number,
		Name: "Everyday " + number, Bank: "Northlight", Masked: ledger.Mask(number), Kind: ledger.Checking, Currency: "EUR",
	}
	b := ledger.Balance{Booked: money.New(100000, "EUR"), AsOf: noon, ReadAt: noon}
	return must[[]ledger.Account](t)(s.SaveAccounts(t.Context(), "link-1", []ledger.AccountView{{Account: withLink(a, link), Balance: b}}))[0].ID
}

func withLink(a ledger.Account, link string) ledger.Account {
	a.Link = link
	return a
}

func row(day int, minor int64, payee string) ledger.Row {
	return ledger.Row{
		SourceID: fmt.Sprintf("s%d/%d/%s", day, minor, payee), Date: ledger.Day(2026, 1, day), Amount: money.New(minor, "EUR"),
		Payee: payee, Text: "CARD " + strings.ToUpper(payee), Category: ledger.Groceries, Country: "PT", Channel: ledger.CardPresent,
		Raw: []ledger.Field{{Name: "id", Value: payee}, {Name: "odd", Value: "\x00 \"'"}},
	}
}

func pending(r ledger.Row) ledger.Row {
	r.Pending = true
	return r
}

func inserts(rows ...ledger.Row) ledger.Plan {
	var p ledger.Plan
	for _, r := range rows {
		p.Insert = append(p.Insert, ledger.Insertion{Row: r, Reason: ledger.Reason{ID: ledger.ReasonNew}})
	}
	return p
}

// apply saves a plan as a read of a bank.
func apply(t testing.TB, s *store.Store, id ledger.AccountID, p ledger.Plan) ledger.Written {
	t.Helper()
	return must[ledger.Written](t)(s.Apply(t.Context(), ledger.Write{Account: id, Plan: p, At: noon}))
}

// all reads every stored row of an account.
func all(t testing.TB, s *store.Store, id ledger.AccountID) []ledger.Transaction {
	t.Helper()
	rows, _, err := s.Stored(t.Context(), id, ledger.Day(1990, 1, 1), ledger.Day(2100, 1, 1), nil)
	ok(t, err)
	return rows
}

func page(t testing.TB, s *store.Store, f ledger.Filter, o ledger.Order) []ledger.RegisterRow {
	t.Helper()
	return must[[]ledger.RegisterRow](t)(s.Page(t.Context(), f, o, 0, 1000))
}

func payees(rows []ledger.RegisterRow) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.Payee)
	}
	return strings.Join(all, " ")
}

func canceled(t testing.TB) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
