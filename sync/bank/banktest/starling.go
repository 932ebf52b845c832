package banktest

import (
	"net/http"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// NewStarling is a bank that speaks as Starling does. Its loop is a feed that is the same whatever days are
// asked for.
func NewStarling(t *testing.T) *Counter {
	c := &Counter{Base: "/api/v2", Refused: map[string]string{"error": "invalid_token"}, Open: func(t *testing.T, c *Counter) bank.Session {
		return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New(CounterKey)}
	}}
	amount := func(minor int64) any { return map[string]any{"currency": "GBP", "minorUnits": minor} }
	account := func(name string) any {
		return map[string]string{"accountUid": "id-" + name, "accountType": "PRIMARY", "defaultCategory": "cat-" + name, "currency": "GBP", "name": name}
	}
	c.Answer = func(q Question) (int, any) {
		switch path := q.URL.Path; {
		case !c.opens(q):
			return http.StatusUnauthorized, c.Refused
		case path == "/accounts":
			return http.StatusOK, map[string]any{"accounts": []any{account(Shelf), account("empty")}}
		case strings.HasSuffix(path, "/balance"):
			return http.StatusOK, map[string]any{"clearedBalance": amount(1250), "effectiveBalance": amount(1000)}
		case strings.HasSuffix(path, "/savings-goals"):
			return http.StatusForbidden, map[string]string{"error": "insufficient_scope"}
		}
		rows := CounterRows()
		if !q.Looping {
			from, _ := ledger.ParseDate(q.URL.Query().Get("minTransactionTimestamp")[:10]) // of a request that the dialect made
			to, _ := ledger.ParseDate(q.URL.Query().Get("maxTransactionTimestamp")[:10])
			rows = Within(rows, from, to)
		}
		if !strings.Contains(q.URL.Path, "/cat-"+Shelf+"/") {
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
	return NewCounter(t, c)
}
