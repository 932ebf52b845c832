package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"
)

// rowSum is a sum over every row of every table but the credentials, and over the schema.
func rowSum(ctx context.Context, conn *sql.Conn) (string, error) {
	rows, err := conn.QueryContext(ctx, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")
	if err != nil {
		return "", err
	}
	defer rows.Close()
	var names []string
	sum := sha256.New()
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return "", err
		}
		if err := sumValue(sum, name+text); err != nil {
			return "", err
		}
		if name != "credentials" && !strings.HasPrefix(text, "CREATE VIRTUAL") {
			names = append(names, name)
		}
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return "", err
	}
	for _, name := range names {
		if err := sumValue(sum, name); err != nil {
			return "", err
		}
		if err := sumTable(ctx, conn, sum, name); err != nil {
			return "", fmt.Errorf("sum of %s: %w", name, err)
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
