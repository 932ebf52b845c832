package app

import (
	"context"
	"errors"
	"os"

	"coffer/app/fault"
	"coffer/app/secret"
	"coffer/app/vault"
)

// Deleted is what deleting a vault left.
type Deleted struct {
	Links   int // that were not revoked: their grants live on at the bank until they end there
	Backups int // that were not deleted, in the folder of backups
}

// DeleteEverything deletes the open vault for good: first its keys, then its data, then what the
// keyring keeps of it. Backups stay, and open with their secrets. current is what Confirm wants.
func (c *Coffer) DeleteEverything(ctx context.Context, current secret.Text) (Deleted, error) {
	const op = "delete everything"
	select {
	case c.restoring <- struct{}{}:
		defer func() { <-c.restoring }()
	case <-ctx.Done():
		return Deleted{}, ctx.Err()
	}
	dir, id := "", ""
	left, err := changeKeys(ctx, c, op, current, func(ctx context.Context, o *opened) (left Deleted, err error) {
		dir, id = o.vault.Dir(), o.vault.ID()
		links, err := o.store.Links(ctx)
		for _, l := range links {
			if !l.State.Ended() {
				left.Links++
			}
		}
		if err != nil {
			return left, err
		}
		where, err := o.store.Setting(ctx, settingBackups)
		if err != nil {
			return left, err
		}
		all, err := c.backupsIn(c.place(where).Dir)
		for _, b := range all {
			if !b.Other {
				left.Backups++
			}
		}
		return left, err
	})
	if err != nil {
		return left, err
	}
	same := false
	_, err = c.shut(ByPerson, func(v *vault.Vault) error {
		if same = v.Dir() == dir && v.ID() == id; !same { // another was chosen and opened meanwhile
			return v.Close()
		}
		return v.Destroy()
	})
	if !same {
		return left, fault.New(fault.Locked, op, errors.New("the vault locked meanwhile"))
	}
	err = errors.Join(err, clearBeside(dir))
	if c.config.Keyring != nil {
		if gone := c.config.Keyring.Forget(ctx, id, headAsked, headLedger); gone != nil {
			c.config.Log.Warn("the keyring may still hold a key that opens nothing", "err", gone)
		}
	}
	c.at.Lock()
	delete(c.lastLocks, c.name)
	c.at.Unlock()
	if _, there := os.Lstat(dir); err == nil && there == nil {
		err = fault.New(fault.DiskFailed, op, errors.New("other files lie in the vault's folder"))
	}
	c.Changed.Lock.Tell(NoVault)
	return left, err
}
