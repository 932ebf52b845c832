package store

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"coffer/app/fault"
	"coffer/app/vault"
)

var errDiffers = errors.New("what is kept beside the rows is not what they add up to")

// dayOfKey is the day of a row, from 1970, of what its key is made of.
const dayOfKey = "((key >> 20) - 25567)"

// audits are what is kept beside the rows to be fast, each as a query for where it differs from
// what the rows themselves give.
var audits = []struct{ what, differing string }{
	{"days", `SELECT day, account, currency, money_in, money_out, count FROM days EXCEPT ` + daysOfRows},
	{"days", daysOfRows + ` EXCEPT SELECT day, account, currency, money_in, money_out, count FROM days`},
	{"months", `SELECT month, account, category, currency, money_in, money_out, count FROM months EXCEPT ` + monthsOfRows},
	{"months", monthsOfRows + ` EXCEPT SELECT month, account, category, currency, money_in, money_out, count FROM months`},
	{"raw fields", `SELECT key FROM raw EXCEPT SELECT key FROM transactions EXCEPT SELECT (account << 37) + key FROM transactions`},
	{"aliases", `SELECT row FROM aliases EXCEPT SELECT key FROM transactions`},
	{"accounts", `SELECT account FROM transactions EXCEPT SELECT key FROM accounts`},
}

const (
	daysOfRows = `SELECT ` + dayOfKey + `, account, currency, sum(max(minor, 0)), sum(min(minor, 0)), count(*)
		FROM transactions WHERE status = 0 GROUP BY ` + dayOfKey + `, account, currency`
	monthsOfRows = `SELECT m, account, category, currency, sum(max(minor, 0)), sum(min(minor, 0)), count(*) FROM (
		SELECT *, strftime('%Y', ` + dayOfKey + ` * 86400, 'unixepoch') * 12 + strftime('%m', ` + dayOfKey + ` * 86400, 'unixepoch') - 1 AS m
		FROM transactions WHERE status = 0) GROUP BY m, account, category, currency`
)

// CheckPages reads every page of the vault, free ones too, and its map. Other calls wait. told,
// which may be nil, hears how many pages are read. It errs with VaultDamaged.
func (s *Store) CheckPages(ctx context.Context, v *vault.Vault, told func(done, total int64)) (pages int64, err error) {
	err = s.read(ctx, "check every page", func(ctx context.Context) (err error) {
		if err := s.emptyLog(ctx); err != nil {
			return err
		}
		pages, err = v.VerifyTelling(ctx, told)
		return err
	})
	return pages, err
}

// CheckIntegrity lets SQLite hold its tables against their indices, and the search index against
// the rows. It errs with VaultDamaged.
func (s *Store) CheckIntegrity(ctx context.Context) error {
	const op = "check the tables"
	return s.read(ctx, op, func(ctx context.Context) error {
		var found []string
		err := s.each(ctx, "PRAGMA integrity_check(5)", nil, func(scan func(...any) error) error {
			var text string
			err := scan(&text)
			found = append(found, text)
			return err
		})
		if err != nil {
			return err
		}
		if len(found) != 1 || found[0] != "ok" {
			return fault.New(fault.VaultDamaged, op, errors.New(strings.Join(found, "; ")))
		}
		// It writes nothing, takes long, and a lock must not wait for it: ctx interrupts it.
		_, err = s.conn.ExecContext(ctx, "INSERT INTO words (words, rank) VALUES ('integrity-check', 1)")
		if ended := ctx.Err(); err != nil && ended != nil {
			return ended
		}
		return fault.New(fault.VaultDamaged, "check the search index", err)
	})
}

// CheckRows reads every row and holds the roll-ups against them. It returns how many transactions
// there are and the sum of all rows, in hex, which a backup and an export of the same rows have, too.
// It errs with VaultDamaged.
func (s *Store) CheckRows(ctx context.Context) (transactions int64, sum string, err error) {
	err = s.read(ctx, "check the rows", func(ctx context.Context) (err error) {
		if err = s.one(ctx, "SELECT count(*) FROM transactions", nil, &transactions); err != nil {
			return err
		}
		for _, a := range audits {
			var differing int64
			if err := s.oneLong(ctx, "SELECT count(*) FROM ("+a.differing+")", &differing); err != nil {
				return err
			}
			if differing > 0 {
				return fault.New(fault.VaultDamaged, "check the rows", fmt.Errorf("%d of %s: %w", differing, a.what, errDiffers))
			}
		}
		sum, err = bookSum(ctx, s.conn)
		return err
	})
	return transactions, sum, err
}

// oneLong is one for a query that ctx may interrupt.
func (s *Store) oneLong(ctx context.Context, query string, into ...any) error {
	return s.each(ctx, query, nil, func(scan func(...any) error) error { return scan(into...) })
}

func (s *Store) emptyLog(ctx context.Context) error {
	if err := s.exec(ctx, "PRAGMA wal_checkpoint(TRUNCATE)"); err != nil {
		return fmt.Errorf("empty the log: %w", err)
	}
	return nil
}

// Carry carries the vault to a new data key, as vault.Carry says; other calls wait.
func (s *Store) Carry(ctx context.Context, v *vault.Vault, told func(done, total int64)) error {
	return s.read(ctx, "carry the vault to a new key", func(ctx context.Context) error {
		if err := s.emptyLog(ctx); err != nil {
			return err
		}
		return v.Carry(ctx, told)
	})
}

// Rekey gives the vault a new data key, as vault.Rekey says; other calls wait.
func (s *Store) Rekey(ctx context.Context, v *vault.Vault, r vault.Rekeying) (key *vault.RecoveryKey, err error) {
	err = s.read(ctx, "give the vault a new key", func(ctx context.Context) (err error) {
		if err := s.emptyLog(ctx); err != nil {
			return err
		}
		key, err = v.Rekey(ctx, r)
		return err
	})
	return key, err
}
