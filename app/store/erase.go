package store

import (
	"context"
	"errors"
	"fmt"

	"coffer/app/consent"
	"coffer/app/ledger"
)

// fewRows is up to how many rows their words are taken out one by one; beyond, the index is
// made anew from what is left.
const fewRows = 20000

// EraseLink shreds everything that a link brought: accounts with all that hangs on them and,
// unless a revocation still needs them, the tokens. An ended link goes too. Receipts and the
// ledger of connections stay. It wraps ledger.ErrNotFound if there is nothing of that link.
func (s *Store) EraseLink(ctx context.Context, link consent.LinkID) (ledger.Erased, error) {
	var erased ledger.Erased
	err := s.change(ctx, "erase a link", func(ctx context.Context) error {
		l, err := s.link(ctx, link)
		missing := errors.Is(err, ledger.ErrNotFound)
		if err != nil && !missing {
			return err
		}
		accounts, err := s.accountsOf(ctx, link)
		if err != nil {
			return err
		}
		if missing && len(accounts) == 0 {
			return fmt.Errorf("link %q: %w", link, ledger.ErrNotFound)
		}
		for _, account := range accounts {
			if err := s.eraseAccount(ctx, account, &erased); err != nil {
				return err
			}
		}
		return s.eraseGrant(ctx, link, l)
	})
	if err != nil {
		return ledger.Erased{}, err
	}
	// The log still holds what the pages held before.
	return erased, s.read(ctx, "empty the log", func(ctx context.Context) error {
		return s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	})
}

func (s *Store) eraseGrant(ctx context.Context, link consent.LinkID, l consent.Link) error {
	if l.State != consent.RevokePending {
		if err := s.dropGrants(ctx, link); err != nil {
			return err
		}
	}
	if !l.State.Ended() {
		return nil
	}
	if l.ID != "" { // it was gone before, and named then
		if err := s.nameTotals(ctx, link, l.Bank); err != nil {
			return err
		}
	}
	return s.exec(ctx, "DELETE FROM links WHERE id = ?", string(link))
}

func (s *Store) accountsOf(ctx context.Context, link consent.LinkID) ([]int64, error) {
	var keys []int64
	err := s.each(ctx, "SELECT key FROM accounts WHERE link = ? ORDER BY key", []any{string(link)}, func(scan func(...any) error) error {
		var key int64
		err := scan(&key)
		keys = append(keys, key)
		return err
	})
	return keys, err
}

func (s *Store) eraseAccount(ctx context.Context, account int64, erased *ledger.Erased) error {
	var rows int
	if err := s.one(ctx, "SELECT count(*) FROM transactions WHERE account = ?", []any{account}, &rows); err != nil {
		return err
	}
	if rows <= fewRows {
		if err := s.forgetWords(ctx, account); err != nil {
			return err
		}
	}
	for _, del := range []string{
		"DELETE FROM aliases WHERE row IN (SELECT key FROM transactions WHERE account = ?)",
		"DELETE FROM raw WHERE key IN (SELECT key FROM transactions WHERE account = ?)",
		"DELETE FROM reviews WHERE row IN (SELECT id FROM transactions WHERE account = ?1) OR other IN (SELECT id FROM transactions WHERE account = ?1)",
		"DELETE FROM alert_rows WHERE row IN (SELECT id FROM transactions WHERE account = ?1) OR alert IN (SELECT id FROM alerts WHERE account = ?1)",
		"DELETE FROM replaced WHERE import IN (SELECT id FROM imports WHERE account = ?)",
		"DELETE FROM imports WHERE account = ?", "DELETE FROM tombstones WHERE account = ?",
		"DELETE FROM days WHERE account = ?", "DELETE FROM months WHERE account = ?", "DELETE FROM marks WHERE account = ?",
		"DELETE FROM balances WHERE account = ?", "DELETE FROM readings WHERE account = ?",
		"DELETE FROM transactions WHERE account = ?", "DELETE FROM accounts WHERE key = ?",
	} {
		if err := s.exec(ctx, del, account); err != nil {
			return fmt.Errorf("erase an account: %w", err)
		}
	}
	alerts, err := s.execCount(ctx, "DELETE FROM alerts WHERE account = ?", account)
	if err != nil {
		return err
	}
	if rows > fewRows {
		if err := s.exec(ctx, "INSERT INTO words (words) VALUES ('rebuild')"); err != nil {
			return err
		}
	}
	delete(s.accounts, account)
	erased.Accounts++
	erased.Transactions += rows
	erased.Alerts += int(alerts)
	return nil
}

// forgetWords takes the rows of an account out of the full text index.
func (s *Store) forgetWords(ctx context.Context, account int64) error {
	return s.exec(ctx, `INSERT INTO words (words, rowid, payee, text, memo, note)
		SELECT 'delete', key, payee, text, memo, note FROM transactions WHERE account = ? ORDER BY key`, account)
}
