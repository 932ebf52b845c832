package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"iter"
	"slices"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// Due returns what waits to be judged.
func (s *Store) Due(ctx context.Context) (alert.Due, error) {
	var d alert.Due
	marks, err := s.Marks(ctx)
	if err != nil {
		return d, err
	}
	d.Marks = marks
	err = s.read(ctx, "read what waits to be judged", func(ctx context.Context) error {
		var again, looked, first, last sql.NullInt64
		if err := s.one(ctx, "SELECT epoch, again, looked FROM alert_judge", nil, &d.Epoch, &again, &looked); err != nil {
			return err
		}
		if again.Valid {
			day := ledger.Date(again.Int64)
			d.Again = &day
		}
		d.Looked = ledger.Date(looked.Int64)
		if err := s.one(ctx, "SELECT (SELECT min(key) FROM transactions), (SELECT max(key) FROM transactions)", nil, &first, &last); err != nil {
			return err
		}
		if d.Rows = first.Valid; d.Rows {
			d.First, d.Last = dayOf(first.Int64), dayOf(last.Int64)
		}
		return s.each(ctx, "SELECT day FROM alert_states ORDER BY day", nil, func(scan func(...any) error) error {
			var day ledger.Date
			err := scan(&day)
			d.States = append(d.States, day)
			return err
		})
	})
	return d, err
}

// JudgeState returns the state of the judge at the start of a day. It wraps ledger.ErrNotFound.
func (s *Store) JudgeState(ctx context.Context, day ledger.Date) ([]byte, error) {
	var doc []byte
	err := s.read(ctx, "read the state of the judge of alerts", func(ctx context.Context) error {
		err := s.one(ctx, "SELECT doc FROM alert_states WHERE day = ?", []any{int64(day)}, &doc)
		if errors.Is(err, sql.ErrNoRows) {
			return ledger.ErrNotFound
		}
		return err
	})
	return doc, err
}

// JudgeAgain asks for a new judgement of the rows from a day on, for something that changed beside rows.
func (s *Store) JudgeAgain(ctx context.Context, from ledger.Date) error {
	return s.change(ctx, "ask for a new judgement", func(ctx context.Context) error { return s.rejudge(ctx, from) })
}

// rejudge is JudgeAgain within a change.
func (s *Store) rejudge(ctx context.Context, from ledger.Date) error {
	const ask = "UPDATE alert_judge SET epoch = epoch + 1, again = min(coalesce(again, ?1), ?1)"
	if err := s.exec(ctx, ask, int64(from)); err != nil {
		return err
	}
	return s.dropStates(ctx, from)
}

// dropStates forgets what the judge knew after rows of a day that changed.
func (s *Store) dropStates(ctx context.Context, from ledger.Date) error {
	return s.exec(ctx, "DELETE FROM alert_states WHERE day > ?", int64(from))
}

// judgeChunk is how many rows JudgeRows reads at a turn; others get theirs between.
const judgeChunk = 4000

// own is whether a row is one of a transfer between own accounts.
const own = `t.category = 'transfer' OR EXISTS (SELECT 1 FROM transfers WHERE out_row = t.id AND state = 1)
	OR EXISTS (SELECT 1 FROM transfers WHERE in_row = t.id AND state = 1)`

// JudgeRows yields the booked and pending rows of all accounts from a day on, as the judge of alerts reads them: in slices of whole days, by
// rising date. Category is the bank's, for the person's may change long after; ledger.Transfer where a row is one side of a transfer between
// own accounts. It stops after an error. Other calls may be made while it runs.
func (s *Store) JudgeRows(ctx context.Context, from ledger.Date) iter.Seq2[[]ledger.Transaction, error] {
	return func(yield func([]ledger.Transaction, error) bool) {
		next := keyOf(clampDay(from))
		var held []ledger.Transaction
		for {
			rows, last, err := s.judgeRows(ctx, next)
			if err != nil {
				yield(nil, err)
				return
			}
			held = append(held, rows...)
			if len(rows) < judgeChunk {
				if len(held) > 0 {
					yield(held, nil)
				}
				return
			}
			whole := len(held)
			for whole > 0 && held[whole-1].Date == held[len(held)-1].Date {
				whole--
			}
			if whole > 0 && !yield(held[:whole:whole], nil) {
				return
			}
			held, next = slices.Clone(held[whole:]), last+1
		}
	}
}

// errStale ends a change that would save what is no longer so.
var errStale = errors.New("what was judged has changed since")

// SaveScored stores what a judgement found, in one transaction: a known ID keeps its answer and what was said then; an alert of the days judged
// that is unanswered or put off, and is no longer found, is withdrawn, with the reason; the marks are cleared. If anything that it hangs on was written since Due
// told of it, nothing is saved and fresh is false: the judgement is of what is no longer so.
func (s *Store) SaveScored(ctx context.Context, d alert.Scored) (fresh bool, err error) {
	err = s.change(ctx, "save alerts", func(ctx context.Context) error {
		if err := s.stillSo(ctx, d); err != nil {
			return err
		}
		if err := s.withdraw(ctx, d); err != nil {
			return err
		}
		for _, a := range d.Found {
			if err := s.saveFound(ctx, a); err != nil {
				return err
			}
		}
		return s.saveStates(ctx, d)
	})
	if errors.Is(err, errStale) {
		return false, nil
	}
	return err == nil, err
}

// stillSo clears the marks, and errs with errStale if anything was written meanwhile but to accounts that wait.
func (s *Store) stillSo(ctx context.Context, d alert.Scored) error {
	const (
		judged = "UPDATE alert_judge SET again = NULL, looked = ? WHERE epoch = ?"
		clear  = "UPDATE marks SET scored = writes WHERE writes = ? AND account = (SELECT key FROM accounts WHERE id = ?)"
		others = `SELECT EXISTS (SELECT 1 FROM marks m JOIN accounts a ON a.key = m.account WHERE m.scored < m.writes
			AND a.id NOT IN (SELECT value FROM json_each(?)))`
	)
	n, err := s.execCount(ctx, judged, int64(d.Looked), d.Epoch)
	for _, m := range d.Marks {
		if err != nil || n == 0 {
			break
		}
		n, err = s.execCount(ctx, clear, m.Writes, string(m.Account))
	}
	if err != nil {
		return err
	}
	waiting, err := waitingText(d.Waiting)
	if err != nil {
		return err
	}
	var more bool
	if err := s.one(ctx, others, []any{waiting}, &more); err != nil {
		return err
	}
	if n == 0 || more {
		return errStale
	}
	return nil
}

func waitingText(ids []ledger.AccountID) (string, error) {
	if ids == nil {
		ids = []ledger.AccountID{}
	}
	return encode(ids)
}

// withdraw takes back the alerts of the days judged that the person has not judged, those put off too, and those of the ends of days:
// each judgement looks at these anew. Those that are found again are brought back by saveFound.
func (s *Store) withdraw(ctx context.Context, d alert.Scored) error {
	const query = `UPDATE alerts SET withdrawn = 1, because = ? WHERE answer IN (0, 3) AND withdrawn = 0
		AND (day >= ? OR day >= ? AND detector IN (SELECT value FROM json_each(?)))
		AND account NOT IN (SELECT a.key FROM accounts a JOIN json_each(?) w ON w.value = a.id)`
	because, err := encode(ledger.Reason{ID: alert.WithdrawnLate})
	if err != nil {
		return err
	}
	waiting, err := waitingText(d.Waiting)
	if err != nil {
		return err
	}
	looks, err := encode(alert.Looks())
	if err != nil {
		return err
	}
	return s.exec(ctx, query, because, int64(d.From), int64(d.Fresh), looks, waiting)
}

// saveFound keeps an alert. What an answer of the person explains is no news: it is kept only as the reason why an alert was withdrawn.
func (s *Store) saveFound(ctx context.Context, a alert.Alert) error {
	if a.Withdrawn {
		because, err := encode(a.Because)
		if err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE alerts SET because = ? WHERE id = ? AND withdrawn = 1 AND answer IN (0, 3)", because, string(a.ID))
	}
	account, err := s.accountKey(ctx, a.Account)
	if err != nil {
		return err
	}
	return s.saveAlert(ctx, account, a)
}

// saveStates keeps the states of the judge that d has, and of the others those that it names.
func (s *Store) saveStates(ctx context.Context, d alert.Scored) error {
	keep := d.Keep
	if keep == nil {
		keep = []ledger.Date{}
	}
	days, err := encode(keep)
	if err != nil {
		return err
	}
	if err := s.exec(ctx, "DELETE FROM alert_states WHERE day NOT IN (SELECT value FROM json_each(?))", days); err != nil {
		return err
	}
	for _, state := range d.Sealed {
		if err := s.exec(ctx, "INSERT OR REPLACE INTO alert_states VALUES (?, ?)", int64(state.Day), state.Bytes); err != nil {
			return fmt.Errorf("keep the state of the judge of alerts: %w", err)
		}
	}
	return nil
}

// BookedSums returns what the booked rows of each account come to, in minor units of the account's currency.
func (s *Store) BookedSums(ctx context.Context) (map[ledger.AccountID]int64, error) {
	const query = `SELECT a.id, coalesce(sum(m.money_in + m.money_out), 0) FROM accounts a
		LEFT JOIN months m ON m.account = a.key AND m.currency = a.currency GROUP BY a.id`
	sums := map[ledger.AccountID]int64{}
	err := s.read(ctx, "sum up the rows of accounts", func(ctx context.Context) error {
		return s.each(ctx, query, nil, func(scan func(...any) error) error {
			var id ledger.AccountID
			var sum int64
			err := scan(&id, &sum)
			sums[id] = sum
			return err
		})
	})
	return sums, err
}
