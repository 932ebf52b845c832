package app

import (
	"context"
	"time"

	"coffer/app/consent"
)

// LastLooked returns when the banks of the vault were last read, as it was when the vault locked; ok is false if it did not since
// the program started, or nothing was ever read. While the vault is locked nothing is fetched, scored or counted.
func (c *Coffer) LastLooked() (at time.Time, ok bool) {
	c.at.Lock()
	defer c.at.Unlock()
	at = c.lastLocks[c.name].looked
	return at, !at.IsZero()
}

// lookedAt is when the newest balance was read; zero if none was.
func (c *Coffer) lookedAt(ctx context.Context, o *opened) (newest time.Time) {
	accounts, err := o.store.Accounts(ctx)
	if err != nil {
		c.config.Log.Warn("when banks were last read is not known", "err", err)
	}
	for _, a := range accounts {
		if a.Balance.ReadAt.After(newest) {
			newest = a.Balance.ReadAt
		}
	}
	return newest
}

// ReadFirst reads what is due by the schedule as the person opens the vault: they are there, and what they see shall be of now. Over a
// network that counts its bytes nothing is read unless they want it.
func (c *Coffer) ReadFirst(ctx context.Context) error {
	ids, err := c.due(ctx, false, func(consent.LinkID, time.Time) bool { return false })
	if err != nil || len(ids) == 0 {
		return err
	}
	if held, err := c.heldByMeter(ctx); err != nil || held {
		return err
	}
	_, err = c.refreshEach(ctx, ids, true)
	return err
}
