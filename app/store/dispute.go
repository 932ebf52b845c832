package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/dispute"
	"coffer/app/ledger"
)

// SaveDispute stores a dispute, a new one where it has no ID, and returns it with one. It wraps ledger.ErrNotFound if
// its account is not there, or if it has an ID that is not.
func (s *Store) SaveDispute(ctx context.Context, d dispute.Dispute) (dispute.Dispute, error) {
	err := s.change(ctx, "save a dispute", func(ctx context.Context) error {
		if d.ID != "" {
			return s.putDispute(ctx, d)
		}
		account, err := s.accountKey(ctx, d.Account)
		if err != nil {
			return err
		}
		id, err := newUUID(s.from.random)
		if err != nil {
			return err
		}
		d.ID = dispute.ID(id.String())
		doc, err := encode(d)
		if err != nil {
			return err
		}
		return s.exec(ctx, "INSERT INTO disputes VALUES (?, ?, ?, ?)", string(d.ID), account, nanos(d.Opened), doc)
	})
	return d, err
}

// ChangeDispute reads a dispute, lets change change it and stores it, in one step. It wraps ledger.ErrNotFound.
func (s *Store) ChangeDispute(ctx context.Context, id dispute.ID, change func(dispute.Dispute) (dispute.Dispute, error)) (dispute.Dispute, error) {
	var d dispute.Dispute
	err := s.change(ctx, "change a dispute", func(ctx context.Context) (err error) {
		if d, err = s.dispute(ctx, id); err != nil {
			return err
		}
		if d, err = change(d); err != nil {
			return err
		}
		return s.putDispute(ctx, d)
	})
	return d, err
}

func (s *Store) putDispute(ctx context.Context, d dispute.Dispute) error {
	doc, err := encode(d)
	if err != nil {
		return err
	}
	changed, err := s.execCount(ctx, "UPDATE disputes SET doc = ? WHERE id = ?", doc, string(d.ID))
	if err == nil && changed == 0 {
		return fmt.Errorf("dispute %q: %w", d.ID, ledger.ErrNotFound)
	}
	return err
}

// Disputes returns every dispute, the last opened first.
func (s *Store) Disputes(ctx context.Context) ([]dispute.Dispute, error) {
	return readDocs[dispute.Dispute](ctx, s, "read the disputes", "SELECT doc FROM disputes ORDER BY opened DESC, id")
}

// Dispute returns one. It wraps ledger.ErrNotFound.
func (s *Store) Dispute(ctx context.Context, id dispute.ID) (dispute.Dispute, error) {
	var d dispute.Dispute
	err := s.read(ctx, "read a dispute", func(ctx context.Context) (err error) {
		d, err = s.dispute(ctx, id)
		return err
	})
	return d, err
}

func (s *Store) dispute(ctx context.Context, id dispute.ID) (dispute.Dispute, error) {
	var d dispute.Dispute
	var doc string
	err := s.one(ctx, "SELECT doc FROM disputes WHERE id = ?", []any{string(id)}, &doc)
	if errors.Is(err, sql.ErrNoRows) {
		return d, fmt.Errorf("dispute %q: %w", id, ledger.ErrNotFound)
	}
	if err != nil {
		return d, err
	}
	return d, decode(doc, &d)
}

// DeleteDispute forgets a dispute and returns it, to be saved again as it was by RestoreDispute. It wraps
// ledger.ErrNotFound.
func (s *Store) DeleteDispute(ctx context.Context, id dispute.ID) (was dispute.Dispute, err error) {
	err = s.change(ctx, "delete a dispute", func(ctx context.Context) error {
		if was, err = s.dispute(ctx, id); err != nil {
			return err
		}
		return s.exec(ctx, "DELETE FROM disputes WHERE id = ?", string(id))
	})
	return was, err
}

// RestoreDispute brings back what DeleteDispute returned. It wraps ledger.ErrNotFound if the account is gone.
func (s *Store) RestoreDispute(ctx context.Context, d dispute.Dispute) error {
	return s.change(ctx, "bring a dispute back", func(ctx context.Context) error {
		account, err := s.accountKey(ctx, d.Account)
		if err != nil {
			return err
		}
		doc, err := encode(d)
		if err != nil {
			return err
		}
		return s.exec(ctx, "INSERT OR IGNORE INTO disputes VALUES (?, ?, ?, ?)", string(d.ID), account, nanos(d.Opened), doc)
	})
}

// BankPhone returns the number of an account's bank that the person typed, and when; empty if there is none.
func (s *Store) BankPhone(ctx context.Context, id ledger.AccountID) (number string, at time.Time, err error) {
	err = s.read(ctx, "read a phone number", func(ctx context.Context) error {
		var when sql.NullInt64
		const query = "SELECT p.number, p.at FROM phones p JOIN accounts a ON a.key = p.account WHERE a.id = ?"
		err := s.one(ctx, query, []any{string(id)}, &number, &when)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		at = instant(when)
		return err
	})
	return number, at, err
}

// SetBankPhone keeps a number for an account, or forgets it if it is empty, and returns the one before. It wraps
// ledger.ErrNotFound.
func (s *Store) SetBankPhone(ctx context.Context, id ledger.AccountID, number string, at time.Time) (was string, err error) {
	err = s.change(ctx, "keep a phone number", func(ctx context.Context) error {
		account, err := s.accountKey(ctx, id)
		if err != nil {
			return err
		}
		err = s.one(ctx, "SELECT number FROM phones WHERE account = ?", []any{account}, &was)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if number == "" {
			return s.exec(ctx, "DELETE FROM phones WHERE account = ?", account)
		}
		return s.exec(ctx, "INSERT OR REPLACE INTO phones VALUES (?, ?, ?)", account, number, nanos(at))
	})
	return was, err
}
