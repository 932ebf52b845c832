package all_test

import (
	"encoding/json"
	"net/http"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// newPlaid is a bridge that speaks as Plaid does, 40 rows to a page. Its loop is a page that is the same
// wherever it is to begin.
func newPlaid(t *testing.T) *banktest.Counter {
	c := &banktest.Counter{RefusedStatus: http.StatusBadRequest, Refused: map[string]string{"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED"},
		Open: func(t *testing.T, c *banktest.Counter) bank.Session {
			return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("access-1"), App: secret.New("secret-1"), Client: "client-1"}
		}}
	account := func(name string) any {
		return map[string]any{"account_id": "id-" + name, "name": name, "type": "depository", "subtype": "checking", "mask": "22" + name,
			"balances": map[string]any{"current": 12.5, "iso_currency_code": "USD"}}
	}
	c.Answer = func(q banktest.Question) (int, any) {
		var ask struct {
			ClientID string `json:"client_id"`
			Secret   string `json:"secret"`
			Token    string `json:"access_token"`
			From     string `json:"start_date"`
			To       string `json:"end_date"`
			Options  struct {
				Accounts []string `json:"account_ids"`
				Offset   int      `json:"offset"`
			} `json:"options"`
		}
		if err := json.Unmarshal([]byte(q.Body), &ask); err != nil || ask.ClientID != "client-1" || ask.Secret != "secret-1" || ask.Token != "access-1" {
			return http.StatusBadRequest, c.Refused
		}
		switch q.URL.Path {
		case "/item/get":
			return http.StatusOK, map[string]any{"item": map[string]any{"item_id": "item-1", "consent_expiration_time": nil}}
		case "/accounts/get":
			return http.StatusOK, map[string]any{"accounts": []any{account(banktest.Shelf), account("empty")}}
		}
		from, err1 := ledger.ParseDate(ask.From)
		to, err2 := ledger.ParseDate(ask.To)
		if err1 != nil || err2 != nil || len(ask.Options.Accounts) != 1 {
			return http.StatusBadRequest, map[string]string{"error_code": "INVALID_FIELD"}
		}
		rows := banktest.Within(banktest.CounterRows(), from, to)
		if ask.Options.Accounts[0] != "id-"+banktest.Shelf {
			rows = nil
		}
		at := min(ask.Options.Offset, len(rows))
		if q.Looping {
			at = 0
		}
		told := []any{}
		for _, r := range rows[at:min(at+40, len(rows))] {
			told = append(told, map[string]any{
				"transaction_id": r.ID, "account_id": ask.Options.Accounts[0], "amount": banktest.Row{Cents: -r.Cents}.Decimal(), "iso_currency_code": "USD",
				"date": r.Day.String(), "pending": r.Pending, "name": r.Payee,
			})
		}
		return http.StatusOK, map[string]any{"transactions": told, "total_transactions": len(rows)}
	}
	return banktest.NewCounter(t, c)
}
