package app_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"coffer/app/alert"
	labelled "coffer/app/alert/sheet"
	"coffer/app/ledger"
)

// TestAScoredFileIsThoughtTheSameOfAsAVault holds what measures the alerts against what raises them: the same rows, once out of a vault and
// once as a file of labelled rows.
func TestAScoredFileIsThoughtTheSameOfAsAVault(t *testing.T) {
	rows := habits(3)
	r := fresh(t)
	r.imports(t, "all.ofx", wide("1111", rows...))
	account := value(r.coffer.Accounts(t.Context()))(t)[0]
	scores := value(r.coffer.Suspicion(t.Context(), account.ID, ledger.Day(2026, 1, 1), ledger.Day(2026, 12, 31)))(t)
	want := map[string]string{}
	name := func(day ledger.Date, minor int64, payee string) string {
		return fmt.Sprint(day, " ", minor, " ", payee)
	}
	for _, row := range value(r.coffer.Rows(t.Context(), ledger.Filter{Account: account.ID}, ledger.NewestFirst, 0, 1000))(t) {
		want[name(row.Date, row.Amount.Minor, row.Payee)] = fmt.Sprint(scores[row.ID])
	}
	for _, v := range value(r.coffer.Alerts(t.Context()))(t) {
		for _, row := range v.About {
			if v.Detector == alert.Unusual {
				want[name(row.Date, row.Amount.Minor, row.Payee)] += fmt.Sprint(" ", v.Level)
			}
		}
	}
	got, levels := map[string]string{}, map[alert.ID]alert.Level{}
	var verdicts []alert.Verdict
	live := alert.NewState().Live(alert.Known{}, func(v alert.Verdict) alert.Answer {
		verdicts, levels[v.Alert] = append(verdicts, v), v.Level
		return alert.Unanswered
	})
	all := booked(t, rows, account.Currency)
	live.Judge(all)
	names := map[ledger.TransactionID]string{}
	for _, row := range all {
		names[row.ID] = name(row.Date, row.Amount.Minor, row.Payee)
	}
	for _, v := range verdicts {
		row := names[v.Row]
		got[row] = fmt.Sprint(v.Score)
		if v.Statistical {
			got[row] += fmt.Sprint(" ", levels[v.Alert])
		}
	}
	told := 0
	for id, thought := range want {
		if got[id] != thought {
			t.Errorf("%s: the file says %s, the vault %s", id, got[id], thought)
		}
		told += strings.Count(thought, " ")
	}
	if told == 0 || len(got) != len(want) {
		t.Errorf("%d alerts, %d rows of the file, %d of the vault", told, len(got), len(want))
	}
}

// booked reads rows of a statement out of a file of labelled rows.
func booked(t *testing.T, rows []string, currency string) []ledger.Transaction {
	t.Helper()
	text := "id,customer,account,time,amount,currency,merchant\n"
	for _, row := range rows {
		f := strings.Split(row, "|")
		text += fmt.Sprintf("%s,C,C-0,%s-%s-%s,%s,%s,%s\n", f[2], f[0][:4], f[0][4:6], f[0][6:], strings.TrimPrefix(f[1], "-"), currency, f[3])
	}
	lines, err := labelled.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var all []ledger.Transaction
	for {
		line, err := lines.Next()
		if errors.Is(err, io.EOF) {
			return all
		}
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, line.Booked())
	}
}
