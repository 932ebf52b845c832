package app_test

import (
	"context"
	"testing"

	"coffer/app"
)

// ledgerErr is what is wrong with the ledger of connections.
func ledgerErr(ctx context.Context, c *app.Coffer) error {
	state, err := c.VerifyLedger(ctx, nil)
	if err != nil {
		return err
	}
	return state.Err()
}

func wholeLedger(t *testing.T, c *app.Coffer) {
	t.Helper()
	must(t, ledgerErr(t.Context(), c))
}
