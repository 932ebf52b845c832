package store

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"coffer/app/fault"
)

//go:embed migrations
var migrations embed.FS

var (
	errNewer    = errors.New("the schema is newer than this program")
	errNoSchema = errors.New("no Coffer has had such a schema")
)

// migrate brings the schema to this program's version, each step in its own transaction. A
// newer schema is a VaultNewer fault and nothing is written.
func (s *Store) migrate(ctx context.Context) error {
	files, err := fs.Glob(migrations, "migrations/*.sql")
	if err != nil {
		return err
	}
	var version int
	if err := s.one(ctx, "PRAGMA user_version", nil, &version); err != nil {
		return fmt.Errorf("read the schema version: %w", err)
	}
	if version > len(files) {
		return fault.New(fault.VaultNewer, fmt.Sprintf("schema %d, program %d", version, len(files)), errNewer)
	}
	if version < 0 { // a vault may come from somebody else
		return fault.New(fault.VaultDamaged, fmt.Sprintf("schema %d", version), errNoSchema)
	}
	if version > 0 && version < len(files) && s.from.before != nil {
		if err := s.from.before(ctx, s, version+1); err != nil {
			return fmt.Errorf("back up before migration: %w", err)
		}
	}
	for number := version + 1; number <= len(files); number++ {
		if err := s.step(ctx, files[number-1], number); err != nil {
			return fmt.Errorf("migrate to %d: %w", number, err)
		}
	}
	return nil
}

// step runs one file in a transaction together with the number that says so.
func (s *Store) step(ctx context.Context, file string, number int) error {
	text, err := migrations.ReadFile(file)
	if err != nil {
		return err
	}
	script := fmt.Sprintf("BEGIN IMMEDIATE;\n%s\nPRAGMA user_version = %d;\nCOMMIT", text, number)
	if _, err := s.conn.ExecContext(ctx, script); err != nil {
		_, _ = s.conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return err
	}
	return nil
}
