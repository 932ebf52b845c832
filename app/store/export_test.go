package store

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"time"

	"coffer/app/consent"
)

// OpenPlain opens a database that is not sealed, for tests that need the file itself.
func OpenPlain(ctx context.Context, path string, now func() time.Time, random io.Reader) (*Store, error) {
	const settings = "?_pragma=journal_mode(WAL)&_pragma=locking_mode(EXCLUSIVE)&_pragma=wal_autocheckpoint(4000)&_pragma=cache_size(-32768)"
	return open(ctx, "sqlite", "file:"+path+settings, source{now: now, random: random})
}

// OpenSealed is Open with a clock and random bytes of the test's.
func OpenSealed(ctx context.Context, driver, dsn string, now func() time.Time, random io.Reader, explain func(string, error) error) (*Store, error) {
	return open(ctx, driver, dsn, source{now: now, random: random, explain: explain})
}

// Migrations are the files as they ship.
var Migrations fs.FS = migrations

// Classify is what every error of the database goes through.
func Classify(err error) error { return (&Store{}).classify("test", err) }

// NameOf and Dropped are how backups are named, and which of them go.
var (
	NameOf  = nameOf
	Dropped = dropped
)

// QueryOfEnds is what EndingIn asks for a part of an id.
const QueryOfEnds = endingIn

// Column reads one column as text, for tests that look behind the methods.
func (s *Store) Column(ctx context.Context, query string, args ...any) ([]string, error) {
	var all []string
	err := s.read(ctx, "look", func(ctx context.Context) error {
		return s.each(ctx, query, args, func(scan func(...any) error) error {
			var text string
			err := scan(&text)
			all = append(all, text)
			return err
		})
	})
	return all, err
}

// QueryPlan is how SQLite answers a query.
func (s *Store) QueryPlan(ctx context.Context, query string, args ...any) (plan string) {
	err := s.read(ctx, "look", func(ctx context.Context) error {
		return s.each(ctx, "EXPLAIN QUERY PLAN "+query, args, func(scan func(...any) error) error {
			var id, parent, unused int
			var text string
			err := scan(&id, &parent, &unused, &text)
			plan += text + "\n"
			return err
		})
	})
	if err != nil {
		return err.Error()
	}
	return plan
}

// Exec changes the database behind the methods.
func (s *Store) Exec(ctx context.Context, query string, args ...any) error {
	return s.read(ctx, "meddle", func(ctx context.Context) error { return s.exec(ctx, query, args...) })
}

// EraseCutOff is EraseLink that a crash ends once the rows are gone.
func (s *Store) EraseCutOff(ctx context.Context, link consent.LinkID) error {
	return s.eraseRows(ctx, link, nil)
}

// WriteEverySetting is WriteEverything without leaving out any setting.
func (s *Store) WriteEverySetting(ctx context.Context, w io.Writer) error {
	return s.read(ctx, "export every setting", func(ctx context.Context) error {
		books, err := booksOf(ctx, s.conn)
		for i := range books {
			books[i].where = ""
		}
		return errors.Join(err, s.writeBooks(ctx, w, books, nil))
	})
}

// Pages returns every page as SQLite has it, free ones and the log's too.
func (s *Store) Pages(ctx context.Context) (pages []byte, err error) {
	err = s.read(ctx, "look at every page", func(context.Context) error {
		return s.conn.Raw(func(driver any) error {
			pages, err = driver.(interface{ Serialize() ([]byte, error) }).Serialize()
			return err
		})
	})
	return pages, err
}
