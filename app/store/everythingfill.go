package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"

	"coffer/app/fault"
	"coffer/app/vault"
)

// FillFrom makes the tables of a new vault, on which no Store is yet, as they were when
// WriteEverything wrote r, and fills them with its rows. The next Open brings an older schema
// forward. It errs as CheckEverything does, and with DiskFull; the vault is to be deleted then.
func FillFrom(ctx context.Context, v *vault.Vault, r io.Reader) error {
	err := onDatabase(ctx, v, func(conn *sql.Conn) error {
		f := &fillingVault{store: &Store{conn: conn, kept: map[string]*sql.Stmt{}}}
		defer func() {
			for _, stmt := range f.store.kept {
				_ = stmt.Close()
			}
		}()
		return readEverything(ctx, r, explained{f, v})
	})
	return (&Store{from: source{explain: v.Explain}}).classify("bring everything back", err)
}

// fillingVault puts rows into the tables of a new vault, in one transaction.
type fillingVault struct {
	store  *Store
	books  []table
	next   int    // of books
	insert string // a row of the table before
}

func (f *fillingVault) begin(ctx context.Context, h everythingHead) error {
	s := f.store
	if err := s.adjust(ctx); err != nil {
		return err
	}
	var there int
	if err := s.one(ctx, "SELECT count(*) FROM sqlite_schema", nil, &there); err != nil {
		return err
	}
	if there > 0 {
		return fault.New(fault.VaultExists, "bring everything back", errors.New("there are tables already"))
	}
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	for number := 1; number <= h.Schema; number++ {
		if err := s.step(ctx, files[number-1], number); err != nil {
			return fmt.Errorf("make the tables of schema %d: %w", number, err)
		}
	}
	if f.books, err = booksOf(ctx, s.conn); err != nil {
		return err
	}
	if err := s.exec(ctx, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for name, seq := range h.Sequences {
		if !slices.ContainsFunc(f.books, func(t table) bool { return t.name == name }) || seq < 0 {
			return fmt.Errorf("a sequence of %q: %w", name, errExportDamaged)
		}
		if err := s.exec(ctx, "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", name, seq); err != nil {
			return err
		}
	}
	return nil
}

// table expects the tables of the schema, in their order: no name of the file gets into a query.
func (f *fillingVault) table(ctx context.Context, t everythingTable) error {
	if f.next == len(f.books) || t.Name != f.books[f.next].name || t.SQL != f.books[f.next].sql {
		return fmt.Errorf("table %d is another: %w", f.next, errExportDamaged)
	}
	name := f.books[f.next].name
	f.next++
	columns, err := columnsOf(ctx, f.store.conn, name)
	if err != nil {
		return err
	}
	if !slices.Equal(columns, t.Columns) {
		return fmt.Errorf("%s has other columns: %w", name, errExportDamaged)
	}
	f.insert = `INSERT INTO "` + name + `" VALUES (?` + strings.Repeat(", ?", len(columns)-1) + ")"
	// A table may come with rows from its migration.
	return f.store.exec(ctx, `DELETE FROM "`+name+`"`)
}

func (f *fillingVault) row(ctx context.Context, values []any) error {
	return f.store.exec(ctx, f.insert, values...)
}

func (f *fillingVault) end(ctx context.Context, sum string) error {
	if f.next != len(f.books) {
		return fmt.Errorf("%d of %d tables: %w", f.next, len(f.books), errExportDamaged)
	}
	if err := f.store.exec(ctx, "INSERT INTO words (words) VALUES ('rebuild')"); err != nil {
		return err
	}
	for i := range f.books {
		f.books[i].where = ""
	}
	got, err := sumOf(ctx, f.store.conn, f.books)
	if err != nil {
		return err
	}
	if got != sum {
		return fmt.Errorf("the rows read back have another sum: %w", errExportDamaged)
	}
	// No file says how this vault's slots are reached.
	if err := f.store.exec(ctx, "DELETE FROM settings WHERE "+addresses); err != nil {
		return err
	}
	return f.store.exec(ctx, "COMMIT")
}

// explained gives what the database says of a row its kind, so that it is not taken for a word of
// the file.
type explained struct {
	filling
	vault *vault.Vault
}

func (e explained) begin(ctx context.Context, h everythingHead) error {
	return e.kind(e.filling.begin(ctx, h))
}

func (e explained) table(ctx context.Context, t everythingTable) error {
	return e.kind(e.filling.table(ctx, t))
}

func (e explained) row(ctx context.Context, values []any) error {
	return e.kind(e.filling.row(ctx, values))
}

func (e explained) end(ctx context.Context, sum string) error {
	return e.kind(e.filling.end(ctx, sum))
}

// kind leaves what the file itself is to blame for: a row that its table can't hold, too.
func (e explained) kind(err error) error {
	var coded interface{ Code() int }
	if !errors.As(err, &coded) {
		return err
	}
	switch coded.Code() & 0xff {
	case codeConstraint, codeMismatch, codeTooBig:
		return fmt.Errorf("%w: %w", errExportDamaged, err)
	}
	return (&Store{from: source{explain: e.vault.Explain}}).classify("bring everything back", err)
}

// columnsOf returns the names of a table's columns, in their order.
func columnsOf(ctx context.Context, conn *sql.Conn, name string) ([]string, error) {
	rows, err := conn.QueryContext(ctx, `SELECT * FROM "`+name+`" LIMIT 0`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	return rows.Columns()
}
