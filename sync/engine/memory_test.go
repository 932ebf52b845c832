package engine_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/engine"
	"coffer/sync/link"
)

// memory is a Store without a disk. Like the real one it saves a Write whole or not at all.
type memory struct {
	mu       sync.Mutex
	links    map[consent.LinkID]consent.Link
	accounts []ledger.AccountView
	readings map[ledger.AccountID]ledger.Reading
	gaps     map[ledger.AccountID][]ledger.Gap
	tallies  map[ledger.AccountID]ledger.Tally
	rows     map[ledger.AccountID][]ledger.Transaction
	applied  []ledger.Write
	refuse   func(ledger.Write) error
	before   func(ledger.AccountID) // what others do just before a slice is saved; may be nil
	batch    func(ledger.Batch)     // hears each batch; may be nil
	next     int
	settings map[string]string

	refuseSetting error
}

var (
	_ engine.Store = (*memory)(nil)
	_ engine.Store = (*store.Store)(nil)

	_ engine.Sessions  = (*link.Tokens)(nil)
	_ engine.Standings = (*link.Tokens)(nil)
)

func newMemory(links ...consent.Link) *memory {
	m := &memory{
		links: map[consent.LinkID]consent.Link{}, readings: map[ledger.AccountID]ledger.Reading{},
		gaps: map[ledger.AccountID][]ledger.Gap{}, tallies: map[ledger.AccountID]ledger.Tally{},
		rows: map[ledger.AccountID][]ledger.Transaction{}, settings: map[string]string{},
	}
	for _, l := range links {
		m.links[l.ID] = l
	}
	return m
}

func (m *memory) Link(_ context.Context, id consent.LinkID) (consent.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	l, found := m.links[id]
	if !found {
		return consent.Link{}, fmt.Errorf("link %q: %w", id, ledger.ErrNotFound)
	}
	return l, nil
}

func (m *memory) Setting(_ context.Context, key string) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.settings[key], nil
}

func (m *memory) SetSetting(_ context.Context, key, value string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.refuseSetting == nil {
		m.settings[key] = value
	}
	return m.refuseSetting
}

func (m *memory) Links(context.Context) ([]consent.Link, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var all []consent.Link
	for _, l := range m.links {
		all = append(all, l)
	}
	slices.SortFunc(all, func(a, b consent.Link) int { return cmp.Compare(a.ID, b.ID) })
	return all, nil
}

func (m *memory) SaveLink(_ context.Context, l consent.Link) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.links[l.ID] = l
	return nil
}

func (m *memory) Accounts(context.Context) ([]ledger.AccountView, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.accounts), nil
}

func (m *memory) SaveAccounts(_ context.Context, link consent.LinkID, found []ledger.AccountView) ([]ledger.Account, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var saved []ledger.Account
	for _, f := range found {
		f.Link = string(link)
		at := slices.IndexFunc(m.accounts, func(a ledger.AccountView) bool {
			return a.Provider == f.Provider && a.Identity == f.Identity
		})
		if at < 0 {
			f.ID = ledger.AccountID(fmt.Sprintf("account-%d", len(m.accounts)+1))
			m.accounts = append(m.accounts, f)
			at = len(m.accounts) - 1
		}
		f.ID = m.accounts[at].ID
		m.accounts[at] = f
		saved = append(saved, f.Account)
	}
	return saved, nil
}

func (m *memory) Reading(_ context.Context, account ledger.AccountID) (ledger.Reading, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.readings[account], nil
}

func (m *memory) Gaps(_ context.Context, account ledger.AccountID) ([]ledger.Gap, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.gaps[account]), nil
}

// stand keeps the gaps and the balance check, as the real store does.
func (m *memory) stand(w ledger.Write, batch ledger.Batch) error {
	open := ledger.GapsAfter(m.gaps[w.Account], batch, w.Gaps)
	m.gaps[w.Account] = open
	was := m.tallies[w.Account]
	if w.Check == nil || len(open) > 0 && open[len(open)-1].To >= w.Check.From {
		return nil
	}
	t, err := was.Next(*w.Check, func(from ledger.Date) (money.Amount, error) {
		sum := money.New(0, w.Check.Stated.Currency)
		for _, t := range m.rows[w.Account] {
			if t.Status == ledger.Booked && t.Date >= from && t.Line == 0 {
				sum.Minor += t.Amount.Minor
			}
		}
		return sum, nil
	})
	m.tallies[w.Account] = t
	return err
}

func (m *memory) Recent(_ context.Context, account ledger.AccountID, from, to ledger.Date) (booked, pending ledger.Date, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
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
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.stored(account, from, to, aliases), nil, nil
}

func (m *memory) stored(account ledger.AccountID, from, to ledger.Date, aliases []string) []ledger.Transaction {
	var found []ledger.Transaction
	for _, t := range m.rows[account] {
		named := slices.ContainsFunc(aliases, func(a string) bool { return slices.Contains(t.Aliases, a) })
		if named || t.Date >= from && t.Date <= to {
			found = append(found, t)
		}
	}
	return found
}

func (m *memory) Reconcile(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error) {
	if m.before != nil {
		m.before(w.Account)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.batch != nil {
		m.batch(batch)
	}
	from, to, aliases := batch.Reach()
	w.Plan = ledger.Reconcile(m.stored(w.Account, from, to, aliases), nil, batch)
	return m.apply(ctx, w, batch)
}

func (m *memory) Apply(ctx context.Context, w ledger.Write) (ledger.Written, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.apply(ctx, w, ledger.Batch{})
}

func (m *memory) apply(ctx context.Context, w ledger.Write, batch ledger.Batch) (ledger.Written, error) {
	if err := ctx.Err(); err != nil {
		return ledger.Written{}, err
	}
	if m.refuse != nil {
		if err := m.refuse(w); err != nil {
			return ledger.Written{}, err
		}
	}
	m.applied = append(m.applied, w)
	rows := slices.Clone(m.rows[w.Account])
	at := func(id ledger.TransactionID) *ledger.Transaction {
		return &rows[slices.IndexFunc(rows, func(t ledger.Transaction) bool { return t.ID == id })]
	}
	var done ledger.Written
	for _, u := range w.Plan.Update {
		t := at(u.ID)
		*t = u.On(*t, w.At)
		done.Updated++
		if u.Booked {
			done.Booked++
		}
	}
	for _, c := range w.Plan.Drop {
		*at(c.ID) = c.Dropped(*at(c.ID), w.At)
		done.Dropped++
	}
	for _, c := range w.Plan.Absent {
		*at(c.ID) = c.Missed(*at(c.ID))
	}
	for _, c := range w.Plan.Told {
		*at(c.ID) = c.Told(*at(c.ID), w.At)
	}
	for _, i := range w.Plan.Added() {
		m.next++
		rows = append(rows, i.Transaction(ledger.TransactionID(fmt.Sprintf("row-%d", m.next)), w.Account, w.At))
		done.Added++
	}
	done.Same = len(w.Plan.Same)
	m.rows[w.Account] = rows
	if w.Reading != nil {
		m.readings[w.Account] = *w.Reading
	}
	return done, m.stand(w, batch)
}

// all returns the rows of every account, by their newest id.
func (m *memory) all() map[string]ledger.Transaction {
	m.mu.Lock()
	defer m.mu.Unlock()
	all := map[string]ledger.Transaction{}
	for account, rows := range m.rows {
		for i, t := range rows {
			key := t.SourceID
			if _, twice := all[key]; twice {
				key = fmt.Sprintf("%s again on %s, row %d", key, account, i)
			}
			all[key] = t
		}
	}
	return all
}

func (m *memory) link(id consent.LinkID) consent.Link {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.links[id]
}

// grants opens sessions at fake banks.
type grants struct {
	t       *testing.T
	bank    *banktest.Fake
	mu      sync.Mutex
	opened  int
	renewed int
	refuse  error                       // of Session
	renew   func(n int) (string, error) // token of the nth renewal
	token   string
}

func (g *grants) Session(context.Context, consent.Link) (bank.Session, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.opened++
	if g.refuse != nil {
		return bank.Session{}, g.refuse
	}
	return g.open(), nil
}

func (g *grants) open() bank.Session {
	s := g.bank.Session(g.t)
	s.Present = false
	if g.token != "" {
		s.Token = secret.New(g.token)
	}
	return s
}

func (g *grants) Renewed(context.Context, consent.Link) (bank.Session, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.renewed++
	if g.renew != nil {
		token, err := g.renew(g.renewed)
		if err != nil {
			return bank.Session{}, err
		}
		g.token = token
	}
	return g.open(), nil
}
