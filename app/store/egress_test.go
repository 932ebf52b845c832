package store_test

import (
	"testing"

	"coffer/app/store"
)

func verifyEgress(t testing.TB, s *store.Store) error {
	t.Helper()
	_, err := s.VerifyEgress(t.Context(), nil, func(int, int) {})
	return err
}
