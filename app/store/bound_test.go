package store_test

import (
	"reflect"
	"testing"
	"time"

	"coffer/app/alert"
	"coffer/app/ledger"
)

// TestAnAnswerBindsToEveryRowOfItsAlert answers an alert about rows at two merchants.
func TestAnAnswerBindsToEveryRowOfItsAlert(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	first, second := row(5, -89000, "Alfa Tech"), row(5, -241200, "Voltbay")
	apply(t, s, id, inserts(first, second, row(5, -2000, "Alfa Tech")))
	a := finding("a", alert.Interrupt, find(t, s, id, "Voltbay"))
	a.Account, a.Rows = id, []ledger.TransactionID{find(t, s, id, "Alfa Tech"), a.Rows[0]}
	saveFound(t, s, id, ledger.Day(2026, 1, 1), a)
	blocked := func() (names []string) {
		ends := map[string]bool{}
		for _, m := range watchlist(t, s).Merchants {
			names = append(names, m.Shown)
			if end := m.ID[max(0, len(m.ID)-8):]; ends[end] {
				t.Errorf("two entries end with %q, by which they are named", end)
			} else {
				ends[end] = true
			}
		}
		return names
	}
	was := must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.NotMine, noon, time.Time{}))
	if got := blocked(); len(got) != 2 {
		t.Errorf("blocked are %q, want both", got)
	}
	ok(t, s.RestoreAnswers(t.Context(), []alert.Alert{was}))
	if got := blocked(); len(got) != 0 {
		t.Errorf("blocked are %q after the answer was taken back", got)
	}
	must[alert.Alert](t)(s.Answer(t.Context(), "a", alert.Mine, noon, time.Time{}))
	f := must[[]alert.Feedback](t)(s.Feedback(t.Context()))[0]
	if f.Merchant != ledger.MerchantOf(second) || len(f.Others) != 1 || f.Others[0].Merchant != ledger.MerchantOf(first) {
		t.Errorf("it binds to %+v", f)
	}
	ok(t, s.RestoreAnswers(t.Context(), []alert.Alert{was}))
	if now := must[alert.Alert](t)(s.Alert(t.Context(), "a")); !reflect.DeepEqual(now, was) {
		t.Errorf("taken back it is %+v, it was %+v", now, was)
	}
}
