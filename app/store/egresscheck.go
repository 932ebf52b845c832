package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
)

// verifyChunk is how many entries are held in memory while the chain is checked.
const verifyChunk = 1000

// youngest is how old a connection is at least when it is pruned: it has surely ended.
const youngest = time.Hour

// VerifyEgress checks the checkpoints, the chain of all entries, each head in kept and the
// totals; told hears how many rows are checked of how many. What is wrong is a VaultDamaged
// fault around a *egress.Broken.
func (s *Store) VerifyEgress(ctx context.Context, kept []egress.Kept, told func(done, total int)) (int64, error) {
	const op = "verify connections"
	v := verification{kept: kept}
	if err := s.read(ctx, op, func(ctx context.Context) error { return v.begin(ctx, s) }); err != nil {
		return 0, broken(op, err)
	}
	for more := true; more; {
		err := s.read(ctx, op, func(ctx context.Context) (err error) {
			more, err = v.next(ctx, s)
			return err
		})
		if err != nil {
			return v.rows, broken(op, err)
		}
		told(int(v.rows), int(max(v.total, v.rows)))
	}
	return v.rows, nil
}

func broken(op string, err error) error {
	var what *egress.Broken
	if errors.As(err, &what) {
		return fault.New(fault.VaultDamaged, op, what)
	}
	return err
}

// verification is a check of the ledger, chunk by chunk, so that others get their turn.
type verification struct {
	kept           []egress.Kept
	at             egress.Head // checked so far
	rows, total    int64
	sent, received int64 // of all rows, those pruned included
}

func (v *verification) begin(ctx context.Context, s *Store) error {
	all, err := s.checkpoints(ctx)
	if err != nil {
		return err
	}
	if v.at, err = egress.VerifyCheckpoints(all); err != nil {
		return err
	}
	for _, c := range all {
		if err := egress.Compare(c.Head, v.kept); err != nil {
			return err
		}
	}
	return s.one(ctx, "SELECT count(*) FROM egress", nil, &v.total)
}

// next checks one chunk. The last one, which is empty, also checks what is around the rows.
func (v *verification) next(ctx context.Context, s *Store) (more bool, err error) {
	chunk, err := s.entries(ctx, entryColumns+"WHERE seq > ? ORDER BY seq LIMIT ?", v.at.Seq, verifyChunk)
	if err != nil {
		return false, err
	}
	if len(chunk) == 0 {
		return false, v.end(ctx, s)
	}
	if err := egress.Verify(chunk, v.at); err != nil {
		return false, err
	}
	for _, e := range chunk {
		v.at = egress.Head{Seq: e.Seq, Hash: e.Hash}
		if err := egress.Compare(v.at, v.kept); err != nil {
			return false, err
		}
	}
	v.rows += int64(len(chunk))
	return true, nil
}

// end compares with the heads beyond the last row, then with the totals.
func (v *verification) end(ctx context.Context, s *Store) error {
	if err := egress.Reaches(v.at, v.kept); err != nil {
		return err
	}
	if err := v.recount(ctx, s); err != nil {
		return err
	}
	const sums = `SELECT coalesce(sum(requests), 0), coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM `
	for _, table := range []string{"egress_totals", "egress_slots"} {
		var requests, sent, received int64
		if err := s.one(ctx, sums+table, nil, &requests, &sent, &received); err != nil {
			return err
		}
		if requests > v.at.Seq {
			return &egress.Broken{Row: v.at.Seq + 1, What: egress.TailCut, Where: "totals"}
		}
		if requests != v.at.Seq || sent != v.sent || received != v.received {
			return &egress.Broken{Row: v.at.Seq, What: egress.SumsDiffer}
		}
	}
	return nil
}

// recount sums the bytes of all rows again: one that ended since its chunk was read counts too.
func (v *verification) recount(ctx context.Context, s *Store) error {
	const query = `SELECT coalesce(sum(sent), 0), coalesce(sum(received), 0) FROM (SELECT sent, received FROM egress
		UNION ALL SELECT * FROM (SELECT sent, received FROM egress_checkpoints ORDER BY seq DESC LIMIT 1))`
	return s.one(ctx, query, nil, &v.sent, &v.received)
}

func (s *Store) checkpoints(ctx context.Context) ([]egress.Checkpoint, error) {
	var all []egress.Checkpoint
	const query = "SELECT seq, hash, sent, received, made, previous, sealed FROM egress_checkpoints ORDER BY seq"
	err := s.each(ctx, query, nil, func(scan func(...any) error) error {
		var c egress.Checkpoint
		var made sql.NullInt64
		err := scan(&c.Seq, &c.Hash, &c.Sent, &c.Received, &made, &c.Previous, &c.Sealed)
		c.Made = instant(made)
		all = append(all, c)
		return err
	})
	return all, err
}

// PruneEgress takes out the entries up to the first that started at before or later, and leaves
// a checkpoint for them; totals stay. Entries of the last hour stay whatever before says. It
// returns how many were taken out.
func (s *Store) PruneEgress(ctx context.Context, before time.Time) (int64, error) {
	now := s.from.now()
	if limit := now.Add(-youngest); before.After(limit) {
		before = limit
	}
	var gone int64
	err := s.change(ctx, "prune connections", func(ctx context.Context) error {
		c := egress.Checkpoint{Made: utc(now)}
		const last = `SELECT seq, hash FROM egress WHERE seq < coalesce((SELECT min(seq) FROM egress WHERE started >= ?), 9223372036854775807)
			ORDER BY seq DESC LIMIT 1`
		err := s.one(ctx, last, []any{nanos(before)}, &c.Seq, &c.Hash)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.one(ctx, "SELECT sum(sent), sum(received) FROM egress WHERE seq <= ?", []any{c.Seq}, &c.Sent, &c.Received); err != nil {
			return err
		}
		all, err := s.checkpoints(ctx)
		if err != nil {
			return err
		}
		if len(all) > 0 {
			earlier := all[len(all)-1]
			c.Sent, c.Received, c.Previous = c.Sent+earlier.Sent, c.Received+earlier.Received, earlier.Sealed
		}
		c.Sealed = egress.HashCheckpoint(c)
		const save = "INSERT INTO egress_checkpoints VALUES (?, ?, ?, ?, ?, ?, ?)"
		if err := s.exec(ctx, save, c.Seq, c.Hash, c.Sent, c.Received, nanos(c.Made), c.Previous, c.Sealed); err != nil {
			return err
		}
		gone, err = s.execCount(ctx, "DELETE FROM egress WHERE seq <= ?", c.Seq)
		return err
	})
	return gone, err
}
