//go:build conformance

package engine_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// stored are the rows that count, by account and by all that the bank tells of them. A pending one that the bank left out
// of its last answer is watched before it is dropped, and not among them.
func (w *weather) stored(when string) map[string]int {
	w.Helper()
	accounts, err := w.store.Accounts(w.Context())
	if err != nil || len(accounts) == 0 {
		w.Fatalf("%s: %d accounts, %v", when, len(accounts), err)
	}
	found := map[string]int{}
	today := ledger.DateOf(w.bank.Now())
	for _, a := range accounts {
		rows, _, err := w.store.Stored(w.Context(), a.ID, today.AddDays(-400), today.AddDays(1), nil)
		if err != nil {
			w.Fatal(err)
		}
		for _, r := range rows {
			if r.Status == ledger.Booked || r.Status == ledger.Pending && r.Missing == 0 {
				found[rowKey(a.BankID, r.Row)]++
			}
		}
	}
	return found
}

func rowKey(account string, r ledger.Row) string {
	return fmt.Sprintf("%v %s %s %s %s %q pending %v", r.Date, account, r.SourceID, r.Amount, r.Foreign, r.Payee, r.Pending)
}

// kept checks that every booked row of before is still there, once.
func (w *weather) kept(when string, before map[string]int) {
	w.Helper()
	now := w.stored(when)
	for row, n := range before {
		if !strings.HasSuffix(row, "pending true") && now[row] != n {
			w.Errorf("%s: %s is there %d times, not %d", when, row, now[row], n)
		}
	}
}

// equal compares what is stored with what the bank itself tells of the last 60 days, and looks for the rows of before.
func (w *weather) equal(when string, before map[string]int) {
	w.Helper()
	today := ledger.DateOf(w.bank.Now())
	from := today.AddDays(-60)
	told := map[string]int{}
	accounts, err := w.dialect.Accounts(w.Context(), w.session)
	for _, a := range accounts {
		rows, wrong := banktest.Collect(w.T, w.dialect, w.session, a.Account, bank.Window{From: from, To: today})
		for err = errors.Join(err, wrong); len(rows) > 0; rows = rows[1:] {
			told[rowKey(a.BankID, rows[0])]++
		}
	}
	if err != nil || len(told) == 0 {
		w.Fatalf("%s: the bank tells %d rows, %v", when, len(told), err)
	}
	now := w.stored(when)
	maps.DeleteFunc(now, func(row string, _ int) bool { return row < from.String() })
	maps.DeleteFunc(told, func(row string, _ int) bool { return row < from.String() })
	if !maps.Equal(now, told) {
		for _, row := range slices.Sorted(maps.Keys(now)) {
			if now[row] != told[row] {
				w.Errorf("%s: stored %d times, told %d times: %s", when, now[row], told[row], row)
			}
		}
		for _, row := range slices.Sorted(maps.Keys(told)) {
			if now[row] == 0 {
				w.Errorf("%s: not stored: %s", when, row)
			}
		}
	}
	w.kept(when, before)
}
