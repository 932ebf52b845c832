package store

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
)

// The hash of an alias names it in the aliases table. Two may share one: the row itself says whether it is that alias. From the
// highest bit on: 0, the account (15 bits), whether the alias is a print (ledger.Row.Print), 47 bits of FNV-1a of the alias. So
// the aliases of an account lie together, which a first read of years would otherwise scatter, and it is known whether an
// account has a print. Before schema 18 it was FNV-1a of account and alias; there the highest bit is 1 since.
const (
	hashAccount = 48
	hashPrint   = 47
)

func hashOf(account int64, alias string) int64 {
	hash := fnv(fnvBegin, alias)
	low := int64((hash ^ hash>>hashPrint) & (1<<hashPrint - 1))
	if strings.HasPrefix(alias, "~") {
		low |= 1 << hashPrint
	}
	return account&0x7fff<<hashAccount | low
}

// hashBefore is what migration 18 made of a hash of before.
func hashBefore(account int64, alias string) int64 {
	return int64(fnv(fnv(fnvBegin, fmt.Sprintf("%d\x00", account)), alias)) | math.MinInt64
}

const (
	fnvBegin = 14695981039346656037
	fnvPrime = 1099511628211
)

// fnv goes on with FNV-1a (64 bits).
func fnv(hash uint64, text string) uint64 {
	for i := range len(text) {
		hash = (hash ^ uint64(text[i])) * fnvPrime
	}
	return hash
}

// aliasChunk is how many aliases are looked up in one query.
const aliasChunk = 500

// naming is what the aliases table holds of an account.
type naming struct {
	any    bool // the account has rows
	before bool // there are hashes of before schema 18
	prints bool // some alias of the account may be a print
}

func (s *Store) naming(ctx context.Context, account int64) (n naming, err error) {
	const query = `SELECT EXISTS (SELECT 1 FROM transactions WHERE account = ?), EXISTS (SELECT 1 FROM aliases WHERE hash < 0),
		EXISTS (SELECT 1 FROM aliases WHERE hash BETWEEN ? AND ?)`
	first := account&0x7fff<<hashAccount | 1<<hashPrint
	err = s.one(ctx, query, []any{account, first, first | (1<<hashPrint - 1)}, &n.any, &n.before, &n.prints)
	n.prints = n.prints || n.before
	return n, err
}

// addAliased adds the rows that have one of aliases and are not among rows.
func (s *Store) addAliased(ctx context.Context, account int64, rows []record, of reach) ([]record, error) {
	has, err := s.naming(ctx, account)
	if err != nil || !has.any {
		return rows, err
	}
	known := make(map[int64]bool, len(rows))
	for i := range rows {
		known[rows[i].key] = true
	}
	aliases := of.aliases(has.prints)
	wanted := make(map[string]bool, len(aliases))
	hashes := make([]int64, 0, len(aliases))
	for _, alias := range aliases {
		wanted[alias] = true
		hashes = append(hashes, hashOf(account, alias))
		if has.before {
			hashes = append(hashes, hashBefore(account, alias))
		}
	}
	slices.Sort(hashes) // as the table goes
	for chunk := range slices.Chunk(hashes, aliasChunk) {
		keys, err := s.aliased(ctx, chunk, known)
		if err != nil {
			return nil, err
		}
		for _, key := range keys {
			var r record
			err := s.oneRow(ctx, of.columns()+"WHERE key = ?", []any{key}, func(scan func(...any) error) (err error) {
				r, err = newColumnsWithRaw().readWithRaw(scan)
				return err
			})
			if err != nil {
				return nil, err
			}
			if r.account == account && slices.ContainsFunc(r.Aliases, func(a string) bool { return wanted[a] }) {
				rows = append(rows, r)
			}
		}
	}
	return rows, nil
}

// aliased returns the keys that have the hash of an alias and are not known, and makes them known.
func (s *Store) aliased(ctx context.Context, hashes []int64, known map[int64]bool) ([]int64, error) {
	const query = "SELECT a.row FROM json_each(?) j CROSS JOIN aliases a ON a.hash = j.value"
	list, err := encode(hashes)
	if err != nil {
		return nil, err
	}
	var keys []int64
	err = s.each(ctx, query, []any{list}, func(scan func(...any) error) error {
		var key int64
		err := scan(&key)
		if !known[key] {
			known[key] = true
			keys = append(keys, key)
		}
		return err
	})
	return keys, err
}

func (b *batch) saveAliases(ctx context.Context, r *record) error {
	for _, alias := range r.Aliases {
		if err := b.s.exec(ctx, "INSERT OR IGNORE INTO aliases VALUES (?, ?)", hashOf(r.account, alias), r.key); err != nil {
			return fmt.Errorf("save an alias: %w", err)
		}
	}
	return nil
}

func (b *batch) dropAliases(ctx context.Context, r *record) error {
	for _, alias := range r.Aliases {
		if err := b.s.exec(ctx, "DELETE FROM aliases WHERE hash IN (?, ?) AND row = ?", hashOf(r.account, alias), hashBefore(r.account, alias), r.key); err != nil {
			return fmt.Errorf("drop an alias: %w", err)
		}
	}
	return nil
}

// flushAliases stores the aliases of new rows in the order of the table.
func (b *batch) flushAliases(ctx context.Context) error {
	slices.SortFunc(b.aliases, func(x, y [2]int64) int { return cmp.Or(cmp.Compare(x[0], y[0]), cmp.Compare(x[1], y[1])) })
	into := many{s: b.s, head: "INSERT OR IGNORE INTO aliases VALUES ", width: 2}
	for _, a := range b.aliases {
		if err := into.add(ctx, a[0], a[1]); err != nil {
			return fmt.Errorf("save aliases: %w", err)
		}
	}
	if err := into.end(ctx); err != nil {
		return fmt.Errorf("save aliases: %w", err)
	}
	b.aliases = nil
	return nil
}
