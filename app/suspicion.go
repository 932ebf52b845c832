package app

import (
	"cmp"
	"context"
	"slices"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// suspicion says of each row how much it stands out; more is more. It is 0 for what stands out in nothing.
func suspicion(ctx context.Context, o *opened, rows []ledger.Transaction) (map[ledger.TransactionID]int, error) {
	found, err := o.store.Alerts(ctx)
	if err != nil {
		return nil, err
	}
	scores := map[ledger.TransactionID]int{}
	for _, a := range found {
		if a.Withdrawn || a.Answer == alert.Mine {
			continue
		}
		for _, row := range a.Rows {
			scores[row] = max(scores[row], 1+int(a.Level))
		}
	}
	return scores, nil
}

// bySuspicion puts what stands out most first, then the largest of what went out.
func bySuspicion(rows []ledger.Transaction, scores map[ledger.TransactionID]int) {
	slices.SortStableFunc(rows, func(a, b ledger.Transaction) int {
		return cmp.Or(cmp.Compare(scores[b.ID], scores[a.ID]), cmp.Compare(a.Amount.Minor, b.Amount.Minor), cmp.Compare(b.Date, a.Date))
	})
}
