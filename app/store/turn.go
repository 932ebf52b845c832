package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"coffer/app/fault"
)

var errClosed = errors.New("store is closed")

// read runs fn at the connection.
func (s *Store) read(ctx context.Context, op string, fn func(context.Context) error) error {
	select {
	case <-ctx.Done():
		return fmt.Errorf("%s: %w", op, ctx.Err())
	case _, open := <-s.turn:
		if !open {
			return fault.New(fault.Locked, op, errClosed)
		}
	}
	defer func() { s.turn <- struct{}{} }()
	return s.classify(op, fn(ctx))
}

// change runs fn in one transaction: an error of fn, or the end of ctx, undoes all of it. What
// it did is on the disk when change returns nil.
func (s *Store) change(ctx context.Context, op string, fn func(context.Context) error) error {
	return s.read(ctx, op, func(ctx context.Context) error {
		if err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
			return err
		}
		err := fn(ctx)
		if err == nil {
			err = s.exec(ctx, "COMMIT")
		}
		if err != nil {
			clear(s.accounts)
			// The cause counts; SQLite has already rolled back after some of its own errors.
			_ = s.exec(context.WithoutCancel(ctx), "ROLLBACK")
		}
		return err
	})
}

// mostKept is how many prepared statements are kept; searches make new ones.
const mostKept = 250

// stmt returns the prepared form of query, kept for the next time.
func (s *Store) stmt(ctx context.Context, query string) (*sql.Stmt, error) {
	if kept := s.kept[query]; kept != nil {
		return kept, nil
	}
	stmt, err := s.conn.PrepareContext(ctx, query)
	if err != nil {
		return nil, err
	}
	if len(s.kept) >= mostKept {
		for _, old := range s.kept {
			_ = old.Close()
		}
		clear(s.kept)
	}
	s.kept[query] = stmt
	return stmt, nil
}

// exec runs one short statement to its end unless ctx has ended before: an interrupt in the
// middle of a write would gain nothing.
func (s *Store) exec(ctx context.Context, query string, args ...any) error {
	_, err := s.execCount(ctx, query, args...)
	return err
}

// execCount is exec that tells how many rows changed.
func (s *Store) execCount(ctx context.Context, query string, args ...any) (int64, error) {
	if err := ctx.Err(); err != nil {
		return 0, err
	}
	stmt, err := s.stmt(ctx, query)
	if err != nil {
		return 0, err
	}
	r, err := stmt.ExecContext(context.WithoutCancel(ctx), args...)
	if err != nil {
		return 0, err
	}
	return r.RowsAffected()
}

// one reads a single row of a short query. It returns sql.ErrNoRows if there is none.
func (s *Store) one(ctx context.Context, query string, args []any, into ...any) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stmt, err := s.stmt(ctx, query)
	if err != nil {
		return err
	}
	return stmt.QueryRowContext(context.WithoutCancel(ctx), args...).Scan(into...)
}

// each runs query, which ctx interrupts, and calls row for every row of it.
func (s *Store) each(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	stmt, err := s.stmt(ctx, query)
	if err != nil {
		return err
	}
	rows, err := stmt.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

// oneRow is one for a row that a function scans.
func (s *Store) oneRow(ctx context.Context, query string, args []any, row func(scan func(...any) error) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	stmt, err := s.stmt(ctx, query)
	if err != nil {
		return err
	}
	return row(stmt.QueryRowContext(context.WithoutCancel(ctx), args...).Scan)
}
