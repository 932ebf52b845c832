package banktest

import (
	"net/http"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// NewInvestec is a bank that speaks as Investec does, without ids. Its loop is a list that is the same
// whatever days are asked for. The secret of CounterClient gets access tokens, which end with it.
func NewInvestec(t *testing.T) *Counter {
	tokens := map[string]string{} // the key that was good when each was given
	c := &Counter{Base: "/za/pb/v1", Refused: map[string]string{"error": "unauthorized"}, Open: func(t *testing.T, c *Counter) bank.Session {
		c.mu.Lock()
		defer c.mu.Unlock()
		token := c.issue("access")
		tokens["Bearer "+token] = c.key
		return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New(token)}
	}}
	account := func(name string) any {
		return map[string]string{"accountId": "id-" + name, "accountNumber": "100-" + name, "referenceName": name, "productName": "Private Bank Account"}
	}
	c.Answer = func(q Question) (int, any) {
		switch path := q.URL.Path; {
		case path == "/identity/v2/oauth2/token":
			user, password, _ := q.BasicAuth()
			if user != CounterClient || c.key == "" || password != c.key || q.Header.Get("X-Api-Key") != c.app || q.Body != "grant_type=client_credentials" {
				return http.StatusUnauthorized, map[string]string{"error": "invalid_client"}
			}
			token := c.issue("access")
			tokens["Bearer "+token] = c.key
			return http.StatusOK, map[string]any{"access_token": token, "token_type": "Bearer", "expires_in": 1800, "scope": "accounts"}
		case c.key == "" || tokens[q.Header.Get("Authorization")] != c.key:
			return http.StatusUnauthorized, c.Refused
		case path == "/accounts":
			return http.StatusOK, map[string]any{"data": map[string]any{"accounts": []any{account(Shelf), account("empty")}}}
		case strings.HasSuffix(path, "/balance"):
			return http.StatusOK, map[string]any{"data": map[string]any{"currentBalance": 12.5, "currency": "ZAR"}}
		}
		return investecRows(q)
	}
	return NewCounter(t, c)
}

func investecRows(q Question) (int, any) {
	rows := CounterRows()
	if ask := q.URL.Query(); !q.Looping {
		from, err1 := ledger.ParseDate(ask.Get("fromDate"))
		to, err2 := ledger.ParseDate(ask.Get("toDate"))
		if err1 != nil || err2 != nil {
			return http.StatusBadRequest, nil
		}
		rows = Within(rows, from, to)
	}
	if !strings.Contains(q.URL.Path, "id-"+Shelf) {
		rows = nil
	}
	told := []any{}
	for _, r := range rows {
		t := map[string]any{"type": "DEBIT", "status": "POSTED", "description": r.Payee, "transactionDate": r.Day.String(), "postingDate": r.Day.String(), "amount": Row{Cents: -r.Cents}.Decimal()}
		if r.Pending {
			t["status"], t["postingDate"] = "PENDING", nil
		}
		told = append(told, t)
	}
	return http.StatusOK, map[string]any{"data": map[string]any{"transactions": told}, "meta": map[string]int{"totalPages": 1}}
}
