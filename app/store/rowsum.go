package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash"
	"strings"
)

// table is an ordinary table, or one of a full text index, and the SQL that made it.
type table struct{ name, sql string }

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

// rowSum is a sum over the schema and every row of every table, but of those that open links.
func rowSum(ctx context.Context, conn *sql.Conn) (string, error) {
	tables, err := tablesOf(ctx, conn)
	if err != nil {
		return "", err
	}
	sum := sha256.New()
	for _, t := range tables {
		if err := sumValue(sum, t.name+" "+t.sql); err != nil {
			return "", err
		}
		if opening(t.name) || strings.HasPrefix(t.sql, "CREATE VIRTUAL") {
			continue
		}
		if err := sumTable(ctx, conn, sum, t.name); err != nil {
			return "", fmt.Errorf("sum of %s: %w", t.name, err)
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

func sumTable(ctx context.Context, conn *sql.Conn, sum hash.Hash, name string) error {
	rows, err := conn.QueryContext(ctx, `SELECT * FROM "`+name+`"`)
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
		for _, value := range values {
			if err := sumValue(sum, value); err != nil {
				return err
			}
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
