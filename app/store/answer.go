package store

import (
	"context"
	"errors"
	"slices"
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
	const query = `UPDATE alerts SET answer = ?, answered = ?, until = ?, merchant = ?, minor = ?, currency = ?,
		doc = iif(?7 = '', json_remove(doc, '$.Others'), json_set(doc, '$.Others', json(?7))) WHERE id = ?8`
	f := alert.Feedback{}
	if a.Answer == alert.Unanswered {
		a.Answered, a.Until = time.Time{}, time.Time{}
	} else {
		var err error
		if f, err = s.boundTo(ctx, a); err != nil {
			return err
		}
	}
	others, err := othersText(f.Others)
	if err != nil {
		return err
	}
	if err := s.exec(ctx, query, int(a.Answer), nanos(a.Answered), nanos(a.Until), f.Merchant, f.Minor, f.Currency, others, string(a.ID)); err != nil {
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
	const answered = "WHERE " + saidAlert
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

func othersText(all []alert.Bound) (string, error) {
	if len(all) == 0 {
		return "", nil
	}
	return encode(all)
}

// blockAfter keeps the merchants of an alert's rows on the watchlist for as long as the person's answer is that they are not theirs.
func (s *Store) blockAfter(ctx context.Context, a alert.Alert) error {
	blocked := map[string]bool{}
	for i, row := range slices.Backward(a.Rows) {
		key := alert.BlockKeyOf(a.ID, row)
		if i == len(a.Rows)-1 {
			key = alert.BlockKey(a.ID)
		}
		if a.Answer != alert.NotMine {
			if err := s.unblock(ctx, key); err != nil {
				return err
			}
			continue
		}
		block, merchant, err := s.blockOf(ctx, a, row, key)
		if err != nil {
			return err
		}
		if block.Entry == nil || blocked[merchant] {
			continue
		}
		blocked[merchant] = true
		if err := s.putWatch(ctx, block); err != nil {
			return err
		}
	}
	return nil
}

func (s *Store) unblock(ctx context.Context, key string) error {
	was, err := s.watch(ctx, key)
	if err != nil || was.Entry == nil {
		return err
	}
	if err := s.exec(ctx, "DELETE FROM watchlist WHERE id = ?", key); err != nil {
		return err
	}
	return s.markWatched(ctx, was.Entry)
}

// blockOf is what an answer "not mine" to a blocks of one row: nothing where it is no charge, or gone.
func (s *Store) blockOf(ctx context.Context, a alert.Alert, row ledger.TransactionID, key string) (block alert.Watched, merchant string, err error) {
	r, err := s.rowByID(ctx, row)
	if errors.Is(err, ledger.ErrNotFound) {
		return block, "", nil
	}
	merchant = ledger.MerchantOf(r.Row)
	if err != nil || merchant == "" || r.Amount.Minor >= 0 || r.Category == ledger.Transfer {
		return block, "", err
	}
	return alert.Watched{Of: a.Account, Entry: alert.WatchedMerchant{
		ID: key, Merchant: merchant, Shown: alert.ShownOf(r.Row), Blocked: true, Since: a.Answered,
	}}, merchant, nil
}
