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

// columns is what rowColumns are read into, row after row.
type columns struct {
	of                                                                       record
	uuid                                                                     []byte
	source, names, currency, bank, mcc, card, aliases, history, country, raw sql.NullString
	at, foreign, line, seen, missed, imported, channel                       sql.NullInt64
	into                                                                     []any
}

func newColumns() *columns {
	c := new(columns)
	r := &c.of
	c.into = []any{&r.key, &c.uuid, &r.account, &r.Status, &r.Amount.Minor, &r.Amount.Currency, &r.Payee, &r.Category, &r.Text,
		&r.Memo, &r.Note, &c.source, &c.names, &c.at, &c.foreign, &c.currency, &c.bank, &c.mcc, &c.card, &c.line, &c.aliases, &c.history,
		&c.seen, &r.Missing, &c.missed, &c.imported, &r.rev, &c.country, &c.channel}
	return c
}

// scanRow reads rowColumns. The raw fields stay behind, and Account is left to the caller.
func scanRow(scan func(...any) error) (record, error) { return newColumns().read(scan) }

// read is scanRow.
func (c *columns) read(scan func(...any) error) (record, error) {
	c.of = record{}
	if err := scan(c.into...); err != nil {
		return c.of, err
	}
	r := c.of
	r.id = uuidOf(c.uuid)
	r.ID = ledger.TransactionID(r.id.String())
	r.Pending = r.Status == ledger.Pending
	r.Date, r.At, r.Seen = dayOf(r.key), instant(c.at), instant(c.seen)
	r.SourceID, r.Names, r.MCC, r.Card, r.Line = c.source.String, c.names.String, c.mcc.String, c.card.String, int(c.line.Int64)
	r.Foreign.Minor, r.Foreign.Currency = c.foreign.Int64, c.currency.String
	r.Country, r.Channel = c.country.String, ledger.Channel(c.channel.Int64)
	r.Missed, r.imported = ledger.Date(c.missed.Int64), c.imported.Int64
	r.own, r.bank = c.bank.Valid, r.Category
	if r.own {
		r.bank = ledger.Category(c.bank.String)
	}
	var err error
	if r.Aliases, err = aliasesFrom(c.aliases, r.SourceID); err != nil {
		return r, err
	}
	r.History, err = historyFrom(c.history, r.Seen)
	return r, err
}

// values are the columns of r after id, in the order of rowColumns, and its word.
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
		orNull(r.imported), r.rev, orNull(r.Country), orNull(int64(r.Channel)), r.word(),
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
