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

// newStarling is a bank that speaks as Starling does. Its loop is a feed that is the same whatever days are
// asked for.
func newStarling(t *testing.T) *banktest.Counter {
	c := &banktest.Counter{Refused: map[string]string{"error": "invalid_token"}, Open: func(t *testing.T, c *banktest.Counter) bank.Session {
		return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("starling-token")}
	}}
	amount := func(minor int64) any { return map[string]any{"currency": "GBP", "minorUnits": minor} }
	account := func(name string) any {
		return map[string]string{"accountUid": "id-" + name, "accountType": "PRIMARY", "defaultCategory": "cat-" + name, "currency": "GBP", "name": name}
	}
	c.Answer = func(q banktest.Question) (int, any) {
		switch path := q.URL.Path; {
		case q.Header.Get("Authorization") != "Bearer starling-token":
			return http.StatusUnauthorized, c.Refused
		case path == "/accounts":
			return http.StatusOK, map[string]any{"accounts": []any{account(banktest.Shelf), account("empty")}}
		case strings.HasSuffix(path, "/balance"):
			return http.StatusOK, map[string]any{"clearedBalance": amount(1250), "effectiveBalance": amount(1000)}
		case strings.HasSuffix(path, "/savings-goals"):
			return http.StatusForbidden, map[string]string{"error": "insufficient_scope"}
		}
		rows := banktest.CounterRows()
		if !q.Looping {
			from, _ := ledger.ParseDate(q.URL.Query().Get("minTransactionTimestamp")[:10]) // of a request that the dialect made
			to, _ := ledger.ParseDate(q.URL.Query().Get("maxTransactionTimestamp")[:10])
			rows = banktest.Within(rows, from, to)
		}
		if !strings.Contains(q.URL.Path, "/cat-"+banktest.Shelf+"/") {
			rows = nil
		}
		items := []any{}
		for _, r := range rows {
			item := map[string]any{
				"feedItemUid": r.ID, "amount": amount(-r.Cents), "direction": "OUT", "transactionTime": r.Day.String() + "T12:00:00.000Z",
				"status": "PENDING", "counterPartyName": r.Payee,
			}
			if !r.Pending {
				item["status"], item["settlementTime"] = "SETTLED", item["transactionTime"]
			}
			items = append(items, item)
		}
		return http.StatusOK, map[string]any{"feedItems": items}
	}
	return banktest.NewCounter(t, c)
}
