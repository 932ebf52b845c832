package all_test

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// newEnableBanking is a bridge that speaks as Enable Banking does, 40 rows to a page.
func newEnableBanking(t *testing.T) *banktest.Counter {
	c := &banktest.Counter{Refused: map[string]any{"code": 401, "error": "EXPIRED_SESSION"}, Open: func(t *testing.T, c *banktest.Counter) bank.Session {
		return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("a.b.c"), Client: "app-1", Consent: "sess-1"}
	}}
	amount := func(a any) any { return map[string]any{"currency": "EUR", "amount": a} }
	c.Answer = func(q banktest.Question) (int, any) {
		at := strings.Split(q.URL.Path, "/")
		switch {
		case q.Header.Get("Authorization") != "Bearer a.b.c":
			return http.StatusUnauthorized, c.Refused
		case q.URL.Path == "/sessions/sess-1":
			return http.StatusOK, map[string]any{"status": "AUTHORIZED", "accounts": []string{banktest.Shelf, "empty"}}
		case at[3] == "details":
			return http.StatusOK, map[string]any{"account_id": map[string]string{"iban": "FI-" + at[2]}, "details": at[2], "currency": "EUR", "cash_account_type": "CACC"}
		case at[3] == "balances":
			return http.StatusOK, map[string]any{"balances": []any{map[string]any{"balance_type": "CLBD", "balance_amount": amount("12.50")}}}
		}
		ask := q.URL.Query()
		from, err1 := ledger.ParseDate(ask.Get("date_from"))
		to, err2 := ledger.ParseDate(ask.Get("date_to"))
		skip, err3 := strconv.Atoi(ask.Get("continuation_key"))
		if err1 != nil || err2 != nil || err3 != nil && ask.Get("continuation_key") != "" {
			return http.StatusUnprocessableEntity, map[string]string{"error": "WRONG_CONTINUATION_KEY"}
		}
		rows := banktest.Within(banktest.CounterRows(), from, to)
		if at[2] != banktest.Shelf {
			rows = nil
		}
		told := []any{}
		for _, r := range rows[min(skip, len(rows)):min(skip+40, len(rows))] {
			t := map[string]any{
				"entry_reference": r.ID, "transaction_amount": amount(banktest.Row{Cents: -r.Cents}.Decimal().String()), "credit_debit_indicator": "DBIT",
				"status": "PDNG", "transaction_date": r.Day.String(), "creditor": map[string]string{"name": r.Payee},
			}
			if !r.Pending {
				t["status"], t["booking_date"] = "BOOK", r.Day.String()
			}
			told = append(told, t)
		}
		var next any
		if skip+40 < len(rows) || q.Looping {
			next = strconv.Itoa(skip + 40)
			if q.Looping {
				next = "40"
			}
		}
		return http.StatusOK, map[string]any{"transactions": told, "continuation_key": next}
	}
	return banktest.NewCounter(t, c)
}
