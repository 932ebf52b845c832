package engine_test

import (
	"context"
	"iter"
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/fdx"
	"coffer/sync/engine"
)

// counted notes the windows that are asked for and the rows of the longest page of more than a day.
type counted struct {
	fdx.Bank
	t       *testing.T
	longest *int
}

func (c counted) Transactions(ctx context.Context, s bank.Session, of ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		if alone := w.To-w.From <= 1; alone != (w.Most == 0) {
			c.t.Errorf("%v to %v: at most %d rows are wanted", w.From, w.To, w.Most)
		}
		for page, err := range c.Bank.Transactions(ctx, s, of, w) {
			if w.To-w.From > 1 {
				*c.longest = max(*c.longest, len(page.Rows))
			}
			if !yield(page, err) {
				return
			}
		}
	}
}

// TestAnAnswerOfAnyLengthIsReadInSlices: the bank gives all rows of a window in one answer, whatever is asked for.
func TestAnAnswerOfAnyLengthIsReadInSlices(t *testing.T) {
	const most = 20
	r := rigOf(t, 10_000)
	rows, longest := r.year("acc-1"), 0
	r.rebuild(func(c *engine.Config) {
		c.SliceRows, c.SliceDays = most, 400
		c.Dialects = []bank.Dialect{counted{fdx.Bank{Now: c.Now}, t, &longest}}
	})
	r.must()
	r.holds(rows)
	if longest == 0 || longest > most {
		t.Errorf("the longest page that was told has %d rows, want %d at most", longest, most)
	}
}
