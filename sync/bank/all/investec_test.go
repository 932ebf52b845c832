package all_test

import (
	"net/http"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// newInvestec is a bank that speaks as Investec does, without ids. Its loop is a list that is the same
// whatever days are asked for.
func newInvestec(t *testing.T) *banktest.Counter {
	c := &banktest.Counter{Refused: map[string]string{"error": "unauthorized"}, Open: func(t *testing.T, c *banktest.Counter) bank.Session {
		return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("investec-token")}
	}}
	account := func(name string) any {
		return map[string]string{"accountId": "id-" + name, "accountNumber": "100-" + name, "referenceName": name, "productName": "Private Bank Account"}
	}
	c.Answer = func(q banktest.Question) (int, any) {
		ask := q.URL.Query()
		switch path := q.URL.Path; {
		case q.Header.Get("Authorization") != "Bearer investec-token":
			return http.StatusUnauthorized, c.Refused
		case path == "/accounts":
			return http.StatusOK, map[string]any{"data": map[string]any{"accounts": []any{account(banktest.Shelf), account("empty")}}}
		case strings.HasSuffix(path, "/balance"):
			return http.StatusOK, map[string]any{"data": map[string]any{"currentBalance": 12.5, "currency": "ZAR"}}
		}
		rows := banktest.CounterRows()
		if !q.Looping {
			from, err1 := ledger.ParseDate(ask.Get("fromDate"))
			to, err2 := ledger.ParseDate(ask.Get("toDate"))
			if err1 != nil || err2 != nil {
				return http.StatusBadRequest, nil
			}
			rows = banktest.Within(rows, from, to)
		}
		if !strings.Contains(q.URL.Path, "id-"+banktest.Shelf) {
			rows = nil
		}
		told := []any{}
		for _, r := range rows {
			t := map[string]any{"type": "DEBIT", "status": "POSTED", "description": r.Payee, "transactionDate": r.Day.String(), "postingDate": r.Day.String(), "amount": banktest.Row{Cents: -r.Cents}.Decimal()}
			if r.Pending {
				t["status"], t["postingDate"] = "PENDING", nil
			}
			told = append(told, t)
		}
		return http.StatusOK, map[string]any{"data": map[string]any{"transactions": told}, "meta": map[string]int{"totalPages": 1}}
	}
	return banktest.NewCounter(t, c)
}
