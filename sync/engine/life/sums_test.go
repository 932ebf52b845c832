package life_test

import (
	"fmt"

	"coffer/app/ledger"
	"coffer/app/store"
)

// sums holds what a sealed store adds up of account n against its rows, and both against the bank's balance.
func (l *life) sums(n int, account ledger.AccountID) {
	s, sealed := l.store.(*store.Store)
	if !sealed {
		return
	}
	rows, _, err := s.Stored(l.Context(), account, first-400, first+400, nil)
	if err != nil {
		l.Fatal(err)
	}
	booked := map[ledger.Month]int64{}
	var all, pending int64
	for _, t := range rows {
		switch t.Status {
		case ledger.Booked:
			all += t.Amount.Minor
			booked[t.Date.Month()] += t.Amount.Minor
		case ledger.Pending:
			pending += t.Amount.Minor
		}
	}
	l.wantTotals(s, ledger.Filter{Account: account}, all, pending)
	for month, sum := range booked {
		l.wantTotals(s, ledger.Filter{Account: account, From: month.First(), To: (month + 1).First() - 1}, sum, -1)
	}
	tally, err := s.Tally(l.Context(), account)
	if err != nil {
		l.Fatal(err)
	}
	whole := len(l.bank.withheld[n]) == 0 && len(l.judge.reviewed) == 0
	if whole && (tally.Differs || all != l.bank.accounts[n].booked(l.bank.now)) {
		l.judge.faults = append(l.judge.faults, fmt.Sprintf("account %d: the bank states %d, the rows come to %d, the tally is %+v", n, l.bank.accounts[n].booked(l.bank.now), all, tally))
	}
}

// wantTotals fails unless the roll-ups of a filter come to these sums; a pending one below zero counts where it is known.
func (l *life) wantTotals(s *store.Store, f ledger.Filter, booked, pending int64) {
	totals, err := s.Totals(l.Context(), f)
	if err != nil {
		l.Fatal(err)
	}
	sum := func(of []ledger.Sum) (n int64) {
		for _, one := range of {
			n += one.In.Minor + one.Out.Minor
		}
		return n
	}
	if got := sum(totals.Booked); got != booked {
		l.judge.faults = append(l.judge.faults, fmt.Sprintf("the roll-ups of %+v come to %d booked, the rows to %d", f, got, booked))
	}
	if got := sum(totals.Pending); pending != -1 && got != pending {
		l.judge.faults = append(l.judge.faults, fmt.Sprintf("the roll-ups of %+v come to %d pending, the rows to %d", f, got, pending))
	}
}
