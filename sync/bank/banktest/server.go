package banktest

import (
	"fmt"
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank"
)

var _ Server = (*Fake)(nil)

// firstFakeDay is the last day of what Filled puts into a Fake.
const firstFakeDay ledger.Date = 20_000

// Filled is a Fake with two accounts and seven pages of rows, twins among them.
func Filled(t testing.TB) *Fake {
	const pageSize, rows = 10, 67
	f := NewFake(t, pageSize)
	f.Open("a-1", "DEPOSIT_ACCOUNT", "2290", 1_234_56)
	f.Open("a-2", "LOC_ACCOUNT", "4417", -90_00)
	var all []Row
	for i := range rows {
		all = append(all, Row{
			ID: fmt.Sprintf("t-%03d", i), Day: firstFakeDay.AddDays(-i / 3), Cents: -int64(100 + i/2), Payee: fmt.Sprintf("Shop %d", i/2),
		})
	}
	f.Put("a-1", all...)
	return f
}

// Accounts is how many accounts are open.
func (f *Fake) Accounts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.accounts)
}

// Window holds what Filled puts in.
func (f *Fake) Window() bank.Window {
	return bank.Window{From: firstFakeDay.AddDays(-90), To: firstFakeDay}
}

// Rows counts the transactions of account in w.
func (f *Fake) Rows(_ *testing.T, account ledger.Account, w bank.Window) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	if a := f.account(account.BankID); a != nil {
		return len(a.within(w.From, w.To))
	}
	return 0
}

// Troubles are all.
func (f *Fake) Troubles() []Trouble { return Troubles() }

// Fail scripts trouble.
func (f *Fake) Fail(trouble Trouble) {
	done := false // guarded by f.mu, under which scripts run
	once := func(r *Reply) *Reply {
		if done {
			return nil
		}
		done = true
		return r
	}
	f.Script(func(c Call) *Reply {
		switch trouble {
		case Unauthorized:
			return once(&Reply{Status: 401, Body: `{"code":603}`})
		case TooMany:
			return once(&Reply{Status: 429, Header: map[string]string{"Retry-After": "30"}, Body: `{"code":1207}`})
		case Unavailable:
			return once(&Reply{Status: 503, Body: "<html>down for maintenance</html>"})
		case CutPage:
			if c.Page == 2 {
				return once(&Reply{Cut: true})
			}
		case Loop:
			if c.Page > 0 {
				return &Reply{Next: "from-10"}
			}
		}
		return nil
	})
}
