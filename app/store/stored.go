package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"slices"

	"coffer/app/ledger"
)

// Stored returns what ledger.Reconcile needs of an account: every row of the days from to to,
// inclusive, whatever its status; every other row that is pending or ever had one of the aliases; and
// every tombstone. Category is the bank's or file's own here, so that the person's changes no match.
// Rows come by rising date.
func (s *Store) Stored(ctx context.Context, account ledger.AccountID, from, to ledger.Date, aliases []string) ([]ledger.Transaction, []ledger.Tombstone, error) {
	var rows []ledger.Transaction
	var gone []ledger.Tombstone
	err := s.read(ctx, "read stored rows", func(ctx context.Context) (err error) {
		rows, gone, err = s.stored(ctx, account, reach{from: from, to: to, aliases: func(bool) []string { return aliases }})
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return rows, gone, nil
}

// Recent returns the last day from from to to, inclusive, on which an account has a booked row, and the first day ever on which
// it has a pending one; the zero date where there is none.
func (s *Store) Recent(ctx context.Context, account ledger.AccountID, from, to ledger.Date) (booked, pending ledger.Date, err error) {
	const query = `SELECT (SELECT max(key) FROM transactions WHERE account = ?1 AND status = 0 AND key >= ?2 AND key < ?3),
		(SELECT min(key) FROM transactions WHERE account = ?1 AND status = 1)`
	err = s.read(ctx, "read the last rows", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		var last, first sql.NullInt64
		if err := s.one(ctx, query, []any{key, keyOf(clampDay(from)), keyOf(clampDay(to) + 1)}, &last, &first); err != nil {
			return err
		}
		if last.Valid {
			booked = dayOf(last.Int64)
		}
		if first.Valid {
			pending = dayOf(first.Int64)
		}
		return nil
	})
	return booked, pending, err
}

// reach is the part of an account's rows that stored returns.
type reach struct {
	from, to ledger.Date
	aliases  func(prints bool) []string
	said     *said                                           // the rows of the batch, where stored ones may be made of them; nil: all are read
	bare     bool                                            // without raw fields
	plain    func(first ledger.Date, waits bool) ledger.Date // where plain rows begin (ledger.Batch.PlainFrom); nil: at from
}

// plainFrom is where plain rows begin, by the other rows that were found.
func (of reach) plainFrom(found []record) ledger.Date {
	if of.plain == nil {
		return of.from
	}
	var first ledger.Date
	waits := false
	for i := range found {
		if r := &found[i]; r.Status != ledger.Booked && (!waits || r.Date < first) {
			first, waits = r.Date, true
		}
	}
	return of.plain(first, waits)
}

func (s *Store) stored(ctx context.Context, account ledger.AccountID, of reach) ([]ledger.Transaction, []ledger.Tombstone, error) {
	key, err := s.accountKey(ctx, account)
	if err != nil {
		return nil, nil, err
	}
	found, err := s.window(ctx, key, of)
	if err == nil && of.said != nil {
		found, err = s.addSaid(ctx, key, found, of)
	}
	if err == nil {
		found, err = s.addAliased(ctx, key, found, of)
	}
	if err == nil {
		found, err = s.addPlain(ctx, key, found, of)
	}
	if err != nil {
		return nil, nil, err
	}
	slices.SortFunc(found, func(a, b record) int { return cmp.Compare(a.key, b.key) })
	rows := make([]ledger.Transaction, len(found))
	for i := range found {
		rows[i] = found[i].Transaction
		rows[i].Account = account
	}
	if err := s.addApart(ctx, rows); err != nil {
		return nil, nil, err
	}
	gone, err := s.tombstones(ctx, key)
	return rows, gone, err
}

// addApart gives each of rows the others of which the person said that they are no movement of its.
func (s *Store) addApart(ctx context.Context, rows []ledger.Transaction) error {
	apart := map[ledger.TransactionID][]ledger.TransactionID{}
	err := s.each(ctx, "SELECT row, other FROM reviews WHERE verdict = 2 ORDER BY row, other", nil, func(scan func(...any) error) error {
		var row, other []byte
		err := scan(&row, &other)
		a, b := ledger.TransactionID(uuidOf(row).String()), ledger.TransactionID(uuidOf(other).String())
		apart[a], apart[b] = append(apart[a], b), append(apart[b], a)
		return err
	})
	for i := range rows {
		if len(apart) == 0 {
			break
		}
		rows[i].Apart = apart[rows[i].ID]
	}
	return err
}

const (
	withRaw    = "SELECT " + rowColumns + ", " + rawOfRow + " FROM transactions "
	withoutRaw = "SELECT " + rowColumns + ", NULL FROM transactions "
)

func (of reach) columns() string {
	if of.bare {
		return withoutRaw
	}
	return withRaw
}

// plainRow is ledger.Transaction.Plain of a row.
const plainRow = `(status = 0 AND history IS NULL AND aliases IS NULL AND names IS NULL AND line IS NULL AND source IS NOT NULL AND missing = 0)`

// oddRow is what the index transactions_odd holds: every row of which more is known than its word.
const oddRow = `(word IS NULL OR missing > 0)`

// window reads the rows of the days of of, and all that is pending. Of plain rows it leaves out those before of.plainFrom, as far
// as that is known yet, and those that addSaid adds.
func (s *Store) window(ctx context.Context, account int64, of reach) ([]record, error) {
	which := "account = ?1 AND status IN (0, 1, 2)"
	if of.said != nil {
		which = "account = ?1 AND " + oddRow
	}
	query := of.columns() + "WHERE " + which + " AND key >= ?2 AND key < ?3 AND (key >= ?4 OR NOT " + plainRow + `)
		UNION ALL ` + of.columns() + "WHERE account = ?1 AND status = 1 AND NOT (key >= ?2 AND key < ?3)"
	return s.recordsOf(ctx, nil, query, account, keyOf(clampDay(of.from)), keyOf(clampDay(of.to)+1), keyOf(clampDay(of.plainFrom(nil))))
}

// addPlain adds the plain rows that window left out and that the others call for.
func (s *Store) addPlain(ctx context.Context, account int64, found []record, of reach) ([]record, error) {
	from, to := of.plainFrom(found), of.plainFrom(nil)
	if from >= to {
		return found, nil
	}
	low, high := keyOf(clampDay(from)), keyOf(clampDay(to))
	found = slices.DeleteFunc(found, func(r record) bool { return low <= r.key && r.key < high && r.Plain() }) // came by a name
	query := of.columns() + "WHERE account = ?1 AND status = 0 AND key >= ?2 AND key < ?3 AND " + plainRow
	return s.recordsOf(ctx, found, query, account, low, high)
}

// recordsOf adds to rows what a query of of.columns finds.
func (s *Store) recordsOf(ctx context.Context, rows []record, query string, args ...any) ([]record, error) {
	into := newColumnsWithRaw()
	err := s.each(ctx, query, args, func(scan func(...any) error) error {
		r, err := into.readWithRaw(scan)
		rows = append(rows, r)
		return err
	})
	return rows, err
}

// clampDay keeps a day of a window within what a key can hold.
func clampDay(day ledger.Date) ledger.Date {
	return min(max(day, -keyFirst), 1<<17)
}

// newColumnsWithRaw are columns of withRaw.
func newColumnsWithRaw() *columns {
	c := newColumns()
	c.into = append(c.into, &c.raw)
	return c
}

// readWithRaw reads a row of withRaw with the bank's category.
func (c *columns) readWithRaw(scan func(...any) error) (record, error) {
	r, err := c.read(scan)
	if err != nil {
		return r, err
	}
	r.Category = r.bank
	if c.raw.Valid {
		r.Raw, err = rawFrom(c.raw.String)
	}
	return r, err
}

func (s *Store) tombstones(ctx context.Context, account int64) ([]ledger.Tombstone, error) {
	var gone []ledger.Tombstone
	err := s.each(ctx, "SELECT key, doc FROM tombstones WHERE account = ? ORDER BY key", []any{account}, func(scan func(...any) error) error {
		var t ledger.Tombstone
		var doc string
		if err := scan(&t.Key, &doc); err != nil {
			return err
		}
		if err := decode(doc, &t); err != nil {
			return err
		}
		gone = append(gone, t)
		return nil
	})
	return gone, err
}

// Reading returns how far an account was read, the zero Reading if it never was.
func (s *Store) Reading(ctx context.Context, account ledger.AccountID) (ledger.Reading, error) {
	var r ledger.Reading
	err := s.read(ctx, "read how far an account was read", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, account)
		if err != nil {
			return err
		}
		r, err = s.reading(ctx, key)
		return err
	})
	return r, err
}

func (s *Store) reading(ctx context.Context, account int64) (ledger.Reading, error) {
	const query = "SELECT from_day, to_day, cursor, done, at FROM readings WHERE account = ?"
	var r ledger.Reading
	var at sql.NullInt64
	err := s.one(ctx, query, []any{account}, &r.From, &r.To, &r.Cursor, &r.Done, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return ledger.Reading{}, nil
	}
	r.At = instant(at)
	return r, err
}

func (s *Store) saveReading(ctx context.Context, account int64, r ledger.Reading) error {
	return s.exec(ctx, "INSERT OR REPLACE INTO readings VALUES (?, ?, ?, ?, ?, ?)",
		account, int64(r.From), int64(r.To), r.Cursor, r.Done, nanos(r.At))
}
