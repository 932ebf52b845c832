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

// EraseAccounts shreds what was read of these accounts of a link, the accounts and the settings named, as
// EraseLink does it for all. An account that is not there is gone; without any, nothing is done and the
// receipt is zero.
func (s *Store) EraseAccounts(ctx context.Context, link consent.LinkID, ids []ledger.AccountID, settings ...string) (consent.Receipt, error) {
	found := false
	err := s.change(ctx, "erase accounts", func(ctx context.Context) error {
		l, err := s.link(ctx, link)
		if err != nil {
			return err
		}
		e := &erasing{}
		if e.before, err = s.pageBytes(ctx); err != nil {
			return err
		}
		for _, id := range ids {
			key, err := s.accountKey(ctx, id)
			if errors.Is(err, ledger.ErrNotFound) {
				continue
			}
			if err == nil {
				found, err = true, s.eraseAccount(ctx, key, e)
			}
			if err != nil {
				return err
			}
		}
		if !found {
			return nil
		}
		return s.beginErasing(ctx, l, e, settings)
	})
	if err != nil || !found {
		return consent.Receipt{}, err
	}
	return s.finishErasing(ctx, link)
}
