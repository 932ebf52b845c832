package store

import (
	"context"
	"errors"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// ChangeLink reads a link, lets change change it and stores it, in one step. It wraps ledger.ErrNotFound.
func (s *Store) ChangeLink(ctx context.Context, id consent.LinkID, change func(l *consent.Link) error) (consent.Link, error) {
	var l consent.Link
	err := s.change(ctx, "change a link", func(ctx context.Context) (err error) {
		if l, err = s.link(ctx, id); err != nil {
			return err
		}
		if err := change(&l); err != nil {
			return err
		}
		return s.putLink(ctx, l)
	})
	return l, err
}

// EraseAccounts shreds what was read of these accounts, and the accounts. One that is not there is gone.
func (s *Store) EraseAccounts(ctx context.Context, ids ...ledger.AccountID) (ledger.Erased, error) {
	var erased ledger.Erased
	err := s.change(ctx, "erase accounts", func(ctx context.Context) error {
		for _, id := range ids {
			key, err := s.accountKey(ctx, id)
			if errors.Is(err, ledger.ErrNotFound) {
				continue
			}
			if err == nil {
				err = s.eraseAccount(ctx, key, &erased)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return ledger.Erased{}, err
	}
	// The log still holds what the pages held before.
	return erased, s.read(ctx, "empty the log", func(ctx context.Context) error {
		return s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	})
}
