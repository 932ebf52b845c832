package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/consent"
	"coffer/app/ledger"
	"coffer/app/money"
)

// fileProvider marks accounts that come from statement files.
const fileProvider = "file"

// SaveAccounts stores what a link shows, with balances where the bank gave one, and returns the
// accounts with our ids in the order of found. An account is the same again by its Provider and
// Identity, whatever the link; a name that the person gave stays.
func (s *Store) SaveAccounts(ctx context.Context, link consent.LinkID, found []ledger.AccountView) ([]ledger.Account, error) {
	saved := make([]ledger.Account, 0, len(found))
	err := s.change(ctx, "save accounts", func(ctx context.Context) error {
		for _, view := range found {
			a := view.Account
			a.Link = string(link)
			kept, key, err := s.saveAccount(ctx, a)
			if err != nil {
				return err
			}
			if view.Balance.Booked.Currency != "" {
				if err := s.saveBalance(ctx, key, view.Balance); err != nil {
					return err
				}
			}
			saved = append(saved, kept)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return saved, nil
}

func (s *Store) saveAccount(ctx context.Context, a ledger.Account) (ledger.Account, int64, error) {
	const upsert = `INSERT INTO accounts (id, link, provider, identity, bank_id, name, bank, masked, kind, currency, closed)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (provider, identity) DO UPDATE SET link = excluded.link, bank_id = excluded.bank_id,
			name = excluded.name, bank = excluded.bank, masked = excluded.masked, kind = excluded.kind,
			currency = excluded.currency, closed = excluded.closed
		RETURNING key, id, identity, coalesce(own_name, name), booked_only, left_out`
	id, err := newUUID(s.from.random)
	if err != nil {
		return a, 0, err
	}
	var key int64
	err = s.one(ctx, upsert, []any{
		id.String(), a.Link, a.Provider, identityOr(a, id.String()), a.BankID, a.Name, a.Bank, a.Masked, int(a.Kind), a.Currency, a.Closed,
	}, &key, &a.ID, &a.Identity, &a.Name, &a.BookedOnly, &a.LeftOut)
	return a, key, err
}

// RenameAccount gives an account the person's own name; an empty one brings the bank's back.
func (s *Store) RenameAccount(ctx context.Context, id ledger.AccountID, name string) (was string, err error) {
	err = s.change(ctx, "rename an account", func(ctx context.Context) error {
		view, err := s.accountView(ctx, id)
		if err != nil {
			return err
		}
		was = view.Name
		return s.exec(ctx, "UPDATE accounts SET own_name = ? WHERE id = ?", orNull(name), string(id))
	})
	return was, err
}

func (s *Store) saveBalance(ctx context.Context, account int64, b ledger.Balance) error {
	return s.exec(ctx, `INSERT OR REPLACE INTO balances VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		account, b.Booked.Minor, b.Booked.Currency, b.Available.Minor, b.Available.Currency,
		b.Limit.Minor, b.Limit.Currency, nanos(b.AsOf), nanos(b.ReadAt))
}

const accountViews = `SELECT a.key, a.id, a.link, a.provider, a.identity, a.bank_id, coalesce(a.own_name, a.name), a.bank,
		a.masked, a.kind, a.currency, a.closed, a.booked_only, a.left_out,
		coalesce(b.booked, 0), coalesce(b.booked_currency, ''), coalesce(b.available, 0), coalesce(b.available_currency, ''),
		coalesce(b.credit, 0), coalesce(b.credit_currency, ''), b.as_of, b.read_at
	FROM accounts a LEFT JOIN balances b ON b.account = a.key`

// Accounts returns every account in the order that they were first seen.
func (s *Store) Accounts(ctx context.Context) ([]ledger.AccountView, error) {
	var all []ledger.AccountView
	err := s.read(ctx, "read accounts", func(ctx context.Context) error {
		var err error
		all, err = s.accountViews(ctx, accountViews+" ORDER BY a.key")
		return err
	})
	return all, err
}

// Account returns one account. It wraps ledger.ErrNotFound.
func (s *Store) Account(ctx context.Context, id ledger.AccountID) (ledger.AccountView, error) {
	var view ledger.AccountView
	err := s.read(ctx, "read an account", func(ctx context.Context) error {
		var err error
		view, err = s.accountView(ctx, id)
		return err
	})
	return view, err
}

func (s *Store) accountView(ctx context.Context, id ledger.AccountID) (ledger.AccountView, error) {
	found, err := s.accountViews(ctx, accountViews+" WHERE a.id = ?", string(id))
	if err != nil {
		return ledger.AccountView{}, err
	}
	if len(found) == 0 {
		return ledger.AccountView{}, fmt.Errorf("account %q: %w", id, ledger.ErrNotFound)
	}
	return found[0], nil
}

func (s *Store) accountViews(ctx context.Context, query string, args ...any) ([]ledger.AccountView, error) {
	var all []ledger.AccountView
	var keys []int64
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		v, key, err := scanAccount(scan)
		all, keys = append(all, v), append(keys, key)
		return err
	})
	if err != nil {
		return nil, err
	}
	for i, key := range keys {
		if all[i].Pending, err = s.pendingSum(ctx, key, all[i].Currency); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func scanAccount(scan func(...any) error) (ledger.AccountView, int64, error) {
	var v ledger.AccountView
	var key int64
	var asOf, readAt sql.NullInt64
	b := &v.Balance
	err := scan(&key, &v.ID, &v.Link, &v.Provider, &v.Identity, &v.BankID, &v.Name, &v.Bank, &v.Masked, &v.Kind, &v.Currency,
		&v.Closed, &v.BookedOnly, &v.LeftOut, &b.Booked.Minor, &b.Booked.Currency, &b.Available.Minor, &b.Available.Currency,
		&b.Limit.Minor, &b.Limit.Currency, &asOf, &readAt)
	b.Account, b.AsOf, b.ReadAt = v.ID, instant(asOf), instant(readAt)
	return v, key, err
}

// pendingSum reads the pending rows' own index, never the rows.
func (s *Store) pendingSum(ctx context.Context, account int64, currency string) (ledger.Sum, error) {
	const query = `SELECT count(*), coalesce(sum(max(minor, 0)), 0), coalesce(sum(min(minor, 0)), 0)
		FROM transactions INDEXED BY transactions_pending WHERE status = 1 AND account = ? AND currency = ?`
	sum := ledger.Sum{In: money.New(0, currency), Out: money.New(0, currency)}
	err := s.one(ctx, query, []any{account, currency}, &sum.Count, &sum.In.Minor, &sum.Out.Minor)
	return sum, err
}

// accountKey finds the row of an account.
func (s *Store) accountKey(ctx context.Context, id ledger.AccountID) (int64, error) {
	var key int64
	err := s.one(ctx, "SELECT key FROM accounts WHERE id = ?", []any{string(id)}, &key)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, fmt.Errorf("account %q: %w", id, ledger.ErrNotFound)
	}
	return key, err
}

// accountID is the way back, remembered.
func (s *Store) accountID(ctx context.Context, key int64) (ledger.AccountID, error) {
	if id, known := s.accounts[key]; known {
		return id, nil
	}
	var id ledger.AccountID
	if err := s.one(ctx, "SELECT id FROM accounts WHERE key = ?", []any{key}, &id); err != nil {
		return "", fmt.Errorf("account of a row: %w", err)
	}
	s.accounts[key] = id
	return id, nil
}

// LastRead returns when a balance was last read; zero if none ever was.
func (s *Store) LastRead(ctx context.Context) (time.Time, error) {
	var at sql.NullInt64
	err := s.read(ctx, "look when a balance was read", func(ctx context.Context) error {
		return s.one(ctx, "SELECT max(read_at) FROM balances", nil, &at)
	})
	return instant(at), err
}
