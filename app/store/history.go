package store

import (
	"context"
	"iter"
	"slices"
	"strings"

	"coffer/app/ledger"
)

// historyChunk is how many rows History reads at a turn; others get theirs between.
const historyChunk = 2000

// History yields the booked and pending rows of an account from a day on, the zero date for
// all, in order of date, then Seen, then id, without raw fields. It stops after an error.
// Other calls may be made while it runs.
func (s *Store) History(ctx context.Context, account ledger.AccountID, from ledger.Date) iter.Seq2[ledger.Transaction, error] {
	return func(yield func(ledger.Transaction, error) bool) {
		next := int64(0)
		if from != 0 {
			next = keyOf(clampDay(from))
		}
		var held []ledger.Transaction
		for {
			rows, err := s.historyFrom(ctx, account, next)
			if err != nil {
				yield(ledger.Transaction{}, err)
				return
			}
			for _, r := range rows {
				if len(held) > 0 && r.Date != held[0].Date {
					if !yieldDay(held, yield) {
						return
					}
					held = held[:0]
				}
				held = append(held, r.Transaction)
			}
			if len(rows) < historyChunk {
				yieldDay(held, yield)
				return
			}
			next = rows[len(rows)-1].key + 1
		}
	}
}

func yieldDay(day []ledger.Transaction, yield func(ledger.Transaction, error) bool) bool {
	slices.SortFunc(day, func(a, b ledger.Transaction) int {
		if c := a.Seen.Compare(b.Seen); c != 0 {
			return c
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	for _, t := range day {
		if !yield(t, nil) {
			return false
		}
	}
	return true
}

func (s *Store) historyFrom(ctx context.Context, account ledger.AccountID, key int64) ([]record, error) {
	const (
		of    = "SELECT " + rowColumns + " FROM transactions WHERE account = ? AND key >= ? AND status = "
		query = of + "0 UNION ALL " + of + "1 ORDER BY key LIMIT ?"
	)
	var rows []record
	err := s.read(ctx, "read the history of an account", func(ctx context.Context) error {
		owner, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		if rows, err = s.records(ctx, query, owner, key, owner, key, historyChunk); err != nil {
			return err
		}
		for i := range rows {
			rows[i].Account = account
		}
		return nil
	})
	return rows, err
}
