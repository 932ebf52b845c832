package engine_test

import (
	"fmt"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
)

const linkID consent.LinkID = "link-1"

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func today() ledger.Date { return ledger.DateOf(noon) }

// rig is an engine between a fake bank and a store in memory.
type rig struct {
	*testing.T
	bank     *banktest.Fake
	grants   *grants
	store    *memory
	engine   *engine.Engine
	now      time.Time
	progress []engine.Progress
}

func aLink() consent.Link {
	return consent.Link{
		ID: linkID, Provider: "demo", Bank: "Fake", Dialect: "fdx", State: consent.Active, Since: noon.AddDate(0, 0, -9),
		Granted: noon.AddDate(0, 0, -9), HistoryDays: 400,
	}
}

func newRig(t *testing.T) *rig { return rigOf(t, 10) }

// rigOf is a rig whose bank gives so many rows to a page.
func rigOf(t *testing.T, pageSize int) *rig {
	r := &rig{T: t, bank: banktest.NewFake(t, pageSize), store: newMemory(aLink()), now: noon}
	r.grants = &grants{t: t, bank: r.bank}
	r.rebuild(func(*engine.Config) {})
	return r
}

// rebuild makes a new engine over the same store and bank, as after a restart.
func (r *rig) rebuild(change func(*engine.Config)) {
	r.Helper()
	c := engine.Config{
		Store: r.store, Sessions: r.grants, Dialects: []bank.Dialect{fdx.Bank{Now: func() time.Time { return r.now }}},
		Now: func() time.Time { return r.now }, SliceDays: 30,
	}
	change(&c)
	e, err := engine.New(c)
	if err != nil {
		r.Fatal(err)
	}
	r.engine = e
}

func (r *rig) refresh() (engine.Result, error) {
	r.progress = nil
	return r.engine.Refresh(r.Context(), linkID, true, func(p engine.Progress) { r.progress = append(r.progress, p) })
}

// must refreshes without an error of the link or of an account.
func (r *rig) must() engine.Result {
	r.Helper()
	result, err := r.refresh()
	if err != nil {
		r.Fatal(err)
	}
	for _, a := range result.Accounts {
		if a.Err != nil {
			r.Fatalf("account %q: %v", a.Account.Name, a.Err)
		}
	}
	return result
}

// year opens an account with a row or two a day over more than a year, and returns them. Every
// tenth row has a twin of the same day, amount and name.
func (r *rig) year(id string) []banktest.Row {
	r.bank.Open(id, "DEPOSIT_ACCOUNT", "2290", 1_000_00)
	var rows []banktest.Row
	for i := range 450 {
		row := banktest.Row{
			ID: fmt.Sprintf("%s-%03d", id, i), Day: today().AddDays(-i * 390 / 450), Cents: -int64(500 + 7*i), Payee: fmt.Sprintf("Shop %d", i%40),
		}
		rows = append(rows, row)
		if i%10 == 0 {
			row.ID += "-twin"
			rows = append(rows, row)
		}
	}
	r.bank.Put(id, rows...)
	return rows
}

// holds checks that the store has exactly the rows of the bank, each once.
func (r *rig) holds(rows []banktest.Row) {
	r.Helper()
	all := r.store.all()
	if len(all) != len(rows) {
		r.Errorf("the store has %d rows, the bank %d", len(all), len(rows))
	}
	for _, row := range rows {
		t, found := all[row.ID]
		if !found {
			r.Errorf("row %q is missing", row.ID)
			continue
		}
		if t.Amount.Minor != row.Cents || t.Date != row.Day || (t.Status == ledger.Pending) != row.Pending {
			r.Errorf("row %q is %v of %v with status %d, want %+v", row.ID, t.Amount, t.Date, t.Status, row)
		}
	}
}
