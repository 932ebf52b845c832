package store

import (
	"context"
	"fmt"
	"slices"

	"coffer/app/ledger"
)

// Apply saves one read of an account in one transaction: rows, aliases, history, words,
// roll-ups, balance, reading, import and the mark that says from which day to score anew.
// It wraps ledger.ErrNotFound for an account or row that is gone; then nothing is saved.
func (s *Store) Apply(ctx context.Context, w ledger.Write) (ledger.Written, error) {
	var done ledger.Written
	err := s.change(ctx, "save rows", func(ctx context.Context) (err error) {
		done, err = s.apply(ctx, w, ledger.Batch{})
		return err
	})
	if err != nil {
		return ledger.Written{}, err
	}
	return done, nil
}

func (s *Store) apply(ctx context.Context, w ledger.Write, from ledger.Batch) (done ledger.Written, err error) {
	account, err := s.accountKey(ctx, w.Account)
	if err != nil {
		return done, err
	}
	b := s.newBatch(account, w.At.UTC())
	if b.imports, err = s.beginImport(ctx, account, w); err != nil {
		return done, err
	}
	if done, err = b.plan(ctx, w.Plan); err != nil {
		return done, err
	}
	done.Import = b.imports
	if err := b.flush(ctx); err != nil {
		return done, err
	}
	if err := s.saveStanding(ctx, account, w, from); err != nil {
		return done, err
	}
	if err := b.mark(ctx); err != nil {
		return done, err
	}
	return done, s.endImport(ctx, account, w, done)
}

func (b *batch) plan(ctx context.Context, p ledger.Plan) (ledger.Written, error) {
	done := ledger.Written{Updated: len(p.Update), Dropped: len(p.Drop), Same: len(p.Same)}
	ids, err := b.inserts(ctx, p.Added())
	if err != nil {
		return done, err
	}
	done.Added = len(ids)
	for i, m := range p.Review {
		if err := b.review(ctx, ids[len(p.Insert)+i], m); err != nil {
			return done, err
		}
	}
	for _, u := range p.Update {
		if u.Booked {
			done.Booked++
		}
		if err := b.alter(ctx, u.ID, func(t ledger.Transaction) ledger.Transaction { return u.On(t, b.at) }); err != nil {
			return done, err
		}
	}
	for _, c := range p.Drop {
		if err := b.alter(ctx, c.ID, func(t ledger.Transaction) ledger.Transaction { return c.Dropped(t, b.at) }); err != nil {
			return done, err
		}
	}
	for _, c := range p.Absent {
		r, err := b.mine(ctx, c.ID)
		if err != nil {
			return done, err
		}
		t := c.Missed(r.Transaction)
		if err := b.s.exec(ctx, "UPDATE transactions SET missing = ?, missed = ? WHERE key = ?", t.Missing, int64(t.Missed), r.key); err != nil {
			return done, err
		}
	}
	if err := b.recut(ctx, p.Stones); err != nil {
		return done, err
	}
	return done, b.told(ctx, p.Told)
}

// recut keeps the names that tombstones gained.
func (b *batch) recut(ctx context.Context, stones []ledger.Tombstone) error {
	for _, stone := range stones {
		doc, err := encode(stone)
		if err != nil {
			return err
		}
		if err := b.s.exec(ctx, "UPDATE tombstones SET doc = ? WHERE key = ? AND account = ?", doc, stone.Key, b.account); err != nil {
			return err
		}
	}
	return nil
}

// told adds what became known of rows that stay as they are.
func (b *batch) told(ctx context.Context, all []ledger.Change) error {
	for _, c := range all {
		if err := b.alter(ctx, c.ID, func(t ledger.Transaction) ledger.Transaction { return c.Told(t, b.at) }); err != nil {
			return err
		}
	}
	return nil
}

// inserts stores new rows by rising date; of a list that runs backwards the last row of a day
// is the oldest. It returns their ids in the order of all.
func (b *batch) inserts(ctx context.Context, all []ledger.Insertion) ([]uuid, error) {
	order := make([]int, len(all))
	for i := range order {
		order[i] = i
	}
	if len(all) > 1 && all[0].Row.Date > all[len(all)-1].Row.Date {
		slices.Reverse(order)
	}
	slices.SortStableFunc(order, func(x, y int) int { return int(all[x].Row.Date) - int(all[y].Row.Date) })
	if err := b.openDays(ctx, all); err != nil {
		return nil, err
	}
	ids, rows := make([]uuid, len(all)), b.fresh()
	for _, i := range order {
		id, err := b.s.ids.next(b.s.from.now().UnixMilli(), b.s.from.random)
		if err != nil {
			return nil, err
		}
		r := record{account: b.account, id: id, bank: all[i].Row.Category, imported: b.imports, rev: 1}
		r.Transaction = all[i].Transaction(ledger.TransactionID(id.String()), "", b.at)
		if err := rows.add(ctx, &r); err != nil {
			return nil, err
		}
		ids[i] = id
	}
	return ids, rows.end(ctx)
}

// review keeps that a new row may be one that was there, for the person to judge.
func (b *batch) review(ctx context.Context, id uuid, m ledger.Match) error {
	other, err := parseUUID(string(m.ID))
	if err != nil {
		return fmt.Errorf("transaction %q: %w", m.ID, err)
	}
	why, err := encode(m.Reason)
	if err != nil {
		return err
	}
	return b.s.exec(ctx, "INSERT INTO reviews (row, other, why) VALUES (?, ?, ?)", id[:], other[:], why)
}

// mine reads a row that must belong to the account of the batch.
func (b *batch) mine(ctx context.Context, id ledger.TransactionID) (record, error) {
	r, err := b.s.rowByID(ctx, id)
	if err == nil && r.account != b.account {
		err = fmt.Errorf("transaction %q of another account: %w", id, ledger.ErrNotFound)
	}
	return r, err
}

// alter writes what by makes of a row. by sees the bank's own category; one that the person
// gave stays on top of it, and so does the note.
func (b *batch) alter(ctx context.Context, id ledger.TransactionID, by func(ledger.Transaction) ledger.Transaction) error {
	old, err := b.mine(ctx, id)
	if err != nil {
		return err
	}
	now := old
	now.Category = old.bank
	now.Transaction = by(now.Transaction)
	now.bank = now.Category
	if old.own {
		now.Category = old.Category
	}
	now.Pending = now.Status == ledger.Pending
	now.rev = old.rev + 1
	if err := b.keep(ctx, &old, now.rev); err != nil {
		return err
	}
	return b.replace(ctx, &old, &now)
}

// mark asks for a new score, and for a look for transfers, from the first day that changed. It counts the writes for good: a score
// of rows that changed meanwhile is known by its count.
func (b *batch) mark(ctx context.Context) error {
	if b.first == nil {
		return nil
	}
	if err := b.s.dropStates(ctx, *b.first); err != nil {
		return err
	}
	return b.s.exec(ctx, `INSERT INTO marks (account, day, writes, pair_day) VALUES (?1, ?2, 1, ?2)
		ON CONFLICT DO UPDATE SET day = CASE WHEN scored < writes THEN min(day, excluded.day) ELSE excluded.day END, writes = writes + 1,
		pair_day = min(coalesce(pair_day, excluded.day), excluded.day)`, b.account, int64(*b.first))
}
