package banktest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// FakeToken is what a Fake accepts at first.
const FakeToken = "fake-access-token-1"

// Fake is a scripted bank on loopback. It speaks as much of FDX 6 as its tests need.
type Fake struct {
	URL  string
	Book Book // of the connections of its sessions

	LeavesOutLastDay bool // endDate is read as the end of the day before, as some banks do

	pageSize int
	mu       sync.Mutex // guards all below
	token    string
	accounts []*fakeAccount
	calls    []Call
	script   func(Call) *Reply
}

type fakeAccount struct {
	id, category, last4 string
	name                string
	cents               int64 // booked balance, as its owner sees it
	currency            string
	rows                []Row
}

// Row is one transaction of a Fake. Cents are positive for money in.
type Row struct {
	ID, Names string
	Day       ledger.Date
	Cents     int64
	Payee     string
	Pending   bool
}

// Call is one request that a Fake got.
type Call struct {
	Method, Path string
	Account      string      // the id in the path, or empty
	From, To     ledger.Date // of a request for transactions
	Page         int         // 1 is the first; 0 is no request for transactions
	Header       http.Header
	Query, Body  string
}

// Reply is what a script answers in place of the Fake.
type Reply struct {
	Status int
	Header map[string]string
	Body   string
	Cut    bool   // answer as usual, but break off in the middle
	Next   string // answer as usual, but with this nextPageKey
}

// NewFake starts a Fake that gives pageSize rows to a page, and stops it with the test.
func NewFake(t testing.TB, pageSize int) *Fake {
	f := &Fake{token: FakeToken, pageSize: pageSize}
	server := httptest.NewServer(http.HandlerFunc(f.serve))
	t.Cleanup(server.Close)
	f.URL = server.URL
	return f
}

// Open adds an account of an FDX category and its booked balance in cents. A line of credit
// that is owed has a negative one.
func (f *Fake) Open(id, category, last4 string, cents int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.accounts = append(f.accounts, &fakeAccount{id: id, category: category, last4: last4, name: "Account " + id, cents: cents, currency: "USD"})
}

// Unlist takes an account out of the list; what it held stays with the test.
func (f *Fake) Unlist(id string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.accounts = slices.DeleteFunc(f.accounts, func(a *fakeAccount) bool { return a.id == id })
}

// Rename gives an account another name.
func (f *Fake) Rename(id, name string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account(id).name = name
}

// Balance gives an account another booked balance in cents.
func (f *Fake) Balance(id string, cents int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account(id).cents = cents
}

// Currency gives an account, its balance and its rows another currency of two decimals.
func (f *Fake) Currency(id, code string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account(id).currency = code
}

// Put replaces the rows of an account.
func (f *Fake) Put(id string, rows ...Row) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.account(id).rows = slices.Clone(rows)
}

// Accept makes token the only one that is good.
func (f *Fake) Accept(token string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.token = token
}

// Script makes answer see every call first. Where it returns nil, the Fake answers.
func (f *Fake) Script(answer func(Call) *Reply) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.script = answer
}

// Calls returns what was asked since the last Calls.
func (f *Fake) Calls() []Call {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

func (f *Fake) account(id string) *fakeAccount {
	for _, a := range f.accounts {
		if a.id == id {
			return a
		}
	}
	return nil
}

func (f *Fake) serve(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	c := callOf(r)
	from := 0
	var foreign error
	if c.Page > 0 {
		from, foreign = f.offset(r.URL.Query().Get("pageKey"))
		c.Page = from/f.pageSize + 1
	}
	f.calls = append(f.calls, c)
	var told Reply
	if f.script != nil {
		if reply := f.script(c); reply != nil {
			told = *reply
		}
	}
	switch {
	case told.Status != 0:
		for name, value := range told.Header {
			w.Header().Set(name, value)
		}
		w.WriteHeader(told.Status)
		fmt.Fprint(w, told.Body)
	case r.Header.Get("Authorization") != "Bearer "+f.token:
		refuse(w, http.StatusUnauthorized, 603)
	case foreign != nil:
		refuse(w, http.StatusBadRequest, 401)
	default:
		f.answer(w, c, from, told)
	}
}

func (f *Fake) offset(key string) (int, error) {
	if key == "" {
		return 0, nil
	}
	digits, ours := strings.CutPrefix(key, "from-")
	if !ours {
		return 0, fmt.Errorf("page key %q", key)
	}
	return strconv.Atoi(digits)
}

func callOf(r *http.Request) Call {
	raw, _ := io.ReadAll(r.Body) // short where the client went away
	c := Call{Method: r.Method, Path: r.URL.Path, Header: r.Header, Query: r.URL.RawQuery, Body: string(raw)}
	rest, below := strings.CutPrefix(r.URL.Path, "/accounts/")
	if below {
		var list bool
		c.Account, list = strings.CutSuffix(rest, "/transactions")
		if list {
			c.Page = 1
			c.From, _ = ledger.ParseDate(r.URL.Query().Get("startDate")) // zero for what is no date
			c.To, _ = ledger.ParseDate(r.URL.Query().Get("endDate"))
		}
	}
	return c
}

func (f *Fake) answer(w http.ResponseWriter, c Call, from int, told Reply) {
	var body any
	switch a := f.account(c.Account); {
	case c.Path == "/accounts":
		body = map[string]any{"accounts": f.tellAll()}
	case strings.HasPrefix(c.Path, "/consents/"):
		w.WriteHeader(http.StatusNoContent)
		return
	case a == nil:
		refuse(w, http.StatusNotFound, 701)
		return
	case c.Page == 0:
		body = a.tell()
	default:
		body = f.page(a, c, from, told.Next)
	}
	raw, err := json.Marshal(body)
	if err != nil {
		refuse(w, http.StatusInternalServerError, 500)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	if told.Cut {
		raw = raw[:len(raw)/2] // the server closes a connection whose length is not reached
	}
	_, _ = w.Write(raw) // a client that went away is the client's affair
}

func refuse(w http.ResponseWriter, status, code int) {
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"code":%d,"message":"refused"}`, code)
}

func (f *Fake) tellAll() []any {
	all := []any{}
	for _, a := range f.accounts {
		all = append(all, a.tell())
	}
	return all
}

func (a *fakeAccount) tell() any {
	sign := int64(1)
	if a.category == "LOC_ACCOUNT" {
		sign = -1 // told as what is owed
	}
	return map[string]any{
		"accountId": a.id, "accountCategory": a.category, "accountNumberDisplay": "xx" + a.last4, "nickname": a.name,
		"status": "OPEN", "currency": map[string]string{"currencyCode": a.currency}, "currentBalance": cents(sign * a.cents),
	}
}

func cents(n int64) json.Number { return json.Number(money.New(n, "USD").Decimal()) }

func (a *fakeAccount) within(from, to ledger.Date) []Row {
	var rows []Row
	for _, r := range a.rows {
		if r.Day >= from && r.Day <= to {
			rows = append(rows, r)
		}
	}
	slices.SortStableFunc(rows, func(x, y Row) int { return cmp.Compare(y.Day, x.Day) })
	return rows
}

func (f *Fake) page(a *fakeAccount, c Call, from int, next string) any {
	last := c.To
	if f.LeavesOutLastDay {
		last--
	}
	rows := a.within(c.From, last)
	to := min(from+f.pageSize, len(rows))
	about := map[string]any{"totalElements": len(rows)}
	if to < len(rows) {
		about["nextPageKey"] = "from-" + strconv.Itoa(to)
	}
	if next != "" {
		about["nextPageKey"] = next
	}
	told := []any{}
	for _, r := range rows[min(from, to):to] {
		told = append(told, r.tell())
	}
	return map[string]any{"page": about, "transactions": told}
}

func (r Row) tell() any {
	noon := r.Day.String() + "T12:00:00Z"
	t := map[string]any{
		"transactionId": r.ID, "payee": r.Payee, "description": strings.ToUpper(r.Payee), "transactionTimestamp": noon,
		"status": "PENDING", "debitCreditMemo": "CREDIT", "amount": cents(max(r.Cents, -r.Cents)),
	}
	if r.Cents < 0 {
		t["debitCreditMemo"] = "DEBIT"
	}
	if !r.Pending {
		t["status"], t["postedTimestamp"] = "POSTED", noon
	}
	if r.Names != "" {
		t["referenceTransactionId"] = r.Names
	}
	return t
}

// Session opens a link with FakeToken.
func (f *Fake) Session(t *testing.T) bank.Session {
	t.Helper()
	return bank.Session{Line: Line(t, &f.Book, f.URL), Base: f.URL, Token: secret.New(FakeToken), Present: true}
}
