package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"slices"
	"strings"
)

// table is an ordinary table, or one of a full text index, and the SQL that made it. where, if any, picks rows.
type table struct{ name, sql, where string }

// addresses are the settings that say how slots of the vault are reached: they stay in it.
const addresses = "key GLOB 'address.*'"

// tablesOf lists the tables in the order of their names.
func tablesOf(ctx context.Context, conn *sql.Conn) ([]table, error) {
	rows, err := conn.QueryContext(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []table
	for rows.Next() {
		var t table
		if err := rows.Scan(&t.name, &t.sql); err != nil {
			return nil, err
		}
		all = append(all, t)
	}
	return all, rows.Err()
}

// booksOf lists the tables that an export holds: all but those that open links, and the search
// index, which is made of the others. The addresses among the settings are left out.
func booksOf(ctx context.Context, conn *sql.Conn) ([]table, error) {
	all, err := tablesOf(ctx, conn)
	if err != nil {
		return nil, err
	}
	var books []table
	for _, t := range all {
		index := slices.ContainsFunc(all, func(v table) bool {
			return v.virtual() && (t.name == v.name || strings.HasPrefix(t.name, v.name+"_"))
		})
		if t.name == "settings" {
			t.where = " WHERE NOT " + addresses
		}
		if !index && !opening(t.name) {
			books = append(books, t)
		}
	}
	return books, nil
}

func (t table) virtual() bool { return strings.HasPrefix(t.sql, "CREATE VIRTUAL") }

// bookSum is rowSum of what an export holds: two databases of the same rows have the same.
func bookSum(ctx context.Context, conn *sql.Conn) (string, error) {
	books, err := booksOf(ctx, conn)
	if err != nil {
		return "", err
	}
	return sumOf(ctx, conn, books)
}

// rowSum is a sum over the schema and every row of every table, but of those that open links.
func rowSum(ctx context.Context, conn *sql.Conn) (string, error) {
	tables, err := tablesOf(ctx, conn)
	if err != nil {
		return "", err
	}
	return sumOf(ctx, conn, tables)
}

func sumOf(ctx context.Context, conn *sql.Conn, tables []table) (string, error) {
	sum := sha256.New()
	for _, t := range tables {
		if err := sumValue(sum, t.name+" "+t.sql); err != nil {
			return "", err
		}
		if opening(t.name) || t.virtual() {
			continue
		}
		if err := sumTable(ctx, conn, sum, t); err != nil {
			return "", fmt.Errorf("sum of %s: %w", t.name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func sumTable(ctx context.Context, conn *sql.Conn, sum hash.Hash, t table) error {
	return eachRow(ctx, conn, t, func(values []any) error {
		for _, value := range values {
			if err := sumValue(sum, value); err != nil {
				return err
			}
		}
		return nil
	})
}

// eachRow calls see with every row of a table, as it is stored. values are its own until it returns.
func eachRow(ctx context.Context, conn *sql.Conn, t table, see func(values []any) error) error {
	rows, err := conn.QueryContext(ctx, `SELECT * FROM "`+t.name+`"`+t.where)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		return err
	}
	values, into := make([]any, len(columns)), make([]any, len(columns))
	for i := range values {
		into[i] = &values[i]
	}
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return err
		}
		if err := see(values); err != nil {
			return err
		}
	}
	return rows.Err()
}

// sumValue adds a value so that no two rows of values look alike.
func sumValue(sum hash.Hash, value any) error {
	var head [9]byte
	var rest []byte
	switch value := value.(type) {
	case nil:
	case int64:
		head[0] = 1
		binary.BigEndian.PutUint64(head[1:], uint64(value))
	case string:
		head[0], rest = 2, []byte(value)
		binary.BigEndian.PutUint64(head[1:], uint64(len(rest)))
	case []byte:
		head[0], rest = 3, value
		binary.BigEndian.PutUint64(head[1:], uint64(len(rest)))
	default:
		return fmt.Errorf("a column holds a %T", value)
	}
	sum.Write(head[:])
	sum.Write(rest)
	return nil
}
