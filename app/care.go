package app

import (
	"context"
	"sync"

	"coffer/app/fault"
)

// Care is what the open vault itself wants of the person.
type Care struct {
	Older    bool  // an older folder was put back than the keyring remembers
	BackedUp error // why the last daily backup failed; nil if it did not
	Unkeyed  error // why a shredding did not end with a new data key; nil if it did, or waits for a secret
	RekeyDue bool  // the data key has sealed so much that a new one is due
}

// cared is what TakeCare found last.
type cared struct {
	mu    sync.Mutex
	found Care
}

func (c *cared) get() Care {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.found
}

func (c *cared) set(change func(*Care)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change(&c.found)
}

// TakeCare is for after an opening, beside everything else: it ends a shredding, writes the daily backup and asks the
// keyring how new the vault is. What it finds is in the Overview.
func (c *Coffer) TakeCare(ctx context.Context) error {
	standing, err := c.Standing(ctx)
	if err != nil { // the keyring can't say
		c.config.Log.Warn("how new the vault is was not told", "err", err)
	}
	if err == nil && standing != Older {
		if err := c.keepStanding(ctx); err != nil {
			c.config.Log.Warn("how new the vault is was not kept", "err", err)
		}
	}
	c.learnHead(ctx, err)
	c.endShredding(ctx, nil)
	_, failed := c.BackUpIfDue(ctx)
	if kind := fault.KindOf(failed); kind == fault.Canceled || kind == fault.Locked {
		return failed
	}
	err = c.use(ctx, "look after the vault", func(_ context.Context, o *opened) error {
		o.care.set(func(found *Care) {
			*found = Care{Older: standing == Older, BackedUp: failed, Unkeyed: found.Unkeyed, RekeyDue: o.vault.NeedsRekey()}
		})
		return nil
	})
	if err == nil {
		c.Changed.Accounts.Tell("")
	}
	return err
}
