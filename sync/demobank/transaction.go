package demobank

import (
	"net/http"
	"net/url"
	"time"
)

const usualDays = 7 // what a call without dates gets: FDX 6 getAccountTransactions

// dates is a closed range of civil days, UTC.
type dates struct{ start, end time.Time }

func readDates(query url.Values, now time.Time) (dates, answer, bool) {
	if !query.Has("startDate") && !query.Has("endDate") {
		today := dayOf(now)
		return dates{start: today.AddDate(0, 0, -usualDays), end: today}, answer{}, true
	}
	start, err := time.Parse(time.DateOnly, query.Get("startDate"))
	if err != nil {
		return dates{}, failed(http.StatusBadRequest, 703, "startDate and endDate go together, as YYYY-MM-DD"), false
	}
	end, err := time.Parse(time.DateOnly, query.Get("endDate"))
	if err != nil {
		return dates{}, failed(http.StatusBadRequest, 703, "startDate and endDate go together, as YYYY-MM-DD"), false
	}
	if end.Before(start) {
		return dates{}, failed(http.StatusBadRequest, 702, "endDate is before startDate"), false
	}
	return dates{start, end}, answer{}, true
}

func (d dates) has(t time.Time) bool {
	return !t.Before(d.start) && t.Before(d.end.AddDate(0, 0, 1))
}

func (b *Bank) listTransactions(_ http.ResponseWriter, c call) answer {
	on, bad, ok := b.account(c)
	if !ok {
		return bad
	}
	query := c.URL.Query()
	list := c.grant.ID + " " + b.life.ids[on] + " " + query.Get("startDate") + " " + query.Get("endDate")
	key, bad, ok := b.asOf(c, list)
	if !ok {
		return bad
	}
	within, bad, ok := readDates(query, key.asOf)
	if !ok {
		return bad
	}
	if c.grant.Lookback > 0 { // counted from the list's moment, so that midnight moves no page
		within.start = latest(within.start, dayOf(key.asOf).AddDate(0, 0, -c.grant.Lookback))
	}
	var rows []shown
	for _, s := range b.life.at(on, key.asOf) {
		if within.has(s.at) {
			rows = append(rows, s)
		}
	}
	p, bad, ok := b.readPage(c, span{list: list, total: len(rows)})
	if !ok {
		return bad
	}
	transactions := []map[string]any{}
	for _, s := range rows[p.from:p.to] {
		transactions = append(transactions, s.tell())
	}
	body := p.body(b, c)
	body["transactions"] = transactions
	return answer{status: http.StatusOK, body: body, page: true}
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// tell is one FDX transaction: the amount unsigned, its direction in debitCreditMemo.
func (s shown) tell() map[string]any {
	f := facts(s.on)
	t := map[string]any{
		"transactionId": s.id, "accountCategory": f.category, "status": "PENDING",
		"description": s.text, "payee": s.payee, "debitCreditMemo": "DEBIT", "amount": amount(-s.cents),
		"transactionTimestamp": stamp(s.row.at()),
	}
	if s.cents > 0 {
		t["debitCreditMemo"], t["amount"] = "CREDIT", amount(s.cents)
	}
	if s.category != "" {
		t["category"] = s.category
	}
	if s.on == card {
		t["transactionType"] = s.kind
	}
	if !s.auth.IsZero() {
		t["cardNumberDisplay"] = "··" + f.last4
	}
	if s.posted {
		t["status"], t["postedTimestamp"] = "POSTED", stamp(s.post)
		if s.authID != "" {
			t["referenceTransactionId"] = s.authID
		}
	}
	return t
}

// at is when the person did it.
func (r *row) at() time.Time {
	if r.auth.IsZero() {
		return r.post
	}
	return r.auth
}
