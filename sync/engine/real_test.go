package engine_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/bank"
	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/engine"
)

// sealed opens a real store over a fresh vault.
func sealed(t *testing.T) *store.Store {
	t.Helper()
	v, _, err := vault.Create(t.TempDir(), secret.New("correct horse battery"), vault.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s, err := store.Open(t.Context(), v)
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

// demo opens sessions at the embedded demo bank.
type demo struct {
	t    *testing.T
	bank *demobank.Bank
	book banktest.Book
	mu   sync.Mutex
	open bank.Session
}

func (d *demo) Session(context.Context, consent.Link) (bank.Session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open, nil
}

func (d *demo) Renewed(context.Context, consent.Link) (bank.Session, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.open, d.approve()
}

func (d *demo) approve() error {
	token := banktest.Approve(d.t, d.bank.Issuer(), demobank.ClientID, func(ctx context.Context, address string) error {
		return walk.Approve(ctx, address, walk.Options{})
	})
	d.open = bank.Session{Line: banktest.Line(d.t, &d.book, d.bank.APIBase()), Base: d.bank.APIBase(), Token: secret.New(token)}
	return nil
}

// TestTheDemoBanksLifeIsReadIntoTheSealedStore is the whole way of a refresh: real requests, the
// real store, three years of rows, faults on the way, and days that go by.
func TestTheDemoBanksLifeIsReadIntoTheSealedStore(t *testing.T) {
	now := noon
	b, err := demobank.Start(t.Context(), demobank.Config{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &demo{t: t, bank: b}
	if err := d.approve(); err != nil {
		t.Fatal(err)
	}
	s := sealed(t)
	link := aLink()
	link.HistoryDays = 3 * 366
	if err := s.SaveLink(t.Context(), link); err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(engine.Config{Store: s, Sessions: d, Dialects: all.Dialects(), Now: b.Now})
	if err != nil {
		t.Fatal(err)
	}
	b.Fail(demobank.Fault{Kind: demobank.CutPage, Page: 3})
	if _, err := e.Refresh(t.Context(), linkID, true, nil); fault.KindOf(err) != fault.Offline {
		t.Fatalf("a cut page gave %v", err)
	}
	b.Fail(demobank.Fault{Kind: demobank.APIUnauthorized})
	for day := range 20 {
		result, err := e.Refresh(t.Context(), linkID, true, nil)
		if err != nil || result.State != consent.Active || len(result.Accounts) != 3 {
			t.Fatalf("day %d: %+v, %v", day, result, err)
		}
		sums(t, s, fmt.Sprintf("day %d", day))
		if err := b.Advance(24 * time.Hour); err != nil {
			t.Fatal(err)
		}
	}
}

// sums checks that the booked rows of each account add up to the balance that the bank tells:
// the demo bank tells its whole life, so no row is missing and none is there twice.
func sums(t *testing.T, s *store.Store, when string) {
	t.Helper()
	accounts, err := s.Accounts(t.Context())
	if err != nil || len(accounts) != 3 {
		t.Fatalf("%d accounts, %v", len(accounts), err)
	}
	for _, a := range accounts {
		rows, err := s.Totals(t.Context(), ledger.Filter{Account: a.ID})
		if err != nil {
			t.Fatal(err)
		}
		var sum int64
		for _, b := range rows.Booked {
			sum += b.In.Minor + b.Out.Minor
		}
		if sum != a.Balance.Booked.Minor {
			t.Errorf("%s: the rows of %q come to %d, the bank says %d", when, a.Name, sum, a.Balance.Booked.Minor)
		}
	}
}
