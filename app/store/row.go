package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"coffer/app/ledger"
)

// record is a row of the transactions table.
type record struct {
	ledger.Transaction
	key, account int64
	id           uuid
	own          bool            // Category is the person's
	bank         ledger.Category // the bank's or the file's
	imported     int64
	rev          int64
}

// A key holds the day and a number within the day, so that keys go by date.
const (
	keyBits  = 20
	keyFirst = 25567 // 1900-01-01 is day 0
)

// keyOf is the least key of day.
func keyOf(day ledger.Date) int64 { return (int64(day) + keyFirst) << keyBits }

func dayOf(key int64) ledger.Date { return ledger.Date(key>>keyBits - keyFirst) }

const rowColumns = `key, id, account, status, minor, currency, payee, category, text, memo, note, source, names, at,
	foreign_minor, foreign_currency, bank_category, mcc, card, line, aliases, history, seen, missing, missed, import, rev, country, channel`

// scanRow reads rowColumns. The raw fields stay behind, and Account is left to the caller.
func scanRow(scan func(...any) error) (record, error) {
	var r record
	var id []byte
	var source, names, currency, bank, mcc, card, aliases, history, country sql.NullString
	var at, foreign, line, seen, missed, imported, channel sql.NullInt64
	err := scan(&r.key, &id, &r.account, &r.Status, &r.Amount.Minor, &r.Amount.Currency, &r.Payee, &r.Category, &r.Text,
		&r.Memo, &r.Note, &source, &names, &at, &foreign, &currency, &bank, &mcc, &card, &line, &aliases, &history,
		&seen, &r.Missing, &missed, &imported, &r.rev, &country, &channel)
	if err != nil {
		return r, err
	}
	r.id = uuidOf(id)
	r.ID = ledger.TransactionID(r.id.String())
	r.Pending = r.Status == ledger.Pending
	r.Date, r.At, r.Seen = dayOf(r.key), instant(at), instant(seen)
	r.SourceID, r.Names, r.MCC, r.Card, r.Line = source.String, names.String, mcc.String, card.String, int(line.Int64)
	r.Foreign.Minor, r.Foreign.Currency = foreign.Int64, currency.String
	r.Country, r.Channel = country.String, ledger.Channel(channel.Int64)
	r.Missed, r.imported = ledger.Date(missed.Int64), imported.Int64
	r.own, r.bank = bank.Valid, r.Category
	if r.own {
		r.bank = ledger.Category(bank.String)
	}
	if r.Aliases, err = aliasesFrom(aliases, r.SourceID); err != nil {
		return r, err
	}
	r.History, err = historyFrom(history, r.Seen)
	return r, err
}

// values are the columns of r after id, in the order of rowColumns.
func (r *record) values() ([]any, error) {
	aliases, err := aliasesText(r.Aliases, r.SourceID)
	if err != nil {
		return nil, err
	}
	history, err := historyText(r.History, r.Seen)
	if err != nil {
		return nil, err
	}
	var bank any
	if r.own {
		bank = string(r.bank)
	}
	return []any{
		r.account, int(r.Status), r.Amount.Minor, r.Amount.Currency, r.Payee, string(r.Category), r.Text, r.Memo, r.Note,
		orNull(r.SourceID), orNull(r.Names), nanos(r.At), orNull(r.Foreign.Minor), orNull(r.Foreign.Currency), bank,
		orNull(r.MCC), orNull(r.Card), orNull(int64(r.Line)), aliases, history, nanos(r.Seen), r.Missing, orNull(int64(r.Missed)),
		orNull(r.imported), r.rev, orNull(r.Country), orNull(int64(r.Channel)),
	}, nil
}

func aliasesFrom(text sql.NullString, source string) ([]string, error) {
	if text.Valid {
		var all []string
		return all, decode(text.String, &all)
	}
	if source == "" {
		return nil, nil
	}
	return []string{source}, nil
}

func aliasesText(aliases []string, source string) (any, error) {
	if len(aliases) == 1 && aliases[0] == source && source != "" || len(aliases) == 0 && source == "" {
		return nil, nil
	}
	if aliases == nil {
		aliases = []string{}
	}
	return encode(aliases)
}

// plainNew is the reason that most rows begin with; it is stored as NULL.
const plainNew = "new"

// step is a ledger.Step as it is stored.
type step struct {
	At   int64             `json:"at"`
	What ledger.StepKind   `json:"what"`
	Why  string            `json:"why"`
	Args map[string]string `json:"args,omitempty"`
}

func historyFrom(text sql.NullString, seen time.Time) ([]ledger.Step, error) {
	if !text.Valid {
		return []ledger.Step{{At: seen, What: ledger.FirstSeen, Reason: ledger.Reason{ID: plainNew}}}, nil
	}
	var steps []step
	if err := decode(text.String, &steps); err != nil {
		return nil, err
	}
	all := make([]ledger.Step, len(steps))
	for i, st := range steps {
		all[i] = ledger.Step{At: time.Unix(0, st.At).UTC(), What: st.What, Reason: ledger.Reason{ID: st.Why, Args: st.Args}}
	}
	return all, nil
}

func historyText(all []ledger.Step, seen time.Time) (any, error) {
	if len(all) == 1 && all[0].What == ledger.FirstSeen && all[0].Reason.ID == plainNew && len(all[0].Reason.Args) == 0 && all[0].At.Equal(seen) {
		return nil, nil
	}
	steps := make([]step, len(all))
	for i, st := range all {
		steps[i] = step{st.At.UnixNano(), st.What, st.Reason.ID, st.Reason.Args}
	}
	return encode(steps)
}

// rowByID reads one row without its raw fields. It wraps ledger.ErrNotFound.
func (s *Store) rowByID(ctx context.Context, id ledger.TransactionID) (record, error) {
	u, err := parseUUID(string(id))
	if err != nil {
		return record{}, fmt.Errorf("transaction %q: %w", id, err)
	}
	var r record
	err = s.oneRow(ctx, "SELECT "+rowColumns+" FROM transactions WHERE id = ?", []any{u[:]}, func(scan func(...any) error) error {
		var err error
		r, err = scanRow(scan)
		return err
	})
	if errors.Is(err, sql.ErrNoRows) {
		return r, fmt.Errorf("transaction %q: %w", id, ledger.ErrNotFound)
	}
	if err == nil {
		r.Account, err = s.accountID(ctx, r.account)
	}
	return r, err
}
