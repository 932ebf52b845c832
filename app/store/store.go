// Package store keeps everything that Coffer knows in one SQLite database inside the vault:
// migrations, queries, roll-ups, full text search.
package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"
	"io"
	"time"

	"coffer/app/ledger"
	"coffer/app/vault"
)

// Store is an opened database. Its methods may be called from any goroutine; they take turns on
// one connection. A call whose ctx ends leaves everything as it was before.
type Store struct {
	db   *sql.DB
	conn *sql.Conn
	turn chan struct{} // holds one token while nobody is at the connection

	// What follows is touched only by who has the turn.
	kept     map[string]*sql.Stmt
	accounts map[int64]ledger.AccountID
	ids      ids
	from     source
}

// source is where a Store takes the time, random bytes and the kinds of errors from.
type source struct {
	now     func() time.Time
	random  io.Reader
	explain func(op string, err error) error // of the vault; may be nil
	// before is called with the number of the next schema when a database with rows is about to
	// be migrated; nil for nothing.
	before func(ctx context.Context, s *Store, number int) error
}

// Open opens the database of v, makes or migrates its tables, and keeps its one connection.
// Close the Store before v. It errs with VaultNewer for a schema of a newer Coffer.
func Open(ctx context.Context, v *vault.Vault) (*Store, error) {
	return open(ctx, v.Driver(), v.DSN(), source{now: time.Now, random: rand.Reader, explain: v.Explain})
}

// OpenKeeping is Open with a backup into the folder backups before a migration. If there can be
// none, nothing is migrated.
func OpenKeeping(ctx context.Context, v *vault.Vault, backups string) (*Store, error) {
	return open(ctx, v.Driver(), v.DSN(), source{now: time.Now, random: rand.Reader, explain: v.Explain, before: keepingIn(v, backups)})
}

// open connects to dsn with one connection that is never given back, migrates it, and checks it.
func open(ctx context.Context, driver, dsn string, from source) (*Store, error) {
	const op = "open the store"
	db, err := sql.Open(driver, dsn)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", op, err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{
		db: db, turn: make(chan struct{}, 1), from: from,
		kept: map[string]*sql.Stmt{}, accounts: map[int64]ledger.AccountID{},
	}
	if s.conn, err = db.Conn(ctx); err == nil {
		err = s.prepare(ctx)
	}
	if err != nil {
		_ = s.shut()
		return nil, s.classify(op, err)
	}
	s.turn <- struct{}{}
	return s, nil
}

func (s *Store) prepare(ctx context.Context) error {
	if err := s.adjust(ctx); err != nil {
		return err
	}
	return s.migrate(ctx)
}

// adjust makes the connection's settings.
func (s *Store) adjust(ctx context.Context) error {
	for _, pragma := range []string{"synchronous = FULL", "secure_delete = ON", "temp_store = MEMORY", "trusted_schema = OFF"} {
		if _, err := s.conn.ExecContext(ctx, "PRAGMA "+pragma); err != nil {
			return fmt.Errorf("set %s: %w", pragma, err)
		}
	}
	return nil
}

// Close waits for the call at work and ends the connection. Later calls fail.
func (s *Store) Close() error {
	if _, open := <-s.turn; !open {
		return nil
	}
	close(s.turn)
	return s.classify("close the store", s.shut())
}

func (s *Store) shut() error {
	for _, stmt := range s.kept {
		_ = stmt.Close()
	}
	if s.conn != nil {
		_ = s.conn.Close()
	}
	return s.db.Close()
}
