package app

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"sync"
	"time"

	"coffer/app/alert"
	"coffer/app/consent"
	"coffer/app/dispute"
	"coffer/app/event"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/vault"
)

// Config is what main hands in. Every field up to Now but Demo and Providers is required.
type Config struct {
	Dir         string // of the first vault
	Demo        bool   // this is the demo's own vault: demo banks may be linked
	OpenStore   func(ctx context.Context, v *vault.Vault) (Store, error)
	OpenBanks   func(ctx context.Context, s Store) (Banks, error)
	Providers   []Provider // that never change; with ReadShelf they are what it says
	OpenBrowser func(ctx context.Context, address string) error
	Now         func() time.Time

	More        string                                        // folder of further vaults, each in a folder by its name; empty: there are none
	Backups     string                                        // folder of the first vault's backups, and of folders of further vaults'; empty: beside Dir
	ListBackups func(dir string) ([]vault.FoundBackup, error) // newest first; nil: none are found
	// OpenRestored opens the store of a vault that a backup was restored to; nil: as OpenStore does.
	OpenRestored    func(ctx context.Context, v *vault.Vault) (Store, error)
	CheckEverything func(ctx context.Context, r io.Reader) error                 // reads a file of ExportEverything; nil: none comes back
	FillFrom        func(ctx context.Context, v *vault.Vault, r io.Reader) error // fills a vault that has no tables yet from one

	ApprovalEvery time.Duration // between two looks whether the person has approved in a bank's phone app; 0 is 4 s
	ApprovalFor   time.Duration // that they are looked for while a link is made; 0 is 10 minutes

	ReadShelf func() Shelf // reads the provider files anew; nil: there are none but Providers

	Autostart Autostart // how Coffer starts when the person logs in; zero: that can't be set here

	Metered func(ctx context.Context) bool // whether the network counts its bytes; nil: nothing tells

	Keyring *vault.Keyring // nil: there is none
	Version string         // of Coffer, for what is written down
	Login   string         // names this login session of the person; empty: not known

	Log *slog.Logger
}

// Coffer is one person's vault and what can be done with it. All methods may be called from any
// goroutine; those that take a context may block and stay off the UI goroutine.
type Coffer struct {
	config Config

	Changed Changes // what listeners should read again

	mu   sync.RWMutex // held for reading by each use case, for writing by Unlock and Lock
	open *opened      // nil while locked

	scoring   chan struct{} // holds a token while rows are scored
	restoring chan struct{} // holds a token while a backup is restored
	idle      idleness
	woke      waking
	jobs      jobs
	underRead underRead

	at        sync.Mutex          // guards what follows, and is held for no longer than that takes
	name      string              // of the chosen vault; empty is the first
	lastLocks map[string]lastLock // by name, of the vaults that were locked since the start
	shelf     Shelf
}

// Changes are the topics of what may change. They carry ids; listeners read again.
type Changes struct {
	Accounts event.Topic[ledger.AccountID] // rows or balance of an account; "" for all
	Alerts   event.Topic[alert.ID]         // "" for all
	Links    event.Topic[consent.LinkID]   // "" for all
	Disputes event.Topic[dispute.ID]       // "" for all
	Lock     event.Topic[State]
	Jobs     event.Topic[Progress]
}

// Listen calls changed whenever accounts, alerts, links or disputes may have changed, until ctx ends.
func (c *Coffer) Listen(ctx context.Context, changed func()) {
	c.Changed.Accounts.Listen(ctx, func(ledger.AccountID) { changed() })
	c.Changed.Alerts.Listen(ctx, func(alert.ID) { changed() })
	c.Changed.Links.Listen(ctx, func(consent.LinkID) { changed() })
	c.Changed.Disputes.Listen(ctx, func(dispute.ID) { changed() })
}

type opened struct {
	vault *vault.Vault
	store Store
	banks Banks
	ctx   context.Context // ends when the vault locks; long jobs end with it
	close context.CancelFunc
	care  cared
	judge judge // touched only by who holds the token of scoring

	outside *outside      // what the keyring keeps of the ledger of connections
	keys    chan struct{} // holds a token while slots, data key or files of the vault are at work
}

// New checks c and returns a Coffer whose vault is not open yet.
func New(c Config) (*Coffer, error) {
	switch {
	case c.Dir == "":
		return nil, errors.New("app: no folder for the vault")
	case c.OpenStore == nil || c.OpenBanks == nil || c.OpenBrowser == nil || c.Now == nil:
		return nil, errors.New("app: a required part of the config is missing")
	}
	if c.OpenRestored == nil {
		c.OpenRestored = c.OpenStore
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	made := &Coffer{config: c, scoring: make(chan struct{}, 1), restoring: make(chan struct{}, 1), lastLocks: map[string]lastLock{}}
	made.ReadProviders()
	return made, nil
}

// Demo reports whether this is the demo's own vault.
func (c *Coffer) Demo() bool { return c.config.Demo }

// Now returns the time by Coffer's clock, UTC.
func (c *Coffer) Now() time.Time { return c.config.Now().UTC() }

// Today returns the civil date by the computer's own zone.
func (c *Coffer) Today() ledger.Date { return ledger.DateOf(c.config.Now().Local()) }

// use runs one use case on the open vault; Lock waits for it. It fails with fault.Locked while
// the vault is locked. The context that work gets ends with ctx and when the vault locks.
func (c *Coffer) use(ctx context.Context, op string, work func(ctx context.Context, o *opened) error) error {
	c.mu.RLock()
	defer c.mu.RUnlock()
	if c.open == nil {
		return fault.New(fault.Locked, op, errors.New("the vault is locked"))
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(c.open.ctx, cancel)()
	return work(ctx, c.open)
}

// read is use for a use case that returns a value.
func read[T any](ctx context.Context, c *Coffer, op string, work func(ctx context.Context, o *opened) (T, error)) (T, error) {
	var value T
	err := c.use(ctx, op, func(ctx context.Context, o *opened) (err error) {
		value, err = work(ctx, o)
		return err
	})
	return value, err
}

// ListenJobs calls heard with how far running refreshes are, until ctx ends. Those of several links run at once, and
// so may the calls.
func (c *Coffer) ListenJobs(ctx context.Context, heard func(Progress)) {
	c.Changed.Jobs.Listen(ctx, heard)
}
