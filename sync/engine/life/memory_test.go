package life_test

import (
	"context"
	"fmt"
	"maps"
	"reflect"
	"slices"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/store"
	"coffer/sync/engine"
)

// memory is a store of one link without a disk, ten times as fast as a sealed one. What it saves of a Write it saves as
// the real store does, by the ledger's own rules.
type memory struct {
	link     consent.Link
	accounts []ledger.AccountView
	readings map[ledger.AccountID]ledger.Reading
	rows     map[ledger.AccountID]map[ledger.TransactionID]ledger.Transaction
	gaps     map[ledger.AccountID][]ledger.Gap
	settings map[string]string
	next     int
}

var (
	_ engine.Store = (*memory)(nil)
	_ engine.Store = (*store.Store)(nil)
)

func newMemory() *memory {
	return &memory{
		readings: map[ledger.AccountID]ledger.Reading{}, settings: map[string]string{}, gaps: map[ledger.AccountID][]ledger.Gap{},
		rows: map[ledger.AccountID]map[ledger.TransactionID]ledger.Transaction{},
	}
}

func (m *memory) Link(context.Context, consent.LinkID) (consent.Link, error) { return m.link, nil }

func (m *memory) Links(context.Context) ([]consent.Link, error) { return []consent.Link{m.link}, nil }

func (m *memory) SaveLink(_ context.Context, l consent.Link) error {
	m.link = l
	return nil
}

func (m *memory) Setting(_ context.Context, key string) (string, error) { return m.settings[key], nil }

func (m *memory) SetSetting(_ context.Context, key, value string) error {
	m.settings[key] = value
	return nil
}

func (m *memory) Accounts(context.Context) ([]ledger.AccountView, error) {
	return slices.Clone(m.accounts), nil
}

func (m *memory) SaveAccounts(_ context.Context, link consent.LinkID, found []ledger.AccountView) ([]ledger.Account, error) {
	var saved []ledger.Account
	for _, f := range found {
		at := slices.IndexFunc(m.accounts, func(a ledger.AccountView) bool { return a.Identity == f.Identity })
		if at < 0 {
			at = len(m.accounts)
			f.ID = ledger.AccountID(fmt.Sprintf("account-%d", at))
			m.accounts = append(m.accounts, f)
			m.rows[f.ID] = map[ledger.TransactionID]ledger.Transaction{}
		}
		f.ID, f.Link = m.accounts[at].ID, string(link)
		m.accounts[at] = f
		saved = append(saved, f.Account)
	}
	return saved, nil
}

func (m *memory) Reading(_ context.Context, account ledger.AccountID) (ledger.Reading, error) {
	return m.readings[account], nil
}

func (m *memory) Gaps(_ context.Context, account ledger.AccountID) ([]ledger.Gap, error) {
	return m.gaps[account], nil
}

func (m *memory) Recent(_ context.Context, account ledger.AccountID, from, to ledger.Date) (booked, pending ledger.Date, err error) {
	for _, t := range m.rows[account] {
		switch {
		case t.Status == ledger.Booked && t.Date >= from && t.Date <= to:
			booked = max(booked, t.Date)
		case t.Status == ledger.Pending && (pending == 0 || t.Date < pending):
			pending = t.Date
		}
	}
	return booked, pending, nil
}

func (m *memory) Stored(_ context.Context, account ledger.AccountID, from, to ledger.Date, aliases []string) ([]ledger.Transaction, []ledger.Tombstone, error) {
	wanted := map[string]bool{}
	for _, a := range aliases {
		wanted[a] = true
	}
	var found []ledger.Transaction
	for _, id := range slices.Sorted(maps.Keys(m.rows[account])) {
		t := m.rows[account][id]
		named := slices.ContainsFunc(t.Aliases, func(a string) bool { return wanted[a] })
		if named || t.Date >= from && t.Date <= to {
			found = append(found, t)
		}
	}
	slices.SortStableFunc(found, func(a, b ledger.Transaction) int { return int(a.Date - b.Date) })
	return found, nil, nil
}

// needed leaves out the plain rows that a store leaves out.
func needed(stored []ledger.Transaction, batch ledger.Batch, aliases []string) []ledger.Transaction {
	var first ledger.Date
	waits := false
	for _, t := range stored {
		if t.Status != ledger.Booked && (!waits || t.Date < first) {
			first, waits = t.Date, true
		}
	}
	plain := batch.PlainFrom(first, waits)
	return slices.DeleteFunc(slices.Clone(stored), func(t ledger.Transaction) bool {
		_, named := slices.BinarySearch(aliases, t.SourceID)
		return t.Plain() && t.Date < plain && !named
	})
}

func (m *memory) Reconcile(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error) {
	from, to, aliases := batch.Reach()
	stored, gone, err := m.Stored(ctx, w.Account, from, to, aliases)
	if err != nil {
		return ledger.Written{}, err
	}
	w.Plan = ledger.Reconcile(stored, gone, batch)
	if narrow := ledger.Reconcile(needed(stored, batch, aliases), gone, batch); !reflect.DeepEqual(narrow, w.Plan) {
		return ledger.Written{}, fmt.Errorf("without the plain rows of long ago the plan is %+v, else %+v", narrow, w.Plan)
	}
	return m.apply(ctx, batch, w)
}

func (m *memory) Apply(ctx context.Context, w ledger.Write) (ledger.Written, error) {
	return m.apply(ctx, ledger.Batch{}, w)
}

func (m *memory) apply(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Written{}, err
	}
	rows := m.rows[w.Account]
	for _, u := range w.Plan.Update {
		rows[u.ID] = u.On(rows[u.ID], w.At)
	}
	for _, c := range w.Plan.Drop {
		rows[c.ID] = c.Dropped(rows[c.ID], w.At)
	}
	for _, c := range w.Plan.Absent {
		rows[c.ID] = c.Missed(rows[c.ID])
	}
	for _, c := range w.Plan.Told {
		rows[c.ID] = c.Told(rows[c.ID], w.At)
	}
	for _, i := range w.Plan.Added() {
		m.next++
		id := ledger.TransactionID(fmt.Sprintf("row-%06d", m.next))
		rows[id] = i.Transaction(id, w.Account, w.At)
	}
	m.gaps[w.Account] = ledger.GapsAfter(m.gaps[w.Account], batch, w.Gaps)
	if w.Reading != nil {
		m.readings[w.Account] = *w.Reading
	}
	return ledger.Written{Added: len(w.Plan.Added()), Updated: len(w.Plan.Update), Dropped: len(w.Plan.Drop), Same: len(w.Plan.Same)}, nil
}
