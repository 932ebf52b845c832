package store

import (
	"context"
	"errors"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// Answer records what the person says, with what the answer binds to, and returns the alert as
// it was. Unanswered takes an answer back.
func (s *Store) Answer(ctx context.Context, id alert.ID, answer alert.Answer, at, until time.Time) (was alert.Alert, err error) {
	all, err := s.AnswerEach(ctx, []alert.ID{id}, answer, at, until)
	if err != nil {
		return was, err
	}
	return all[0], nil
}

// AnswerEach is Answer for several alerts, all or none.
func (s *Store) AnswerEach(ctx context.Context, ids []alert.ID, answer alert.Answer, at, until time.Time) (was []alert.Alert, err error) {
	err = s.change(ctx, "answer alerts", func(ctx context.Context) error {
		was = was[:0]
		for _, id := range ids {
			a, err := s.alert(ctx, id)
			if err != nil {
				return err
			}
			was = append(was, a)
			now := a
			now.Answer, now.Answered, now.Until = answer, at, until
			if err := s.setAnswer(ctx, a, now); err != nil {
				return err
			}
		}
		return nil
	})
	return was, err
}

// RestoreAnswers gives alerts the answers that they come with, all or none.
func (s *Store) RestoreAnswers(ctx context.Context, were []alert.Alert) error {
	return s.change(ctx, "take answers back", func(ctx context.Context) error {
		for _, was := range were {
			a, err := s.alert(ctx, was.ID)
			if err != nil {
				return err
			}
			now := a
			now.Answer, now.Answered, now.Until = was.Answer, was.Answered, was.Until
			if err := s.setAnswer(ctx, a, now); err != nil {
				return err
			}
		}
		return nil
	})
}

// setAnswer writes the answer of a, and blocks the merchant of what is not the person's. What an answer teaches has rows judged anew.
func (s *Store) setAnswer(ctx context.Context, was, a alert.Alert) error {
	const query = "UPDATE alerts SET answer = ?, answered = ?, until = ?, merchant = ?, minor = ?, currency = ? WHERE id = ?"
	f := alert.Feedback{}
	if a.Answer == alert.Unanswered {
		a.Answered, a.Until = time.Time{}, time.Time{}
	} else {
		var err error
		if f, err = s.boundTo(ctx, a); err != nil {
			return err
		}
	}
	if err := s.exec(ctx, query, int(a.Answer), nanos(a.Answered), nanos(a.Until), f.Merchant, f.Minor, f.Currency, string(a.ID)); err != nil {
		return err
	}
	if teaches(was.Answer) || teaches(a.Answer) {
		if err := s.rejudge(ctx, s.firstDay(ctx, a)); err != nil {
			return err
		}
	}
	return s.blockAfter(ctx, a)
}

// Answered returns alerts that were answered, the last answer first, limit of them from offset on, and how many there are in all.
func (s *Store) Answered(ctx context.Context, offset, limit int) (found []alert.Alert, all int, err error) {
	const answered = "WHERE answer <> 0 AND withdrawn < 2"
	err = s.read(ctx, "read answered alerts", func(ctx context.Context) error {
		if err := s.one(ctx, "SELECT count(*) FROM alerts "+answered, nil, &all); err != nil {
			return err
		}
		return s.each(ctx, alertColumns+answered+" ORDER BY answered DESC, id LIMIT ? OFFSET ?", []any{limit, offset}, func(scan func(...any) error) error {
			a, err := scanAlert(scan)
			found = append(found, a)
			return err
		})
	})
	return found, all, err
}

// blockAfter keeps the merchant of an alert on the watchlist for as long as the person's answer is that it is not theirs.
func (s *Store) blockAfter(ctx context.Context, a alert.Alert) error {
	key := alert.BlockKey(a.ID)
	was, err := s.watch(ctx, key)
	if err != nil {
		return err
	}
	if a.Answer == alert.NotMine {
		block, err := s.blockOf(ctx, a)
		if err != nil || block.Entry == nil {
			return err
		}
		return s.putWatch(ctx, block)
	}
	if was.Entry == nil {
		return nil
	}
	if err := s.exec(ctx, "DELETE FROM watchlist WHERE id = ?", key); err != nil {
		return err
	}
	return s.markWatched(ctx, was.Entry)
}

// blockOf is what an answer "not mine" to a blocks: nothing where it is about no charge, or its rows are gone.
func (s *Store) blockOf(ctx context.Context, a alert.Alert) (block alert.Watched, err error) {
	if len(a.Rows) == 0 {
		return block, nil
	}
	r, err := s.rowByID(ctx, a.Rows[len(a.Rows)-1])
	if errors.Is(err, ledger.ErrNotFound) {
		return block, nil
	}
	merchant := ledger.MerchantOf(r.Row)
	if err != nil || merchant == "" || r.Amount.Minor >= 0 || r.Category == ledger.Transfer {
		return block, err
	}
	return alert.Watched{Of: a.Account, Entry: alert.WatchedMerchant{
		ID: alert.BlockKey(a.ID), Merchant: merchant, Shown: alert.ShownOf(r.Row), Blocked: true, Since: a.Answered,
	}}, nil
}
