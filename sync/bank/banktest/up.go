package banktest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// NewUp is a bank that speaks as Up does, 40 rows to a page.
func NewUp(t *testing.T) *Counter {
	c := &Counter{Base: "/api/v1", Refused: map[string]any{"errors": []any{map[string]string{"status": "401"}}}, Open: upSession}
	c.Answer = func(q Question) (int, any) {
		if !c.opens(q) {
			return http.StatusUnauthorized, c.Refused
		}
		switch {
		case q.URL.Path == "/util/ping":
			return http.StatusOK, map[string]any{"meta": map[string]string{"id": "1"}}
		case q.URL.Path == "/accounts":
			return http.StatusOK, map[string]any{"data": []any{upAccount(Shelf), upAccount("empty")}, "links": map[string]any{"next": nil}}
		}
		return upPage(c, q)
	}
	return NewCounter(t, c)
}

func upSession(t *testing.T, c *Counter) bank.Session {
	return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New(CounterKey)}
}

func upAccount(name string) any {
	return map[string]any{"type": "accounts", "id": "id-" + name, "attributes": map[string]any{
		"displayName": name, "accountType": "SAVER", "balance": map[string]any{"currencyCode": "AUD", "value": "12.50", "valueInBaseUnits": 1250},
	}}
}

func upPage(c *Counter, q Question) (int, any) {
	const size = 40
	ask := q.URL.Query()
	after, from := 0, ledger.Date(0)
	if s := ask.Get("page[after]"); s != "" {
		var err error
		if after, err = strconv.Atoi(s); err != nil {
			return http.StatusBadRequest, c.Refused
		}
	}
	to := ledger.Day(2199, 1, 1)
	for name, into := range map[string]*ledger.Date{"filter[since]": &from, "filter[until]": &to} {
		if at, err := time.Parse(time.RFC3339, ask.Get(name)); err == nil {
			*into = ledger.DateOf(at)
		}
	}
	rows := Within(CounterRows(), from, to)
	if !strings.Contains(q.URL.Path, "id-"+Shelf) {
		rows = nil
	}
	if ask.Get("filter[status]") == "HELD" {
		rows = slices.DeleteFunc(rows, func(r Row) bool { return !r.Pending })
	}
	data := []any{}
	for _, r := range rows[min(after, len(rows)):min(after+size, len(rows))] {
		at := r.Day.String() + "T12:00:00+10:00"
		attributes := map[string]any{
			"status": "HELD", "description": r.Payee, "settledAt": nil, "createdAt": at,
			"amount": map[string]any{"currencyCode": "AUD", "value": r.Decimal().String(), "valueInBaseUnits": r.Cents},
		}
		if !r.Pending {
			attributes["status"], attributes["settledAt"] = "SETTLED", at
		}
		data = append(data, map[string]any{"type": "transactions", "id": r.ID, "attributes": attributes})
	}
	var next any
	if after+size < len(rows) || q.Looping {
		ask.Set("page[after]", strconv.Itoa(after+size))
		if q.Looping {
			ask.Set("page[after]", "40")
		}
		next = c.URL + q.URL.Path + "?" + ask.Encode()
	}
	return http.StatusOK, map[string]any{"data": data, "links": map[string]any{"prev": nil, "next": next}}
}
