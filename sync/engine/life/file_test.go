package life_test

import (
	"fmt"
	"strconv"
	"strings"

	"coffer/app/ledger"
)

// importFile is what the person does with a statement of some weeks that the bank tells of, too.
func (l *life) importFile(n int) {
	account, known := l.accountOf(n)
	if !known {
		return
	}
	to := min(l.bank.now.day()-ledger.Date(l.rand.IntN(10)), first+months)
	from := to - ledger.Date(5+l.rand.IntN(40))
	batch := ledger.Batch{Rows: l.bank.statement(n, from, to), From: from, To: to + 1, Complete: true}
	if len(batch.Rows) == 0 {
		return
	}
	l.judge.shelf = l.store
	w := ledger.Write{Account: account, At: l.bank.now.noon(), Import: &ledger.Import{Account: account, Name: "statement.ofx", Format: "ofx", At: l.bank.now.noon()}}
	if _, err := l.judge.Reconcile(l.Context(), batch, w); err != nil {
		l.Fatal(err)
	}
}

func (l *life) accountOf(n int) (ledger.AccountID, bool) {
	accounts, err := l.store.Accounts(l.Context())
	if err != nil {
		l.Fatal(err)
	}
	for _, a := range accounts {
		if a.Link == string(l.link) && a.BankID == "acc-"+strconv.Itoa(n) {
			return a.ID, true
		}
	}
	return "", false
}

// statement is what a file of the bank's says of the days from from to to: booked rows alone, worded otherwise.
func (t *teller) statement(n int, from, to ledger.Date) []ledger.Row {
	var rows []ledger.Row
	h := t.accounts[n]
	for _, s := range h.shown(t.now, from, to) {
		if s.row.Pending {
			continue
		}
		mark := t.mark(n, s)
		t.told[mark] = s
		if _, told := t.delivered[n][s.key]; !told { // the bank itself may not have told it
			late := s
			if h.custom.late {
				late.row.Date++
			}
			t.delivered[n][s.key] = late
		}
		name := strings.ToUpper(s.of.shop.name)
		r := ledger.Row{Date: s.row.Date, Amount: s.row.Amount, Payee: name, Memo: "CARD " + name, Line: len(rows) + 1,
			Raw: []ledger.Field{{Name: "mark", Value: mark}}}
		if h.custom.late {
			r.Date++
		}
		if h.custom.coded {
			r.SourceID = fmt.Sprintf("FIT%d-%d", s.of.n, s.part)
		}
		rows = append(rows, r)
	}
	return rows
}
