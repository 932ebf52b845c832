package store

import (
	"context"
	"database/sql"
	"errors"
)

// Setting returns what was set under key, "" if nothing was.
func (s *Store) Setting(ctx context.Context, key string) (string, error) {
	var value string
	err := s.read(ctx, "read a setting", func(ctx context.Context) error {
		err := s.one(ctx, "SELECT value FROM settings WHERE key = ?", []any{key}, &value)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return value, err
}

// SetSetting sets key to value.
func (s *Store) SetSetting(ctx context.Context, key, value string) error {
	return s.change(ctx, "save a setting", func(ctx context.Context) error {
		return s.exec(ctx, "INSERT OR REPLACE INTO settings VALUES (?, ?)", key, value)
	})
}
