package speed_test

import (
	"bufio"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strconv"
	"strings"

	"coffer/app/ledger"
	"coffer/app/money"
)

// person is one life: so many rows over so many years, spread over six accounts.
type person struct{ rows, years int }

const accounts = 6

var (
	today = ledger.Day(2026, 6, 30)
	kinds = [accounts]string{"DEPOSIT_ACCOUNT", "DEPOSIT_ACCOUNT", "LOC_ACCOUNT", "DEPOSIT_ACCOUNT", "LOC_ACCOUNT", "DEPOSIT_ACCOUNT"}
)

func (p person) first() ledger.Date { return today.AddDays(1 - p.years*365) }

// each is how many rows an account has.
func (p person) each() int { return p.rows / accounts }

func (p person) day(i int) ledger.Date {
	i = min(i, p.each()-1)
	return p.first() + ledger.Date(int64(i)*int64(p.years)*365/int64(p.each()))
}

func cents(account, i int) int64 { return int64((i*7919+account*104729)%19_990) + 10 }

func payee(account, i int) string { return fmt.Sprintf("Merchant %d", (i*7919+account)%997) }

func text(account, i int) string {
	return fmt.Sprintf("CARD PAYMENT MERCHANT %d BERLIN %04d", (i*7919+account)%997, i*31%9973)
}

// row is what the store holds of row i after it was read from serve.
func (p person) row(account, i int) ledger.Row {
	day := p.day(i)
	return ledger.Row{
		SourceID: id(account, i), Date: day, At: day.Time().Add(12 * 3600e9), Amount: money.New(-cents(account, i), "USD"),
		Payee: payee(account, i), Text: text(account, i), MCC: "5411", Card: "4417",
		Raw: []ledger.Field{
			{Name: "transactionId", Value: id(account, i)}, {Name: "accountId", Value: strconv.Itoa(account)}, {Name: "status", Value: "POSTED"},
			{Name: "debitCreditMemo", Value: "DEBIT"}, {Name: "amount", Value: money.New(cents(account, i), "USD").Decimal()},
			{Name: "postedTimestamp", Value: day.String() + "T00:00:00Z"}, {Name: "transactionTimestamp", Value: day.String() + "T12:00:00Z"},
			{Name: "payee", Value: payee(account, i)}, {Name: "description", Value: text(account, i)},
			{Name: "merchantCategoryCode", Value: "5411"}, {Name: "cardNumberDisplay", Value: "****4417"},
		},
	}
}

func id(account, i int) string { return fmt.Sprintf("20%08d-%d", i*31%100_000_007, account) }

// write puts row i as the bank tells it.
func (p person) write(to *bufio.Writer, account, i int) {
	day, c := p.day(i), cents(account, i)
	fmt.Fprintf(to, `{"transactionId":%q,"accountId":"%d","status":"POSTED","debitCreditMemo":"DEBIT","amount":%d.%02d,`+
		`"postedTimestamp":"%v","transactionTimestamp":"%v","payee":%q,"description":%q,"merchantCategoryCode":"5411","cardNumberDisplay":"****4417"}`,
		id(account, i), account, c/100, c%100, day.String()+"T00:00:00Z", day.String()+"T12:00:00Z", payee(account, i), text(account, i))
}

// server is an FDX bank in a process of its own, so that what it costs is not counted as ours. The line "+50" on its input
// makes 50 rows of today.
type server struct {
	person
	extra int // rows of today in each account
}

// serve runs until the input ends.
func serve(p person) {
	s := &server{person: p}
	s.extra = 0
	listening := httptest.NewServer(s)
	defer listening.Close()
	fmt.Println(listening.URL)
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		more, _ := strconv.Atoi(lines.Text())
		s.extra += more
		fmt.Println("ok")
	}
}

func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	out := bufio.NewWriterSize(w, 1<<16)
	defer out.Flush()
	rest, one := strings.CutPrefix(r.URL.Path, "/accounts/")
	if !one {
		fmt.Fprint(out, `{"accounts":[`)
		for a := range accounts {
			if a > 0 {
				fmt.Fprint(out, ",")
			}
			s.account(out, a)
		}
		fmt.Fprint(out, `]}`)
		return
	}
	name, list := strings.CutSuffix(rest, "/transactions")
	account, _ := strconv.Atoi(name)
	if !list {
		s.account(out, account)
		return
	}
	s.page(out, account, r)
}

func (s *server) account(out *bufio.Writer, a int) {
	fmt.Fprintf(out, `{"accountId":"%d","accountCategory":%q,"accountNumberDisplay":"xx%04d","nickname":"Account %d","status":"OPEN",`+
		`"currency":{"currencyCode":"USD"},"currentBalance":100.00}`, a, kinds[a], 4000+a, a)
}

func (s *server) page(out *bufio.Writer, account int, r *http.Request) {
	q := r.URL.Query()
	from, _ := ledger.ParseDate(q.Get("startDate"))
	to, _ := ledger.ParseDate(q.Get("endDate"))
	limit, _ := strconv.Atoi(q.Get("limit"))
	skip, _ := strconv.Atoi(q.Get("pageKey"))
	low, high := s.span(account, from, to)
	end := max(high-skip-limit, low)
	fmt.Fprintf(out, `{"page":{"totalElements":%d`, high-low)
	if end > low {
		fmt.Fprintf(out, `,"nextPageKey":"%d"`, high-end)
	}
	fmt.Fprint(out, `},"transactions":[`)
	for i := high - skip - 1; i >= end; i-- {
		s.write(out, account, i)
		if i > end {
			fmt.Fprint(out, ",")
		}
	}
	fmt.Fprint(out, `]}`)
}

// span is the rows of the days from to to; those that came later are all of the last day.
func (s *server) span(account int, from, to ledger.Date) (low, high int) {
	at := func(day ledger.Date) int {
		n := int(max(0, day-s.first())) * s.each() / (s.years * 365)
		for n < s.each() && s.day(n) < day {
			n++
		}
		for n > 0 && s.day(n-1) >= day {
			n--
		}
		return min(n, s.each())
	}
	low, high = at(from), at(to+1)
	if to >= today {
		high = s.each() + s.extra
	}
	return low, high
}

// view is account a as the bank tells it.
func (p person) view(a int) ledger.AccountView {
	kind := ledger.Checking
	if kinds[a] == "LOC_ACCOUNT" {
		kind = ledger.Card
	}
	number := fmt.Sprintf("xx%04d", 4000+a)
	return ledger.AccountView{Account: ledger.Account{
		Provider: "speed", Identity: ledger.IdentityOf("speed", number, kind, "USD"), BankID: strconv.Itoa(a), Name: fmt.Sprintf("Account %d", a),
		Bank: "Speed", Masked: number[2:], Kind: kind, Currency: "USD",
	}}
}
