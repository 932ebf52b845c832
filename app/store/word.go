package store

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"coffer/app/ledger"
)

// wordOf is a hash of what a bank says of a row: equal words are the same row word for word, apart from its raw fields.
func wordOf(r *ledger.Row) int64 {
	var number [8]byte
	hash := uint64(fnvBegin)
	if r.Pending {
		hash ^= 1
	}
	for _, n := range [...]int64{int64(r.Date), r.Amount.Minor, r.Foreign.Minor, int64(r.Channel), madeAt(r)} {
		binary.LittleEndian.PutUint64(number[:], uint64(n))
		for _, b := range number {
			hash = (hash ^ uint64(b)) * fnvPrime
		}
	}
	for _, text := range [...]string{
		r.SourceID, r.Names, r.Amount.Currency, r.Foreign.Currency, r.Payee, r.Text, r.Memo, string(r.Category), r.MCC, r.Card, r.Country,
	} {
		hash = (fnv(hash, text) ^ 0xff) * fnvPrime // no byte of a text
	}
	return int64(hash)
}

// madeAt is r.At as it is stored, with a number of its own for none.
func madeAt(r *ledger.Row) int64 {
	if r.At.IsZero() {
		return math.MinInt64
	}
	return r.At.UnixNano()
}

// word is the column word of r.
func (r *record) word() any {
	if !r.Plain() {
		return nil
	}
	said := r.Row
	said.Category = r.bank
	return wordOf(&said)
}

// said is the rows of a batch by their words, to recognise stored ones without reading them.
type said struct {
	rows  []ledger.Row
	words []int64
	first map[int64]int // a row of each word
	come  map[int64]int // rows of each word in the batch, less the stored ones that were found
}

// saying hashes rows of a bank.
func saying(rows []ledger.Row) *said {
	all := &said{rows, make([]int64, len(rows)), make(map[int64]int, len(rows)), make(map[int64]int, len(rows))}
	for i := range rows {
		word := wordOf(&rows[i])
		all.words[i], all.first[word] = word, i
		all.come[word]++
	}
	return all
}

// known reports which rows of the batch are stored word for word.
func (a *said) known() []bool {
	known := make([]bool, len(a.rows))
	for i, word := range a.words {
		known[i] = a.come[word] <= 0
	}
	return known
}

// plain is a stored row that says what row i of the batch does.
func (a *said) plain(i int, r *record) {
	r.Row = a.rows[i]
	r.Raw, r.bank = nil, r.Category
	if !r.At.IsZero() {
		r.At = r.At.UTC()
	}
	r.Aliases = []string{r.SourceID}
	r.History = []ledger.Step{{At: r.Seen, What: ledger.FirstSeen, Reason: ledger.Reason{ID: plainNew}}}
}

// addSaid adds the plain rows from the day on that of.plain tells first. Those that say what a row of the batch does are made of that.
func (s *Store) addSaid(ctx context.Context, account int64, found []record, of reach) ([]record, error) {
	const (
		query = `SELECT key, id, seen, word FROM transactions
			WHERE account = ? AND status = 0 AND key >= ? AND key < ? AND word IS NOT NULL AND missing = 0`
		byKey = "WHERE key IN (SELECT value FROM json_each(?))"
	)
	var others []int64
	c := newColumns()
	low, high := keyOf(clampDay(of.plainFrom(nil))), keyOf(clampDay(of.to)+1)
	err := s.each(ctx, query, []any{account, low, high}, func(scan func(...any) error) error {
		r, word := record{account: account}, int64(0)
		if err := scan(&r.key, &c.uuid, &c.seen, &word); err != nil {
			return err
		}
		i, same := of.said.first[word]
		if !same {
			others = append(others, r.key)
			return nil
		}
		of.said.come[word]--
		r.id, r.Seen = uuidOf(c.uuid), instant(c.seen)
		r.ID = ledger.TransactionID(r.id.String())
		of.said.plain(i, &r)
		found = append(found, r)
		return nil
	})
	if err != nil || len(others) == 0 {
		return found, err
	}
	list, err := encode(others)
	if err != nil {
		return nil, fmt.Errorf("name rows: %w", err)
	}
	return s.recordsOf(ctx, found, of.columns()+byKey, list)
}
