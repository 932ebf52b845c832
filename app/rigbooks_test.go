package app_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// books is all that a vault says of the accounts: balances and how often each row is there.
type books struct {
	Balances map[string]string
	Rows     map[string]int
}

func (b books) count() (n int) {
	for _, times := range b.Rows {
		n += times
	}
	return n
}

// read returns what the vault says.
func (r *rig) read(t *testing.T) books {
	t.Helper()
	b := books{map[string]string{}, map[string]int{}}
	names := map[ledger.AccountID]string{}
	for _, a := range value(r.coffer.Accounts(t.Context()))(t) {
		names[a.ID] = a.Masked
		if a.Balance.Booked.Currency == "" { // nobody told one, or an undo took it back
			continue
		}
		b.Balances[a.Masked] = a.Balance.Booked.Decimal() + " " + a.Balance.Available.Decimal()
	}
	const page = 1000
	for offset := 0; ; offset += page {
		rows := value(r.coffer.Rows(t.Context(), ledger.Filter{}, ledger.NewestFirst, offset, page))(t)
		for _, row := range rows {
			if row.Status != ledger.Dropped {
				b.Rows[fmt.Sprint(names[row.Account], " ", row.Amount.Decimal(), " ", row.Status == ledger.Pending, " ", row.Payee)]++
			}
		}
		if len(rows) < page {
			return b
		}
	}
}

func sameBooks(t *testing.T, got, want books) {
	t.Helper()
	if !maps.Equal(got.Balances, want.Balances) {
		t.Errorf("balances are %v, want %v", got.Balances, want.Balances)
	}
	if maps.Equal(got.Rows, want.Rows) {
		return
	}
	for _, row := range slices.Sorted(maps.Keys(want.Rows)) {
		if got.Rows[row] != want.Rows[row] {
			t.Errorf("row %q is there %d times, want %d", row, got.Rows[row], want.Rows[row])
		}
		delete(got.Rows, row)
	}
	for row, n := range got.Rows {
		t.Errorf("row %q is there %d times, want none", row, n)
	}
}

func (r *rig) state(t *testing.T) consent.State {
	t.Helper()
	return value(r.coffer.Link(t.Context(), r.id))(t).State
}

func (r *rig) refresh(t *testing.T) error {
	t.Helper()
	_, err := r.coffer.Refresh(t.Context(), r.id)
	return err
}
