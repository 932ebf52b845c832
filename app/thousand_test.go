//go:build door

package app_test

import (
	"testing"
	"time"

	"coffer/app"
)

// TestAThousandRequests is what .ci/strace-ledger watches from outside: a whole Coffer that links,
// refreshes until its ledger has a thousand rows, and revokes.
func TestAThousandRequests(t *testing.T) {
	const wanted = 1000
	r := linked(t)
	for value(r.coffer.Count(t.Context(), app.LedgerFilter{}))(t) < wanted {
		r.clock.move(time.Minute)
		must(t, r.refresh(t))
	}
	value(r.coffer.Revoke(t.Context(), r.id, nil))(t)
	wholeLedger(t, r.coffer)
	rows := value(r.coffer.Count(t.Context(), app.LedgerFilter{}))(t)
	sent := int64(0)
	for _, e := range value(r.coffer.Entries(t.Context(), app.LedgerFilter{}, 0, rows))(t) {
		sent += e.Sent
	}
	t.Logf("rows in the ledger: %d, with %d bytes sent", rows, sent)
}
