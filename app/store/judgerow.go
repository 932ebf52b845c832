package store

import (
	"context"
	"strings"
	"time"

	"coffer/app/ledger"
)

// A million rows are read for the judge, and what a column costs on its way through the driver is most of that. So small numbers come as one, and texts
// too, one after the other with a separator between them that no bank's text has as a rule. A row whose text has it is read once more, text by text.
const (
	judgedNumbers = "SELECT t.key, t.id, t.minor, t.at, t.foreign_minor, (t.account << 12) | (coalesce(t.channel, 0) << 4) | (t.status << 1) | "
	judgedTexts   = `t.currency, t.payee, coalesce(t.bank_category, t.category), t.text, t.memo, coalesce(t.source, ''), coalesce(t.foreign_currency, ''),
		coalesce(t.mcc, ''), coalesce(t.card, ''), coalesce(t.country, '')`
	judgedFrom      = ", concat_ws(char(31), " + judgedTexts + ") FROM transactions t WHERE t.key >= ? AND t.status <> 2 ORDER BY t.key LIMIT ?"
	separator       = '\x1f'
	judgedTextCount = 10

	judgedPlain  = judgedNumbers + "(t.category = 'transfer')" + judgedFrom
	judgedPaired = judgedNumbers + "(" + own + ")" + judgedFrom // where there are transfers between own accounts
)

// judgeRows reads rows from a key on, as many as make one turn.
func (s *Store) judgeRows(ctx context.Context, key int64) (rows []ledger.Transaction, last int64, err error) {
	var paired bool
	err = s.read(ctx, "read rows to judge", func(ctx context.Context) error {
		if err := s.one(ctx, "SELECT EXISTS (SELECT 1 FROM transfers WHERE state = 1)", nil, &paired); err != nil {
			return err
		}
		query := judgedPlain
		if paired {
			query = judgedPaired
		}
		turn := judgedTurn{rows: make([]ledger.Transaction, 0, judgeChunk), accounts: make([]int64, 0, judgeChunk)}
		if err := s.each(ctx, query, []any{key, judgeChunk}, turn.add); err != nil {
			return err
		}
		rows, last = turn.rows, turn.last
		for _, i := range turn.mixed {
			if err := s.judgedTexts(ctx, &rows[i]); err != nil {
				return err
			}
		}
		for i, account := range turn.accounts {
			if rows[i].Account, err = s.accountID(ctx, account); err != nil {
				return err
			}
		}
		return nil
	})
	return rows, last, err
}

// judgedTexts reads the texts of a row one by one.
func (s *Store) judgedTexts(ctx context.Context, t *ledger.Transaction) error {
	id, err := parseUUID(string(t.ID))
	if err != nil {
		return err
	}
	var texts [judgedTextCount]string
	into := make([]any, len(texts))
	for i := range texts {
		into[i] = &texts[i]
	}
	if err := s.one(ctx, "SELECT "+judgedTexts+" FROM transactions t WHERE t.id = ?", []any{id[:]}, into...); err != nil {
		return err
	}
	setJudgedTexts(t, texts)
	return nil
}

// judgedTurn is what one turn of judgeRows has read so far.
type judgedTurn struct {
	rows     []ledger.Transaction // but for their accounts
	accounts []int64              // their keys
	last     int64                // key of the newest row
	mixed    []int                // in rows: those whose texts can't be told apart

	values  [7]any
	targets [7]any
}

// add scans a row as judgedNumbers and judgedFrom have it.
func (r *judgedTurn) add(scan func(...any) error) error {
	for i := range r.values {
		r.targets[i] = &r.values[i]
	}
	if err := scan(r.targets[:]...); err != nil {
		return err
	}
	var t ledger.Transaction
	id, _ := r.values[1].([]byte)
	r.last = r.number(0)
	tags := r.number(5)
	t.ID, t.Date, t.Amount.Minor, t.Foreign.Minor = ledger.TransactionID(uuidOf(id).String()), dayOf(r.last), r.number(2), r.number(4)
	if at, told := r.values[3].(int64); told {
		t.At = time.Unix(0, at).UTC()
	}
	t.Status, t.Channel = ledger.Status(tags>>1&7), ledger.Channel(tags>>4&255)
	t.Pending = t.Status == ledger.Pending
	if tags&1 != 0 {
		t.Category = ledger.Transfer
	}
	texts, _ := r.values[6].(string)
	if apart, ok := splitTexts(texts); ok {
		setJudgedTexts(&t, apart)
	} else {
		r.mixed = append(r.mixed, len(r.rows))
	}
	r.rows, r.accounts = append(r.rows, t), append(r.accounts, tags>>12)
	return nil
}

// number is a column's; 0 of one that is NULL.
func (r *judgedTurn) number(column int) int64 {
	n, _ := r.values[column].(int64)
	return n
}

// splitTexts tells texts apart; false if one of them has the separator in it.
func splitTexts(packed string) (texts [judgedTextCount]string, ok bool) {
	for i := range texts {
		end := strings.IndexByte(packed, separator)
		if last := i == judgedTextCount-1; last != (end < 0) {
			return texts, false
		} else if last {
			end = len(packed)
		}
		texts[i], packed = packed[:end], packed[min(end+1, len(packed)):]
	}
	return texts, true
}

// setJudgedTexts sets what judgedTexts tells, in its order.
func setJudgedTexts(t *ledger.Transaction, texts [judgedTextCount]string) {
	t.Amount.Currency, t.Payee, t.Text, t.Memo = texts[0], texts[1], texts[3], texts[4]
	if t.Category != ledger.Transfer {
		t.Category = ledger.Category(texts[2])
	}
	t.SourceID, t.Foreign.Currency, t.MCC, t.Card, t.Country = texts[5], texts[6], texts[7], texts[8], texts[9]
}
