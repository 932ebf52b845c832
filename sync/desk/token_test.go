package desk_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"coffer/app/ledger"
	"coffer/sync/bank/banktest"
)

// counterNoon is the day after the latest row of a banktest.Counter.
var counterNoon = time.Date(2024, 10, 5, 12, 0, 0, 0, time.UTC)

// nobodyThere opens a page, and nobody does anything there.
func nobodyThere(context.Context, string) error { return nil }

// shipped puts the file that ships for a bank among the person's own: with the addresses of c, and what changes says.
func (r *rig) shipped(id string, c *banktest.Counter, changes ...string) {
	r.t.Helper()
	must(r.t, os.MkdirAll(r.folder, 0o700))
	raw, err := os.ReadFile("../../assets/providers/" + id + ".toml")
	must(r.t, err)
	text := c.OwnFile(strings.NewReplacer(changes...).Replace(string(raw)))
	must(r.t, os.WriteFile(filepath.Join(r.folder, "own-bank.toml"), []byte(text), 0o600))
	if shelf := r.coffer.ReadProviders(); len(shelf.Broken) > 0 {
		r.t.Fatal(shelf.Broken[0].Problems)
	}
	p, err := r.coffer.Provider("own-bank")
	if err != nil || len(p.Lacks) > 0 || p.File.API != c.URL {
		r.t.Fatalf("got %+v, %v", p, err)
	}
}

// shelf fails unless the account with rows has these balances; no text is none told.
func (r *rig) shelf(booked, available string) {
	r.t.Helper()
	all, err := r.coffer.Accounts(r.t.Context())
	must(r.t, err)
	at := slices.IndexFunc(all, func(a ledger.AccountView) bool { return a.Name == banktest.Shelf })
	if at < 0 {
		r.t.Fatalf("accounts are %+v", all)
	}
	b, told := all[at].Balance, ""
	if b.Available.Currency != "" {
		told = b.Available.String()
	}
	if b.Booked.String() != booked || told != available {
		r.t.Errorf("booked %s, available %q; want %s, %q", b.Booked, told, booked, available)
	}
}

// holds fails unless the rows of a Counter that lie in the last days are there, and no others.
func (r *rig) holds(currency string, days int) {
	r.t.Helper()
	today := ledger.DateOf(r.now())
	booked, pending, sum := 0, 0, int64(0)
	for _, row := range banktest.Within(banktest.CounterRows(), today.AddDays(-days), today) {
		if sum += row.Cents; row.Pending {
			pending++
		} else {
			booked++
		}
	}
	t, err := r.coffer.Totals(r.t.Context(), ledger.Filter{})
	must(r.t, err)
	got, gotPending, gotSum := 0, 0, int64(0)
	for i, s := range append(slices.Clone(t.Booked), t.Pending...) {
		if c := s.In.Currency + s.Out.Currency; c != currency && c != currency+currency {
			r.t.Errorf("rows in %s", c)
		}
		if gotSum += s.In.Minor + s.Out.Minor; i < len(t.Booked) {
			got += s.Count
		} else {
			gotPending += s.Count
		}
	}
	if booked < 80 || got != booked || gotPending != pending || gotSum != sum {
		r.t.Errorf("%d booked rows and %d pending, %d in all; want %d, %d, %d", got, gotPending, gotSum, booked, pending, sum)
	}
}
