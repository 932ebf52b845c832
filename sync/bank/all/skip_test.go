package all_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"coffer/sync/bank"
	"coffer/sync/bank/all"
	"coffer/sync/bank/banktest"
)

// TestAnAccountThatWasLeftOutTellsNoBalance: where the balance of an account is a call of its own, that call is
// not made for one that the person left out; it is listed all the same.
func TestAnAccountThatWasLeftOutTellsNoBalance(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *banktest.Counter{
		"starling": banktest.NewStarling, "investec": banktest.NewInvestec, "enablebanking": banktest.NewEnableBanking, "up": banktest.NewUp,
		"obie": newOBIE, "berlingroup": newBerlinGroup, "cdr": banktest.NewCDR,
	} {
		t.Run(name, func(t *testing.T) {
			d, _ := all.Named(name)
			server := open(t)
			s := server.Session(t)
			listed, err := d.Accounts(t.Context(), s)
			if err != nil || len(listed) < 2 {
				t.Fatalf("%d accounts, %v", len(listed), err)
			}
			left := listed[0].BankID
			balances := func() (n int) {
				for _, q := range server.Asked() {
					if strings.Contains(q.URL.Path, "balance") || name == "up" && strings.Contains(q.URL.Path, left) { // of what is held
						n++
					}
				}
				return n
			}
			before := balances()
			s.Skip = func(id string) bool { return id == left }
			again, err := d.Accounts(t.Context(), s)
			if err != nil || len(again) != len(listed) {
				t.Fatalf("%d accounts, %v", len(again), err)
			}
			if asked := balances() - before; asked >= before {
				t.Errorf("%d were asked for, as many as before", asked)
			}
			at := slices.IndexFunc(again, func(a bank.Account) bool { return a.BankID == left })
			if a := again[at]; !errors.Is(a.Err, bank.ErrSkipped) || a.Name != listed[0].Name || a.Balance.Booked.Minor != 0 {
				t.Errorf("left out: %+v", a)
			}
		})
	}
}
