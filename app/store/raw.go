package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"coffer/app/ledger"
)

// rawBits is how far the account lies from the key of a row in the key of its raw fields: those of an account lie together, so
// that a first read of years does not go through the fields of every account again and again. What was written before schema 18
// lies at the key of the row alone, until it is written again.
const rawBits = 37

func (r *record) rawKey() int64 { return r.account<<rawBits + r.key }

// Of a row of transactions: its raw fields, or NULL, and where they may lie.
const (
	rawOfRow  = "coalesce((SELECT fields FROM raw WHERE raw.key = (account << 37) + transactions.key), (SELECT fields FROM raw WHERE raw.key = transactions.key))"
	rawPlaces = "SELECT key FROM transactions WHERE account = ?1 UNION ALL SELECT (account << 37) + key FROM transactions WHERE account = ?1"
)

// rawOf reads the raw fields of a row; none is nil.
func (s *Store) rawOf(ctx context.Context, r *record) ([]ledger.Field, error) {
	var text string
	err := s.one(ctx, "SELECT fields FROM raw WHERE key IN (?, ?)", []any{r.rawKey(), r.key}, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return rawFrom(text)
}

// saveRaw writes the raw fields of a row, if it has any.
func (b *batch) saveRaw(ctx context.Context, r *record) error {
	if len(r.Raw) == 0 {
		return nil
	}
	text, err := rawText(r.Raw)
	if err != nil {
		return err
	}
	return b.putRaw(ctx, r, sql.NullString{String: text, Valid: true})
}

// putRaw makes text the raw fields of a row.
func (b *batch) putRaw(ctx context.Context, r *record, text sql.NullString) error {
	if err := b.dropRaw(ctx, r); err != nil || !text.Valid {
		return err
	}
	if err := b.s.exec(ctx, "INSERT INTO raw VALUES (?, ?)", r.rawKey(), text.String); err != nil {
		return fmt.Errorf("save raw fields: %w", err)
	}
	return nil
}

func (b *batch) dropRaw(ctx context.Context, r *record) error {
	if err := b.s.exec(ctx, "DELETE FROM raw WHERE key IN (?, ?)", r.rawKey(), r.key); err != nil {
		return fmt.Errorf("drop raw fields: %w", err)
	}
	return nil
}

// moveRaw lets the raw fields follow a row to another key.
func (b *batch) moveRaw(ctx context.Context, old, now *record) error {
	if err := b.s.exec(ctx, "UPDATE raw SET key = ? WHERE key IN (?, ?)", now.rawKey(), old.rawKey(), old.key); err != nil {
		return fmt.Errorf("move raw fields: %w", err)
	}
	return nil
}

func rawFrom(text string) ([]ledger.Field, error) {
	var flat []string
	if err := decode(text, &flat); err != nil {
		return nil, err
	}
	fields := make([]ledger.Field, 0, len(flat)/2)
	for pair := range slices.Chunk(flat, 2) {
		fields = append(fields, ledger.Field{Name: pair[0], Value: pair[len(pair)-1]})
	}
	return fields, nil
}

func rawText(fields []ledger.Field) (text string, err error) {
	size := 2
	for _, f := range fields {
		size += len(f.Name) + len(f.Value) + 6
	}
	flat := append(make([]byte, 0, size), '[')
	for i, f := range fields {
		if i > 0 {
			flat = append(flat, ',')
		}
		if flat, err = appendText(flat, f.Name); err != nil {
			return "", err
		}
		if flat, err = appendText(append(flat, ','), f.Value); err != nil {
			return "", err
		}
	}
	return string(append(flat, ']')), nil
}
