package store

import (
	"context"
	"fmt"
	"slices"

	"coffer/app/ledger"
)

// Reconcile holds a batch against what is stored of w.Account and saves what comes of it, as Apply
// does, in one transaction: no other write comes between the look and the change. It makes w.Plan.
func (s *Store) Reconcile(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error) {
	var done ledger.Written
	err := s.change(ctx, "save rows", func(ctx context.Context) (err error) {
		done, err = s.reconcile(ctx, batch, w)
		return err
	})
	if err != nil {
		return ledger.Written{}, err
	}
	return done, nil
}

func (s *Store) reconcile(ctx context.Context, batch ledger.Batch, w ledger.Write) (ledger.Written, error) {
	batch, err := s.wanted(ctx, batch, w.Account)
	if err != nil {
		return ledger.Written{}, err
	}
	var of reach
	of.from, of.to = batch.Days()
	of.aliases, of.plain = func(prints bool) []string { return batch.Names(prints, nil) }, batch.PlainFrom
	// What a bank tells replaces raw fields or leaves them; a file's row may keep those of a row that it is matched to.
	of.bare = !slices.ContainsFunc(batch.Rows, func(r ledger.Row) bool { return r.Line > 0 })
	if of.bare {
		of.said = saying(batch.Rows)
		of.aliases = func(prints bool) []string { return batch.Names(prints, of.said.known()) }
	}
	stored, gone, err := s.stored(ctx, w.Account, of)
	if err != nil {
		return ledger.Written{}, err
	}
	w.Plan = ledger.Reconcile(stored, gone, batch)
	return s.apply(ctx, w, batch)
}

// Import saves every account of a statement file in one transaction, made accounts included: all of
// them or none. It wraps ledger.ErrNotFound for an account that is gone.
func (s *Store) Import(ctx context.Context, parts []ledger.FilePart) ([]ledger.Written, error) {
	all := make([]ledger.Written, 0, len(parts))
	err := s.change(ctx, "save a file", func(ctx context.Context) error {
		for _, part := range parts {
			done, err := s.importPart(ctx, part)
			if err != nil {
				return err
			}
			all = append(all, done)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return all, nil
}

func (s *Store) importPart(ctx context.Context, part ledger.FilePart) (ledger.Written, error) {
	into, made, err := s.fileAccount(ctx, part.Into)
	if err != nil {
		return ledger.Written{}, err
	}
	w := ledger.Write{Account: into.ID, Import: &part.Import, At: part.Import.At}
	if b := part.Balance; b != nil && into.Link == "" && !into.Balance.AsOf.After(b.AsOf) {
		of := *b
		of.Account, w.Balance = into.ID, &of
	}
	told, full := part.Batch.Told()
	batch := part.Batch
	batch.Complete = full && len(batch.Rows) > 0 // an empty file is no word on what is pending
	done, err := s.reconcile(ctx, batch, w)
	if err == nil && made {
		err = s.exec(ctx, "UPDATE imports SET made = 1 WHERE id = ?", done.Import)
	}
	if err == nil && full {
		err = s.exec(ctx, "UPDATE imports SET from_day = ?, to_day = ? WHERE id = ?", int64(told.From), int64(told.To), done.Import)
	}
	return done, err
}

// fileAccount finds the account that a's ID names, else the one from files that has its Identity,
// which is made if there is none yet.
func (s *Store) fileAccount(ctx context.Context, a ledger.Account) (into ledger.AccountView, made bool, err error) {
	if a.ID != "" {
		into, err = s.accountView(ctx, a.ID)
		return into, false, err
	}
	known, err := s.accountViews(ctx, accountViews+" WHERE a.provider = ? AND a.identity = ?", fileProvider, a.Identity)
	if err != nil || len(known) > 0 {
		return append(known, into)[0], false, err
	}
	a.Link, a.Provider = "", fileProvider
	into.Account, _, err = s.saveAccount(ctx, a)
	return into, true, err
}

// unmake takes away an account whose making is undone. While something else is in it, it stays: the
// undo of another import may take it then.
func (s *Store) unmake(ctx context.Context, account int64) error {
	const pass = "UPDATE imports SET made = 1 WHERE id = (SELECT min(id) FROM imports WHERE account = ?)"
	passed, err := s.execCount(ctx, pass, account)
	if err != nil || passed > 0 {
		return err
	}
	const used = `SELECT EXISTS (SELECT 1 FROM transactions WHERE account = ?1) OR EXISTS (SELECT 1 FROM tombstones WHERE account = ?1)
		OR EXISTS (SELECT 1 FROM balances WHERE account = ?1) OR EXISTS (SELECT 1 FROM readings WHERE account = ?1)
		OR EXISTS (SELECT 1 FROM disputes WHERE account = ?1) OR EXISTS (SELECT 1 FROM accounts WHERE key = ?1 AND link <> '')`
	var stays bool
	if err := s.one(ctx, used, []any{account}, &stays); err != nil || stays {
		return err
	}
	if err := s.eraseAccount(ctx, account, new(erasing)); err != nil {
		return fmt.Errorf("take a made account away: %w", err)
	}
	return nil
}
