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

// newOBIE is a bank that speaks version 4 of UK Open Banking, 40 rows to a page. An empty list is left out.
func newOBIE(t *testing.T) *banktest.Counter {
	c := &banktest.Counter{Refused: map[string]any{"Errors": []any{map[string]string{"ErrorCode": "U042"}}}, Open: func(t *testing.T, c *banktest.Counter) bank.Session {
		return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New("obie-token")}
	}}
	account := func(name string) any {
		return map[string]any{"AccountId": "id-" + name, "Currency": "GBP", "AccountTypeCode": "CACC", "Nickname": name}
	}
	c.Answer = func(q banktest.Question) (int, any) {
		switch path := q.URL.Path; {
		case q.Header.Get("Authorization") != "Bearer obie-token":
			return http.StatusUnauthorized, c.Refused
		case path == "/accounts":
			return http.StatusOK, map[string]any{"Data": map[string]any{"Account": []any{account(banktest.Shelf), account("empty")}}}
		case strings.HasSuffix(path, "/balances"):
			return http.StatusOK, map[string]any{"Data": map[string]any{"Balance": []any{
				map[string]any{"Type": "ITBD", "CreditDebitIndicator": "Credit", "Amount": map[string]string{"Amount": "12.50", "Currency": "GBP"}},
			}}}
		}
		return obiePage(c, q)
	}
	return banktest.NewCounter(t, c)
}

func obiePage(c *banktest.Counter, q banktest.Question) (int, any) {
	const size = 40
	ask := q.URL.Query()
	skip, wrong := strconv.Atoi(ask.Get("page"))
	if wrong != nil && ask.Get("page") != "" {
		return http.StatusBadRequest, c.Refused
	}
	from, _ := ledger.ParseDate(strings.TrimSuffix(ask.Get("fromBookingDateTime"), "T00:00:00Z")) // of a request that the dialect made
	to, _ := ledger.ParseDate(strings.TrimSuffix(ask.Get("toBookingDateTime"), "T23:59:59Z"))
	rows := banktest.Within(banktest.CounterRows(), from, to)
	if !strings.Contains(q.URL.Path, "id-"+banktest.Shelf) {
		rows = nil
	}
	data := []any{}
	for _, r := range rows[min(skip, len(rows)):min(skip+size, len(rows))] {
		status := "BOOK"
		if r.Pending {
			status = "PDNG"
		}
		data = append(data, map[string]any{
			"AccountId": "id-" + banktest.Shelf, "TransactionId": r.ID, "CreditDebitIndicator": "Debit", "Status": status, "BookingDateTime": r.Day.String() + "T00:00:00Z",
			"TransactionInformation": r.Payee, "Amount": map[string]string{"Amount": strings.TrimPrefix(r.Decimal().String(), "-"), "Currency": "GBP"},
		})
	}
	links := map[string]any{"Self": c.URL + q.URL.String()}
	if skip+size < len(rows) || q.Looping {
		ask.Set("page", strconv.Itoa(skip+size))
		if q.Looping {
			ask.Set("page", "40")
		}
		links["Next"] = c.URL + q.URL.EscapedPath() + "?" + ask.Encode()
	}
	if len(data) == 0 {
		return http.StatusOK, map[string]any{"Data": map[string]any{}, "Links": links}
	}
	return http.StatusOK, map[string]any{"Data": map[string]any{"Transaction": data}, "Links": links}
}
