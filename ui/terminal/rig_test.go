package terminal_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"coffer/app"
	"coffer/app/consent"
	"coffer/app/fault"
	provide "coffer/app/provider"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
	"coffer/assets"
	"coffer/sync/bank/all"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
	"coffer/sync/engine"
	"coffer/sync/link"
	"coffer/sync/wire"
	"coffer/ui/holder"
	"coffer/ui/say"
	"coffer/ui/terminal"
)

const (
	passphrase = "four quiet words together"
	provider   = "demo-northlight"
)

// rig is a folder, the demo bank, and a person at the terminal.
type rig struct {
	dir       string
	bank      *demobank.Bank
	addr      string
	noBrowser bool
	opens     func(address string) error // in place of the demo bank's person; nil: they approve
	second    bool                       // Pocketwell is there, too
	flipped   []string                   // its switches, as they were turned on
	hidden    []string                   // typed at the next hidden prompts, then the passphrase
	in        io.Reader
	out       io.Writer // nil: what is printed comes back
	keyring   *vault.Keyring
	shelf     func() (func() app.Shelf, error) // of a vault that is no demo's; nil: there is none
	holder    func(p terminal.Place) (holder.Address, error)
	full      error                                           // what a new key fails with; nil: it doesn't
	key       string                                          // the recovery key, which opens the vault without the price of a guess; empty: the passphrase does
	seed      func(ctx context.Context, s *store.Store) error // puts something into the vault when it is opened next; nil: nothing
}

func newRig(dir string) (*rig, error) {
	r := &rig{dir: dir}
	return r, r.startBank()
}

func (r *rig) startBank() error {
	b, err := demobank.Start(context.Background(), demobank.Config{State: filepath.Join(r.dir, "bank.json"), Addr: r.addr})
	if err != nil {
		return err
	}
	r.bank, r.addr = b, b.Addr()
	return nil
}

// spoken is what a run printed, and how it ended.
type spoken struct {
	out, err string
	code     int
}

// run runs one command on the demo's vault.
func (r *rig) run(ctx context.Context, args ...string) spoken {
	if r.key != "" {
		args = append([]string{"--recovery"}, args...)
	}
	return r.runBare(ctx, append([]string{"--data", r.dir, "--demo"}, args...)...)
}

func (r *rig) runBare(ctx context.Context, args ...string) spoken {
	voice, err := say.New(assets.FS, "en")
	if err != nil {
		return spoken{err: err.Error(), code: -1}
	}
	sample, err := assets.FS.ReadFile("samples/harbour-statement.ofx")
	if err != nil {
		return spoken{err: err.Error(), code: -1}
	}
	var out, trouble bytes.Buffer
	c := terminal.Config{
		Args: args, In: strings.NewReader(""), Out: &out, Err: &trouble, Voice: voice, Version: "1.2.3", Open: r.open, Sample: sample,
		Hidden: r.typed, Holder: r.holder,
		Window: func(context.Context, terminal.Place) error {
			return fault.New(fault.NoDisplay, "open the window", errors.New("no display"))
		},
		MakeTemp: func() (string, func() error, error) {
			dir, err := os.MkdirTemp(r.dir, "story")
			return dir, func() error { return os.RemoveAll(dir) }, err
		},
	}
	if r.in != nil {
		c.In = r.in
	}
	if r.out != nil {
		c.Out = r.out
	}
	if a, ok := r.in.(*answers); ok {
		a.seen = &trouble
	}
	code := terminal.Run(ctx, c)
	return spoken{out.String(), trouble.String(), code}
}

func (r *rig) typed(string) (string, error) {
	if len(r.hidden) == 0 && r.key != "" {
		return r.key, nil
	}
	if len(r.hidden) == 0 {
		return passphrase, nil
	}
	typed := r.hidden[0]
	r.hidden = r.hidden[1:]
	if typed == "^C" {
		return "", io.EOF
	}
	return typed, nil
}

// answers is a person who reads what stands on the screen before each line they type.
type answers struct {
	lines []func(screen string) string
	seen  *bytes.Buffer
}

func (a *answers) Read(p []byte) (int, error) {
	if len(a.lines) == 0 {
		return 0, io.EOF
	}
	line := a.lines[0](a.seen.String()) + "\n"
	a.lines = a.lines[1:]
	return copy(p, line), nil
}

// open puts the rooms together as main does.
func (r *rig) open(_ context.Context, p terminal.Place) (*terminal.Session, error) {
	if r.shelf != nil && !p.Demo {
		return r.openOwn(p)
	}
	dir := filepath.Join(p.Dir, "vault")
	var providers []app.Provider
	if p.Demo {
		dir = filepath.Join(p.Dir, "demo")
	}
	if p.Bank {
		providers = []app.Provider{{
			ID: provider, Name: "Northlight Bank", Demo: true, Reads: []string{"balances", "transactions"}, Days: 365, History: 400,
			SignIn: &app.SignIn{Name: r.bank.Username(), Password: r.bank.Password().Show()},
		}}
	}
	if p.Bank && r.second {
		providers = append(providers, app.Provider{ID: "demo-pocketwell", Name: "Pocketwell", Demo: true, Reads: []string{"balances"}, History: 731,
			SignIn: &app.SignIn{Name: r.bank.Username(), Password: r.bank.Password().Show(), Phone: r.bank.Phone()}, File: provide.Provider{Approval: provide.InPhoneApp}})
	}
	c, err := app.New(app.Config{
		ApprovalEvery: time.Millisecond, ApprovalFor: 300 * time.Millisecond,
		Dir: dir, Demo: p.Demo, OpenBanks: r.openBanks, Providers: providers, Now: time.Now, OpenBrowser: r.browse,
		OpenStore: func(ctx context.Context, v *vault.Vault) (app.Store, error) {
			s, err := store.Open(ctx, v)
			return cramped{s, r}, err
		}, ListBackups: store.Backups,
		CheckEverything: store.CheckEverything, FillFrom: store.FillFrom, Keyring: r.keyring,
	})
	if err != nil {
		return nil, err
	}
	if err := c.Choose(p.Vault); err != nil {
		return nil, err
	}
	return &terminal.Session{Coffer: c, Press: func(ctx context.Context) error { return walk.Phone(ctx, r.bank.Phone()) }, Heal: r.bank.Heal,
		Trouble: func(bank, name string) error {
			r.flipped = append(r.flipped, bank+" "+name)
			return r.bank.Flip(demobank.Pocketwell, name)
		}, Close: func() error { return c.LockBecause(app.ByExit) }, BankLog: func() (lines []string) {
			for _, e := range r.bank.Events() {
				lines = append(lines, string(e.Kind))
			}
			return lines
		}}, nil
}

func (r *rig) browse(ctx context.Context, address string) error {
	if r.noBrowser {
		return fault.With(fault.NoBrowser, "open the browser", errors.New("none"), "address", address)
	}
	if r.opens != nil {
		return r.opens(address)
	}
	return walk.Approve(ctx, address, walk.Options{Username: r.bank.Username(), Password: r.bank.Password().Show()})
}

// cramped is a store whose disk may be full when the vault gets a new key.
type cramped struct {
	*store.Store
	rig *rig
}

func (s cramped) Carry(ctx context.Context, v *vault.Vault, told func(done, total int64)) error {
	if s.rig.full != nil {
		return s.rig.full
	}
	return s.Store.Carry(ctx, v, told)
}

type network struct {
	rig    *rig
	store  *store.Store
	door   *wire.Door
	config link.Config
	tokens *link.Tokens
	engine *engine.Engine
}

func (r *rig) openBanks(ctx context.Context, opened app.Store) (app.Banks, error) {
	n := &network{rig: r, store: opened.(cramped).Store}
	var err error
	if r.seed != nil { // once
		seed := r.seed
		r.seed = nil
		if err := seed(ctx, n.store); err != nil {
			return nil, err
		}
	}
	if n.door, err = wire.New(wire.Config{Ledger: n.store, Now: time.Now, UserAgent: "Coffer/test", Proxy: app.ProxyOf(n.store)}); err != nil {
		return nil, err
	}
	n.config = link.Config{Vault: n.store, Door: n.door, Now: time.Now}
	if n.tokens, err = link.New(n.config); err != nil {
		return nil, err
	}
	n.engine, err = engine.New(engine.Config{Store: n.store, Sessions: n.tokens, Dialects: all.Dialects(), Now: time.Now})
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
		here := "http://" + n.rig.addr
		l.Lead(l.Origins[0], here)
		if err := n.store.SaveLink(ctx, l); err != nil {
			return err
		}
	}
	return nil
}

func (n *network) BeginLink(ctx context.Context, p app.Provider, t app.Terms) (app.Attempt, error) {
	if p.ID == "demo-pocketwell" {
		a, err := n.tokens.BeginOrAgain(ctx, link.Provider{ID: p.ID, Name: p.Name, Dialect: "monzo", Issuer: n.rig.bank.PocketIssuer(), ClientID: demobank.PocketClient,
			API: n.rig.bank.PocketAPI(), HistoryDays: t.HistoryDays, Phone: true}, t.Again)
		if err != nil {
			return nil, err
		}
		return a, nil
	}
	wanted := link.Provider{
		ID: p.ID, Name: p.Name, Dialect: "fdx", Issuer: n.rig.bank.Issuer(), ClientID: demobank.ClientID, API: n.rig.bank.APIBase(),
		Scopes:      []string{"openid", "offline_access", "fdx:accountdetailed:read", "fdx:transactions:read"},
		HistoryDays: t.HistoryDays, ConsentDays: t.ConsentDays, Ask: t.Ask, Limited: t.Choose != nil,
	}
	a, err := n.tokens.BeginOrAgain(ctx, wanted, t.Again)
	if err != nil {
		return nil, err
	}
	return a, nil
}

func (n *network) Refresh(ctx context.Context, id consent.LinkID, present bool, told func(app.Progress)) (app.Refreshed, error) {
	got, err := n.engine.Refresh(ctx, id, present, func(p engine.Progress) { told(app.Progress{Link: p.Link, Bank: "Northlight Bank", Account: p.Name}) })
	return app.Refreshed{Written: got.Written, Accounts: len(got.Accounts)}, err
}

func (n *network) Check(ctx context.Context, id consent.LinkID) error { return n.engine.Check(ctx, id) }

func (n *network) Revoke(ctx context.Context, id consent.LinkID, ended bool, told func(consent.Proof)) (consent.Receipt, error) {
	l, err := n.store.Link(ctx, id)
	if err != nil {
		return consent.Receipt{}, err
	}
	d, _ := all.Named(l.Dialect)
	return n.tokens.Revoke(ctx, l, d, ended, told)
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

// makeVault makes a vault whose set-up is done, at the lowest price of a guess, to spare the machine.
func (r *rig) makeVault() error {
	v, key, err := vault.Create(filepath.Join(r.dir, "demo"), secret.New(passphrase), vault.Options{})
	if err != nil {
		return err
	}
	if err := v.Close(); err != nil {
		return err
	}
	s, err := r.open(context.Background(), terminal.Place{Dir: r.dir, Demo: true})
	if err != nil {
		return err
	}
	groups := key.Groups()
	r.key = strings.Join(groups[:], "-")
	err = s.Coffer.Unlock(context.Background(), secret.New(passphrase))
	if err == nil {
		err = s.Coffer.ConfirmRecovery(context.Background(), key, key.Groups())
	}
	return errors.Join(err, s.Close())
}

// linkedOnce links the demo bank once for all tests, which work on copies.
var linkedOnce = sync.OnceValues(func() (made template, err error) {
	dir, err := os.MkdirTemp("", "coffer-terminal-")
	made.dir = dir
	if err != nil {
		return made, err
	}
	r, err := newRig(dir)
	if err != nil {
		return made, err
	}
	if err := r.makeVault(); err != nil {
		return made, err
	}
	made.key = r.key
	s, err := r.open(context.Background(), terminal.Place{Dir: dir, Demo: true, Bank: true})
	if err != nil {
		return made, err
	}
	c := s.Coffer
	if err := c.Unlock(context.Background(), secret.New(passphrase)); err != nil {
		return made, err
	}
	_, err = c.LinkBank(context.Background(), provider, app.Terms{HistoryDays: 400, ConsentDays: 90}, func(app.LinkingProgress) {})
	return made, errors.Join(err, s.Close(), r.bank.Close())
})

type template struct{ dir, key string }

func TestMain(m *testing.M) {
	code := m.Run()
	if made, _ := linkedOnce(); made.dir != "" {
		_ = os.RemoveAll(made.dir)
	}
	os.Exit(code)
}

// linked is a rig with a link whose first read is done.
func linked(t *testing.T) *rig {
	t.Helper()
	made, err := linkedOnce()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(made.dir)); err != nil {
		t.Fatal(err)
	}
	r := started(t, dir)
	r.key = made.key
	return r
}

func started(t *testing.T, dir string) *rig {
	t.Helper()
	r, err := newRig(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.bank.Close() })
	return r
}

// ok runs a command that must end well.
func (r *rig) ok(t *testing.T, args ...string) spoken {
	t.Helper()
	return r.ends(t, terminal.ExitOK, args...)
}

// ends runs a command that must end with code, and holds what it printed against the secrets.
func (r *rig) ends(t *testing.T, code int, args ...string) spoken {
	t.Helper()
	got := r.run(t.Context(), args...)
	if got.code != code {
		t.Fatalf("coffer %v ended with %d, want %d\n%s%s", args, got.code, code, got.out, got.err)
	}
	if all := got.out + got.err; strings.Contains(all, passphrase) || r.key != "" && strings.Contains(all, r.key) || strings.Contains(all, "Bearer") {
		t.Errorf("coffer %v prints a secret:\n%s", args, all)
	}
	if code != terminal.ExitOK && code != terminal.ExitCanceled && strings.TrimSpace(got.err) == "" {
		t.Errorf("coffer %v ends with %d and says nothing", args, code)
	}
	return got
}

func contains(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is not in:\n%s", w, text)
		}
	}
}

func sorted(set map[string]bool) (all []string) {
	for one := range set {
		all = append(all, one)
	}
	slices.Sort(all)
	return all
}
