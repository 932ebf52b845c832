package banktest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/app/secret"
	"coffer/sync/bank"
)

// NewAkahu is a bridge that speaks as Akahu does, 40 rows to a page. What is pending is a list of its own, and
// DELETE /token ends the token that it is asked with.
func NewAkahu(t *testing.T) *Counter {
	c := &Counter{Base: "/v1", Refused: map[string]any{"success": false, "message": "no"}, Open: func(t *testing.T, c *Counter) bank.Session {
		return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New(CounterKey), App: secret.New(CounterApp)}
	}}
	account := func(name string) any {
		return map[string]any{"_id": "id-" + name, "name": name, "status": "ACTIVE", "type": "CHECKING", "formatted_account": "12-3456-" + name,
			"balance": map[string]any{"currency": "NZD", "current": 12.5}}
	}
	items := func(all []any, next any) (int, any) {
		return http.StatusOK, map[string]any{"success": true, "items": all, "cursor": map[string]any{"next": next}}
	}
	told := func(rows []Row, pending bool) []any {
		all := []any{}
		for _, r := range rows {
			if r.Pending == pending {
				all = append(all, map[string]any{"_id": r.ID, "_account": "id-" + Shelf, "date": r.Day.String() + "T00:00:00.000Z", "amount": r.Decimal(), "description": r.Payee, "type": "EFTPOS"})
			}
		}
		return all
	}
	c.Answer = func(q Question) (int, any) {
		ask := q.URL.Query()
		switch {
		case !c.opens(q) || q.Header.Get("X-Akahu-Id") != c.app:
			return http.StatusUnauthorized, c.Refused
		case q.URL.Path == "/token" && q.Method == http.MethodDelete:
			c.key = ""
			return http.StatusOK, map[string]any{"success": true}
		case q.URL.Path == "/accounts":
			return items([]any{account(Shelf), account("empty")}, nil)
		case q.URL.Path == "/transactions/pending":
			return items(told(CounterRows(), true), nil)
		case !strings.Contains(q.URL.Path, "id-"+Shelf):
			return items([]any{}, nil)
		}
		from, err1 := time.Parse(time.RFC3339, ask.Get("start"))
		to, err2 := time.Parse(time.RFC3339, ask.Get("end"))
		skip, err3 := strconv.Atoi(ask.Get("cursor"))
		if err1 != nil || err2 != nil || err3 != nil && ask.Get("cursor") != "" {
			return http.StatusBadRequest, c.Refused
		}
		rows := told(slices.DeleteFunc(CounterRows(), func(r Row) bool { return !r.Day.Time().After(from) || r.Day.Time().After(to) }), false)
		var next any
		if end := skip + 40; end < len(rows) || q.Looping {
			next = strconv.Itoa(end)
			if q.Looping {
				next = "40"
			}
		}
		return items(rows[min(skip, len(rows)):min(skip+40, len(rows))], next)
	}
	return NewCounter(t, c)
}
