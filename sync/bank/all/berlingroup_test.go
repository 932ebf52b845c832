package all_test

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
)

// newBerlinGroup is a bank that speaks NextGenPSD2, 40 rows to a page. One of its accounts is a card's.
func newBerlinGroup(t *testing.T) *banktest.Counter {
	refused := map[string]any{"tppMessages": []any{map[string]string{"category": "ERROR", "code": "CONSENT_EXPIRED"}}}
	c := &banktest.Counter{Refused: refused, Open: func(t *testing.T, c *banktest.Counter) bank.Session {
		return bank.Session{Line: banktest.Line(t, &c.Book, c.URL), Base: c.URL + "/psd2", Consent: "consent-1", Memo: &bank.Memo{}}
	}}
	amount := func(a string) any { return map[string]string{"currency": "EUR", "amount": a} }
	c.Answer = func(q banktest.Question) (int, any) {
		at := strings.Split(strings.TrimPrefix(q.URL.Path, "/psd2/v1/"), "/")
		switch {
		case q.Header.Get("Consent-ID") != "consent-1":
			return http.StatusUnauthorized, refused
		case len(at) == 1 && at[0] == "accounts":
			return http.StatusOK, map[string]any{"accounts": []any{map[string]any{"resourceId": banktest.Shelf, "iban": "DE00", "name": banktest.Shelf, "currency": "EUR"}}}
		case len(at) == 1:
			return http.StatusOK, map[string]any{"cardAccounts": []any{map[string]any{"resourceId": "empty", "maskedPan": "5254xx3241", "name": "Card", "currency": "EUR"}}}
		case at[2] == "balances":
			return http.StatusOK, map[string]any{"balances": []any{map[string]any{"balanceType": "interimBooked", "balanceAmount": amount("12.50")}}}
		}
		ask := q.URL.Query()
		from, err1 := ledger.ParseDate(ask.Get("dateFrom"))
		to, err2 := ledger.ParseDate(ask.Get("dateTo"))
		skip, err3 := strconv.Atoi(ask.Get("pageIndex"))
		if err1 != nil || err2 != nil || err3 != nil && ask.Get("pageIndex") != "" || ask.Get("bookingStatus") != "both" {
			return http.StatusBadRequest, map[string]any{"tppMessages": []any{map[string]string{"code": "FORMAT_ERROR"}}}
		}
		rows, list := banktest.Within(banktest.CounterRows(), from, to), "transactions"
		if at[0] != "accounts" {
			rows, list = nil, "cardTransactions"
		}
		booked, pending := []any{}, []any{}
		for _, r := range rows[min(skip, len(rows)):min(skip+40, len(rows))] {
			t := map[string]any{"transactionId": r.ID, "transactionAmount": amount(r.Decimal().String()), "valueDate": r.Day.String(), "creditorName": r.Payee}
			if r.Pending {
				pending = append(pending, t)
			} else {
				t["bookingDate"] = r.Day.String()
				booked = append(booked, t)
			}
		}
		links := map[string]any{"account": map[string]string{"href": "/psd2/v1/accounts/" + at[1]}}
		if skip+40 < len(rows) || q.Looping {
			next := skip + 40
			if q.Looping {
				next = 40
			}
			on := url.Values{"dateFrom": {from.String()}, "dateTo": {to.String()}, "bookingStatus": {"both"}, "pageIndex": {strconv.Itoa(next)}}
			links["next"] = map[string]string{"href": q.URL.EscapedPath() + "?" + on.Encode()}
		}
		return http.StatusOK, map[string]any{list: map[string]any{"booked": booked, "pending": pending, "_links": links}}
	}
	return banktest.NewCounter(t, c)
}
