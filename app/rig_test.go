package app_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/engine"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/sync/wire/wiretest"
)

const (
	passphrase = "four quiet words together"
	northlight = "northlight"
	history    = 400 // days
)

// firstDay is when the demo bank of every rig first starts.
var firstDay = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// clock stands still until it is moved.
type clock struct{ gone atomic.Int64 }

func (c *clock) now() time.Time       { return firstDay.Add(time.Duration(c.gone.Load())) }
func (c *clock) move(d time.Duration) { c.gone.Add(int64(d)) }

// rig is a whole Coffer on a folder of its own: real vault, store, wire, link, engine, demo bank.
type rig struct {
	dir     string
	clock   *clock
	bank    *demobank.Bank // nil while it is stopped
	addr    string         // where it listens, or listened
	coffer  *app.Coffer
	browse  func(ctx context.Context, address string) error // plays the browser
	store   *store.Store                                    // that coffer has open, or had
	hook    func(string) error                              // may fail a step of the store; nil: none does
	names   *wiretest.Names                                 // who is asked for names; nil: the system
	wants   demobank.Config                                 // what the bank is to be like from its next start on
	speaks  bank.Dialect                                    // what the bank is read with; nil: FDX
	phone   bool                                            // the bank wants an approval in its phone app
	id      consent.LinkID
	present presences
	others  map[string]*demobank.Bank  // further banks, by the id of their provider
	metered func(context.Context) bool // nil: nothing tells
	key     secret.Text                // the recovery key, once makeVault has made the vault
}

// presences are of each refresh whether the person was there.
type presences struct {
	mu  sync.Mutex
	all []bool
}

func (p *presences) add(present bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.all = append(p.all, present)
}

// take returns what was added since the last time.
func (p *presences) take() (all []bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	all, p.all = p.all, nil
	return all
}

// build puts a locked Coffer on dir, with the bank beside it.
func build(dir string, c *clock) (*rig, error) {
	r := &rig{dir: dir, clock: c}
	r.browse = r.approve
	if err := r.startBank(); err != nil {
		return nil, err
	}
	return r, r.reopen()
}

func (r *rig) startBank() error {
	config := r.wants
	config.State, config.Addr, config.Now = filepath.Join(r.dir, "bank.json"), r.addr, r.clock.now
	b, err := demobank.Start(context.Background(), config)
	if err != nil {
		return err
	}
	r.bank, r.addr = b, b.Addr()
	return nil
}

func (r *rig) stopBank() error {
	b := r.bank
	r.bank = nil
	return b.Close()
}

// reopen makes a new Coffer on the same folder, as the next start of the program does.
func (r *rig) reopen() (err error) {
	if r.coffer != nil {
		if err := r.coffer.Lock(); err != nil {
			return err
		}
	}
	r.coffer, err = app.New(app.Config{
		Dir: filepath.Join(r.dir, "vault"), Demo: true, OpenStore: r.openStore, OpenBanks: r.openBanks, Now: r.clock.now, Version: "test",
		Providers:   r.providers(),
		OpenBrowser: func(ctx context.Context, address string) error { return r.browse(ctx, address) },
		ListBackups: r.listBackups, Metered: r.metered,
	})
	return err
}

func (r *rig) providers() []app.Provider {
	all := []app.Provider{{ID: northlight, Name: "Northlight Bank", Demo: true, Days: 365, History: 3 * 366}}
	for id := range r.others {
		all = append(all, app.Provider{ID: id, Name: "Bank of " + id, Demo: true, Days: 365, History: 3 * 366})
	}
	return all
}

func (r *rig) listBackups(dir string) ([]vault.FoundBackup, error) {
	if err := (stubborn{rig: r}).step("list backups"); err != nil {
		return nil, err
	}
	return store.Backups(dir)
}

// unlock opens the vault by the recovery key if the rig made it: guessing that is hopeless, so
// trying it costs nothing.
func (r *rig) unlock() error {
	if !r.key.Empty() {
		return r.coffer.UnlockWithRecovery(context.Background(), r.key)
	}
	return r.coffer.Unlock(context.Background(), secret.New(passphrase))
}

func (r *rig) person() walk.Options {
	return walk.Options{Username: r.bank.Username(), Password: r.bank.Password().Show()}
}

func (r *rig) approve(ctx context.Context, address string) error {
	return walk.Approve(ctx, address, r.person())
}

// stubborn is a store that fails a named step when the rig says so.
type stubborn struct {
	*store.Store
	rig *rig
}

func (s stubborn) step(name string) error {
	if s.rig.hook == nil {
		return nil
	}
	return s.rig.hook(name)
}

func (s stubborn) Import(ctx context.Context, parts []ledger.FilePart) ([]ledger.Written, error) {
	if err := s.step("import"); err != nil {
		return nil, err
	}
	all, err := s.Store.Import(ctx, parts)
	return all, errors.Join(err, s.step("imported"))
}

func (s stubborn) Carry(ctx context.Context, v *vault.Vault, told func(done, total int64)) error {
	if err := s.step("carry"); err != nil {
		return err
	}
	return errors.Join(s.Store.Carry(ctx, v, told), s.step("carried"))
}

func (s stubborn) Feedback(ctx context.Context) ([]alert.Feedback, error) {
	if err := s.step("feedback"); err != nil {
		return nil, err
	}
	return s.Store.Feedback(ctx)
}

func (s stubborn) TransferMarks(ctx context.Context) ([]ledger.TransferMark, error) {
	if err := s.step("transfer marks"); err != nil {
		return nil, err
	}
	return s.Store.TransferMarks(ctx)
}

// SaveScored comes after the rows were read to be scored.
func (s stubborn) SaveScored(ctx context.Context, d alert.Scored) (bool, error) {
	if err := s.step("save alerts"); err != nil {
		return false, err
	}
	fresh, err := s.Store.SaveScored(ctx, d)
	return fresh, errors.Join(err, s.step("saved alerts"))
}

func (r *rig) openStore(ctx context.Context, v *vault.Vault) (app.Store, error) {
	s, err := store.Open(ctx, v)
	if err != nil {
		return nil, err
	}
	r.store = s
	return stubborn{s, r}, nil
}

// network is the network side, put together as main does it.
type network struct {
	rig    *rig
	store  *store.Store
	door   *wire.Door
	config link.Config
	tokens *link.Tokens
	engine *engine.Engine
}

func (r *rig) openBanks(ctx context.Context, opened app.Store) (app.Banks, error) {
	n := &network{rig: r, store: opened.(stubborn).Store}
	var err error
	c := wire.Config{Ledger: n.store, Now: r.clock.now, UserAgent: "Coffer/test", Proxy: app.ProxyOf(n.store)}
	if r.names != nil {
		c.Resolver = r.names.Resolver()
	}
	if n.door, err = wire.New(c); err != nil {
		return nil, err
	}
	n.config = link.Config{Vault: n.store, Door: n.door, Now: r.clock.now}
	if n.tokens, err = link.New(n.config); err != nil {
		return nil, err
	}
	speaks := r.speaks
	if speaks == nil {
		speaks = fdx.Bank{Now: r.clock.now}
	}
	n.engine, err = engine.New(engine.Config{Store: n.store, Sessions: n.tokens, Dialects: []bank.Dialect{speaks}, Now: r.clock.now})
	if err != nil {
		return nil, err
	}
	return n, n.follow(ctx)
}

// follow leads the link to where the copy of the bank listens now.
func (n *network) follow(ctx context.Context) error {
	links, err := n.store.Links(ctx)
	if err != nil {
		return err
	}
	for _, l := range links {
		if here := "http://" + n.rig.addr; l.Origins[0] != here && l.Provider == northlight {
			l.Lead(l.Origins[0], here)
			if err := n.store.SaveLink(ctx, l); err != nil {
				return err
			}
		}
	}
	return nil
}

func (n *network) BeginLink(ctx context.Context, p app.Provider, t app.Terms) (app.Attempt, error) {
	at := n.rig.bank
	if other := n.rig.others[p.ID]; other != nil {
		at = other
	}
	if at == nil {
		return nil, fault.New(fault.Offline, "link a bank", errors.New("the bank is stopped"))
	}
	provider := link.Provider{
		ID: p.ID, Name: p.Name, Dialect: "fdx", Issuer: at.Issuer(), ClientID: demobank.ClientID, API: at.APIBase(),
		Scopes:      []string{"openid", "offline_access", "fdx:accountdetailed:read", "fdx:transactions:read"},
		HistoryDays: t.HistoryDays, ConsentDays: t.ConsentDays, Ask: t.Ask, Limited: t.Choose != nil, Phone: n.rig.phone,
	}
	return attempt(n.tokens.BeginOrAgain(ctx, provider, t.Again))
}

func attempt(a *link.Attempt, err error) (app.Attempt, error) {
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (n *network) Refresh(ctx context.Context, id consent.LinkID, present bool, told func(app.Progress)) (app.Refreshed, error) {
	n.rig.present.add(present)
	got, err := n.engine.Refresh(ctx, id, present, func(p engine.Progress) {
		told(app.Progress{Link: p.Link, Account: p.Name, Done: p.Done, Total: p.Total, Rows: p.Rows, AccountNo: p.AccountNo, Accounts: p.Accounts})
	})
	return app.Refreshed{Written: got.Written, Accounts: len(got.Accounts)}, err
}

func (n *network) Check(ctx context.Context, id consent.LinkID) error { return n.engine.Check(ctx, id) }

func (n *network) Revoke(ctx context.Context, id consent.LinkID, ended bool, told func(consent.Proof)) (consent.Receipt, error) {
	l, err := n.store.Link(ctx, id)
	if err != nil {
		return consent.Receipt{}, err
	}
	release, err := n.engine.Hold(ctx, id)
	if err != nil {
		return consent.Receipt{}, err
	}
	defer release()
	return n.tokens.Revoke(ctx, l, fdx.Bank{Now: n.rig.clock.now}, ended, told)
}

func (n *network) Drop(ctx context.Context, id consent.LinkID) (consent.Receipt, error) {
	return n.tokens.Drop(ctx, id)
}

func (n *network) AnswerHost(ctx context.Context, id consent.LinkID, a consent.Ask, allow bool) error {
	return n.tokens.Answer(ctx, id, a, allow)
}

func (n *network) ListAccounts(ctx context.Context, id consent.LinkID) error {
	return n.engine.List(ctx, id)
}

func (n *network) Hold(ctx context.Context, id consent.LinkID) (func(), error) {
	return n.engine.Hold(ctx, id)
}

func (n *network) Close() { n.door.Close() }

// fresh is a rig with an empty, open vault.
func fresh(t *testing.T) *rig {
	t.Helper()
	return freshAfter(t, 0)
}

// freshAfter is fresh so many days later: what the demo bank tells of is as many days newer.
func freshAfter(t *testing.T, days int) *rig {
	t.Helper()
	c := new(clock)
	c.move(time.Duration(days) * 24 * time.Hour)
	r, err := build(t.TempDir(), c)
	if err == nil {
		err = r.makeVault()
	}
	must(t, err)
	must(t, r.unlock())
	r.cleanUp(t)
	return r
}

// makeVault makes a vault at the lowest price of a guess, to spare the machine.
func (r *rig) makeVault() error {
	v, key, err := vault.Create(filepath.Join(r.dir, "vault"), secret.New(passphrase), vault.Options{})
	if err != nil {
		return err
	}
	r.key = key.Text()
	return v.Close()
}

func (r *rig) cleanUp(t *testing.T) {
	t.Cleanup(func() {
		must(t, r.coffer.Lock())
		if r.bank != nil {
			must(t, r.bank.Close())
		}
	})
}

// linkedOnce links the demo bank once for all tests, which work on copies.
var linkedOnce = sync.OnceValues(func() (template, error) {
	dir, err := os.MkdirTemp("", "coffer-linked-")
	if err != nil {
		return template{}, err
	}
	r, err := build(dir, new(clock))
	if err != nil {
		return template{}, err
	}
	if err := errors.Join(r.makeVault(), r.unlock()); err != nil {
		return template{}, err
	}
	if err := r.coffer.Confirm(context.Background(), secret.New(passphrase)); err != nil { // each secret was used, as in a set-up
		return template{}, err
	}
	id, err := r.coffer.LinkBank(context.Background(), northlight, app.Terms{HistoryDays: history, ConsentDays: 90}, func(app.LinkingProgress) {})
	return template{dir, id, r.key}, errors.Join(err, r.coffer.Lock(), r.bank.Close())
})

type template struct {
	dir string
	id  consent.LinkID
	key secret.Text
}

func TestMain(m *testing.M) {
	code := m.Run()
	if made, err := linkedOnce(); err == nil { // already there, or cheap
		_ = os.RemoveAll(made.dir)
	}
	os.Exit(code)
}

// linked is a rig whose vault is open and holds a link with its first read done.
func linked(t *testing.T) *rig {
	t.Helper()
	made, err := linkedOnce()
	must(t, err)
	dir := t.TempDir()
	must(t, os.CopyFS(dir, os.DirFS(made.dir)))
	r, err := build(dir, new(clock))
	must(t, err)
	r.id, r.key = made.id, made.key
	must(t, r.unlock())
	r.cleanUp(t)
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// value is must for a call that returns a value.
func value[T any](v T, err error) func(t *testing.T) T {
	return func(t *testing.T) T {
		t.Helper()
		must(t, err)
		return v
	}
}

func wantKind(t *testing.T, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Fatalf("got %v (kind %d), want kind %d", err, fault.KindOf(err), kind)
	}
}
