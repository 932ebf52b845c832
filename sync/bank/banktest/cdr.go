package banktest

import (
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// NewCDR is a bank that speaks Australia's Consumer Data Right. It gives at most 40 rows to a page, whatever is asked
// for, and refuses what the standard refuses: a call without its version, its time or its id, and a page that there is not.
func NewCDR(t *testing.T) *Counter {
	c := &Counter{Base: "/cds-au/v1", Refused: cdrError("cds-all:Authorisation/InvalidConsent")}
	c.Open = func(t *testing.T, c *Counter) bank.Session {
		return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New(c.key)}
	}
	c.Answer = func(q Question) (int, any) {
		id, below, _ := strings.Cut(strings.TrimPrefix(q.URL.Path, "/banking/accounts/"), "/")
		switch header := cdrHeader(q); {
		case !c.opens(q):
			return http.StatusUnauthorized, c.Refused
		case header != "":
			return http.StatusBadRequest, cdrError(header)
		case q.URL.Path == "/banking/accounts":
			return http.StatusOK, c.cdrPage(q, "accounts", []any{cdrAccount(Shelf), cdrAccount("empty")})
		case id != "id-"+Shelf && id != "id-empty":
			return http.StatusNotFound, cdrError("cds-banking:Authorisation/InvalidBankingAccount")
		case below == "balance":
			return http.StatusOK, map[string]any{"data": map[string]any{"accountId": id, "currentBalance": "12.50", "availableBalance": "12.50", "currency": "AUD"}, "links": map[string]any{}, "meta": map[string]any{}}
		}
		return c.cdrRows(q, id)
	}
	return NewCounter(t, c)
}

func cdrError(code string) any {
	return map[string]any{"errors": []any{map[string]any{"code": "urn:au-cds:error:" + code, "title": "No", "detail": "", "meta": map[string]any{}}}}
}

// cdrHeader is the code of what is wrong with the headers of q, empty where nothing is.
func cdrHeader(q Question) string {
	version, err := strconv.Atoi(q.Header.Get("X-V"))
	_, late := time.Parse(http.TimeFormat, q.Header.Get("X-Fapi-Auth-Date"))
	switch {
	case err != nil || version < 1:
		return "cds-all:Header/InvalidVersion"
	case late != nil || len(q.Header.Get("X-Fapi-Interaction-Id")) != 36:
		return "cds-all:Header/Missing"
	}
	return ""
}

func cdrAccount(name string) any {
	return map[string]any{"accountId": "id-" + name, "displayName": name, "accountOwnership": "ONE_PARTY", "maskedNumber": "xxx-xxx xxxxx2290",
		"productCategory": "TRANS_AND_SAVINGS_ACCOUNTS", "productName": "Everyday"}
}

func (c *Counter) cdrRows(q Question, id string) (int, any) {
	oldest, err1 := time.Parse(time.RFC3339, q.URL.Query().Get("oldest-time"))
	newest, err2 := time.Parse(time.RFC3339, q.URL.Query().Get("newest-time"))
	if err1 != nil || err2 != nil || newest.Before(oldest) {
		return http.StatusBadRequest, cdrError("cds-all:Field/InvalidDateTime")
	}
	rows := []any{}
	for _, r := range Within(CounterRows(), ledger.DateOf(oldest)-1, ledger.DateOf(newest)+1) {
		at := r.Day.Time().Add(2 * time.Hour) // noon in the west
		if id != "id-"+Shelf || at.Before(oldest) || at.After(newest) {
			continue
		}
		row := map[string]any{"accountId": id, "transactionId": r.ID, "isDetailAvailable": false, "type": "PAYMENT", "status": "POSTED", "description": r.Payee,
			"postingDateTime": at.Format(time.RFC3339), "amount": r.Decimal().String(), "currency": "AUD", "reference": ""}
		if r.Pending {
			row["status"], row["executionDateTime"] = "PENDING", row["postingDateTime"]
			delete(row, "postingDateTime")
		}
		rows = append(rows, row)
	}
	page := c.cdrPage(q, "transactions", rows)
	if page == nil {
		return http.StatusUnprocessableEntity, cdrError("cds-all:Field/InvalidPage")
	}
	return http.StatusOK, page
}

// cdrPage is the page of all that q asks for; nil where there is none.
func (c *Counter) cdrPage(q Question, list string, all []any) any {
	ask := q.URL.Query()
	number, err := strconv.Atoi(ask.Get("page"))
	if err != nil && ask.Get("page") != "" {
		return nil
	}
	size, _ := strconv.Atoi(ask.Get("page-size"))
	if size = min(size, 40); size < 1 {
		size = 25
	}
	number = max(number, 1)
	pages := max(1, (len(all)+size-1)/size)
	if number > pages {
		return nil
	}
	links := map[string]any{"self": c.URL + q.URL.String()}
	if number < pages || q.Looping {
		ask.Set("page", strconv.Itoa(number+1))
		if q.Looping {
			ask.Set("page", "2")
		}
		links["next"] = c.URL + q.URL.EscapedPath() + "?" + ask.Encode()
	}
	part := all[(number-1)*size : min(number*size, len(all))]
	return map[string]any{"data": map[string]any{list: part}, "links": links, "meta": map[string]any{"totalRecords": len(all), "totalPages": pages}}
}
