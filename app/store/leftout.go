package store

import (
	"context"

	"coffer/app/ledger"
)

// SetLeftOut leaves an account out of net worth, or counts it again. Its rows and its balance stay. It wraps ledger.ErrNotFound.
func (s *Store) SetLeftOut(ctx context.Context, id ledger.AccountID, out bool) error {
	return s.change(ctx, "leave an account out of net worth", func(ctx context.Context) error {
		key, err := s.accountKey(ctx, id)
		if err != nil {
			return err
		}
		return s.exec(ctx, "UPDATE accounts SET left_out = ? WHERE key = ?", out, key)
	})
}
