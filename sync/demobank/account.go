package demobank

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// amount is US cents; in JSON a number with two decimals, written without any float.
type amount int64

func (a amount) MarshalJSON() ([]byte, error) {
	sign := ""
	if a < 0 {
		sign, a = "-", -a
	}
	return fmt.Appendf(nil, "%s%d.%02d", sign, a/100, a%100), nil
}

// fact is what never changes about an account.
type fact struct {
	name, product, last4 string
	category, kind       string
}

func facts(on holder) fact {
	switch on {
	case card:
		return fact{"Northlight card", "Northlight Card", "4417", "LOC_ACCOUNT", "CREDITCARD"}
	case reserve:
		return fact{"Northlight Reserve", "Northlight Reserve", "8036", "DEPOSIT_ACCOUNT", "SAVINGS"}
	default:
		return fact{"Northlight Everyday", "Northlight Everyday", "2290", "DEPOSIT_ACCOUNT", "CHECKING"}
	}
}

// describe is one FDX account. With details it has its balances.
func (b *Bank) describe(on holder, now time.Time, details bool) map[string]any {
	f := facts(on)
	a := map[string]any{
		"accountId": b.life.ids[on], "accountCategory": f.category, "accountType": f.kind,
		"accountNumberDisplay": "··" + f.last4, "productName": f.product, "nickname": f.name,
		"status": "OPEN", "currency": map[string]string{"currencyCode": "USD"},
	}
	if !details {
		return a
	}
	booked, holds := b.life.sums(on, now)
	a["balanceAsOf"] = stamp(now)
	if on != card {
		a["currentBalance"], a["availableBalance"] = amount(booked), amount(booked+holds)
		opening, _ := b.life.sums(on, dayOf(now))
		a["openingDayBalance"] = amount(opening)
		return a
	}
	// A line of credit is told as what is owed: FDX 6 LOC accounts are liabilities.
	end := statementEnd(now)
	statement, _ := b.life.sums(on, end)
	a["currentBalance"], a["principalBalance"] = amount(-booked), amount(-booked)
	a["creditLine"], a["availableCredit"] = amount(creditLine), amount(creditLine+booked+holds)
	a["lastStmtBalance"], a["lastStmtDate"] = amount(-statement), end.AddDate(0, 0, -1).Format(time.DateOnly)
	a["minimumPaymentAmount"] = amount(max(0, min(-statement, 35_00)))
	a["nextPaymentDate"] = nextPayment(now).Format(time.DateOnly)
	return a
}

func nextPayment(now time.Time) time.Time {
	next := time.Date(now.Year(), now.Month(), cardPayDay, 0, 0, 0, 0, time.UTC)
	if !next.After(now) {
		next = next.AddDate(0, 1, 0)
	}
	return next
}

func (b *Bank) oneAccount(_ http.ResponseWriter, c call) answer {
	on, bad, ok := b.account(c)
	if !ok {
		return bad
	}
	return answer{status: http.StatusOK, body: b.describe(on, c.now, true)}
}

func (b *Bank) listAccounts(_ http.ResponseWriter, c call) answer {
	query := c.URL.Query()
	kind := query.Get("resultType")
	if kind != "" && kind != "lightweight" && kind != "details" {
		return failed(http.StatusBadRequest, 401, "resultType must be lightweight or details")
	}
	var ids []string
	for _, id := range b.life.ids {
		asked := query.Get("accountIds")
		if slices.Contains(c.grant.Accounts, id) && (asked == "" || slices.Contains(strings.Split(asked, ","), id)) {
			ids = append(ids, id)
		}
	}
	window := span{list: "accounts " + query.Get("accountIds") + " " + kind, total: len(ids)}
	p, bad, ok := b.readPage(c, window)
	if !ok {
		return bad
	}
	accounts := []map[string]any{}
	for _, id := range ids[p.from:p.to] {
		on, _ := b.life.holderOf(id)
		accounts = append(accounts, b.describe(on, c.now, kind == "details"))
	}
	body := p.body(b, c)
	body["accounts"] = accounts
	return answer{status: http.StatusOK, body: body}
}

// readLimit reads the page size: 1 to most.
func readLimit(raw string, usual int) (int, bool) {
	const most = 500
	if raw == "" {
		return usual, true
	}
	n, err := strconv.Atoi(raw)
	return min(n, most), err == nil && n >= 1
}
