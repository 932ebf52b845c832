package app

import (
	"context"
	"time"

	"coffer/app/egress"
	"coffer/app/vault"
)

// LockCause is why the vault locked.
type LockCause int

// The causes.
const (
	ByPerson LockCause = iota
	ByIdling           // the person was away
	ByScreen           // the screen locked
	BySleep            // the computer goes to sleep
	ByExit             // the program ends: the keyring may open the vault next time
)

// lastLock is how the vault was locked last, and as what.
type lastLock struct {
	cause     LockCause
	after     time.Duration
	id, state string // of the vault
	keyring   bool
	looked    time.Time // at the banks; zero: never
	restored  bool      // it is older than the keyring remembers, and the person wanted that

	head egress.Head // of the ledger of connections, for the keyring to keep; zero: nothing to tell but of a restored one
}

// LastLock returns why the vault locked last, and after how long without the person it locks by
// itself; ok is false if it did not since the program started.
func (c *Coffer) LastLock() (cause LockCause, after time.Duration, ok bool) {
	c.at.Lock()
	defer c.at.Unlock()
	last, ok := c.lastLocks[c.name]
	return last.cause, last.after, ok
}

func (c *Coffer) locked(l lastLock) {
	c.at.Lock()
	defer c.at.Unlock()
	c.lastLocks[c.name] = l
}

// The heads that the keyring keeps of a vault that it opens: the login session in which it was
// locked last. vault keeps one of its own.
const headAsked = "asked"

// remembering is how long the keyring may take to remember how the vault was left.
const remembering = 2 * time.Second

// remember lets the keyring that opens a vault know in which state it was left, so that an older
// one put back is noticed, and that the passphrase is asked for until the next login. A keyring
// that does not answer changes nothing for the person.
func (c *Coffer) remember(ctx context.Context, l lastLock) {
	if !l.keyring || c.config.Keyring == nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, remembering)
	defer cancel()
	keep := c.config.Keyring.KeepNewerState
	if l.restored {
		keep = c.config.Keyring.KeepState
	}
	if err := keep(ctx, l.id, l.state); err != nil {
		c.config.Log.Warn("the keyring doesn't know how the vault was left", "err", err)
	}
	if l.restored || l.head.Seq > 0 {
		if err := c.config.Keyring.KeepHead(ctx, l.id, headLedger, l.head.String()); err != nil {
			c.notKept(err)
		}
	}
	if l.cause == ByExit || c.config.Login == "" {
		return
	}
	if err := c.config.Keyring.KeepHead(ctx, l.id, headAsked, c.config.Login); err != nil {
		c.config.Log.Warn("the keyring doesn't know that the vault was locked", "err", err)
	}
}

// askedInThisLogin reports whether the vault was locked since the person logged in, by this
// program or one before it.
func (c *Coffer) askedInThisLogin(ctx context.Context) (bool, error) {
	if c.config.Login == "" {
		return false, nil
	}
	info, err := vault.Look(c.Dir())
	if err != nil {
		return false, err
	}
	login, err := c.config.Keyring.Head(ctx, info.ID, headAsked)
	return login == c.config.Login, err
}

// Standing is how the open vault stands to the newest state of it that the keyring remembers.
type Standing = vault.Standing

// The standings.
const (
	Unseen = vault.Unseen
	Newest = vault.Newest
	Older  = vault.Older // an older folder was put back; a restored backup looks the same
)

// Standing asks the keyring that opens the vault. Without one nothing is known: Unseen.
func (c *Coffer) Standing(ctx context.Context) (Standing, error) {
	return read(ctx, c, "ask how new the vault is", func(ctx context.Context, o *opened) (Standing, error) {
		if !c.byRing(o) {
			return Unseen, nil
		}
		return o.vault.Standing(ctx, c.config.Keyring)
	})
}

// AcceptStanding lets the keyring remember the vault as it is, and its ledger of connections: the
// person knows why it is older.
func (c *Coffer) AcceptStanding(ctx context.Context) error {
	return c.use(ctx, "remember how new the vault is", func(ctx context.Context, o *opened) error {
		o.care.set(func(found *Care) { found.Older = false })
		if !c.byRing(o) {
			return nil
		}
		if err := o.vault.KeepStanding(ctx, c.config.Keyring); err != nil {
			return err
		}
		return c.acceptLedger(ctx, o)
	})
}

// keepStanding lets the keyring remember the vault as it is, which is no older than it remembers.
func (c *Coffer) keepStanding(ctx context.Context) error {
	return c.use(ctx, "remember how new the vault is", func(ctx context.Context, o *opened) error {
		if !c.byRing(o) {
			return nil
		}
		return o.vault.KeepStanding(ctx, c.config.Keyring)
	})
}
