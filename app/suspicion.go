package app

import (
	"cmp"
	"context"
	"math"
	"slices"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// alerted says of each row how loud an alert about it is; more is louder. It is 0 for what no alert is about.
func alerted(ctx context.Context, o *opened, rows []ledger.Transaction) (map[ledger.TransactionID]int, error) {
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

// bySuspicion puts what alerts are about first, then what is the most unusual, then the largest of what went out.
func bySuspicion(rows []ledger.Transaction, alerts map[ledger.TransactionID]int, scores map[ledger.TransactionID]float64) {
	slices.SortStableFunc(rows, func(a, b ledger.Transaction) int {
		return cmp.Or(cmp.Compare(alerts[b.ID], alerts[a.ID]), cmp.Compare(unusual(scores, b.ID), unusual(scores, a.ID)), cmp.Compare(a.Amount.Minor, b.Amount.Minor), cmp.Compare(b.Date, a.Date))
	})
}

// unusual is the score of a row; what is never judged comes last.
func unusual(scores map[ledger.TransactionID]float64, id ledger.TransactionID) float64 {
	if score, judged := scores[id]; judged {
		return score
	}
	return math.Inf(-1)
}
