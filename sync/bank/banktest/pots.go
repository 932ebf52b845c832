package banktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// Pots is a bank on loopback that speaks as much of Monzo's API as its tests need. It has two current
// accounts, the first with a pot, and some hundred rows.
type Pots struct {
	URL  string
	Book Book // of the connections of its sessions

	// Answer sees every call first; where it returns false, Pots answers.
	Answer func(w http.ResponseWriter, r *http.Request) bool

	mu      sync.Mutex // guards all below
	rows    []potRow
	trouble Trouble
	left    int // calls that are still troubled; -1 is all
	pages   int // of transactions, since Fail
	asked   []url.URL
}

type potRow struct {
	id    string
	made  time.Time
	minor int64
	payee string
}

var _ Server = (*Pots)(nil)

// FilledPots starts it, and stops it with the test.
func FilledPots(t testing.TB) *Pots {
	const rows = 256
	p := &Pots{}
	for i := range rows {
		at := firstFakeDay.AddDays(-80 + i/4).Time().Add(time.Duration(i%4) * time.Hour)
		p.rows = append(p.rows, potRow{id: fmt.Sprintf("tx_%05d", i), made: at, minor: -int64(100 + i/2), payee: fmt.Sprintf("Shop %d", i/2)})
	}
	server := httptest.NewServer(http.HandlerFunc(p.serve))
	t.Cleanup(server.Close)
	p.URL = server.URL
	return p
}

// Session opens a link with FakeToken.
func (p *Pots) Session(t *testing.T) bank.Session {
	t.Helper()
	return bank.Session{Line: Line(t, &p.Book, p.URL), Base: p.URL, Token: secret.New(FakeToken), Present: true}
}

// Accounts is two and the pot.
func (*Pots) Accounts() int { return 3 }

// Window holds all rows.
func (*Pots) Window() bank.Window {
	return bank.Window{From: firstFakeDay.AddDays(-90), To: firstFakeDay}
}

// Rows counts the rows of account in w.
func (p *Pots) Rows(_ *testing.T, account ledger.Account, w bank.Window) int {
	n := 0
	for _, r := range p.rows {
		if day := ledger.DateOf(r.made); account.BankID == "acc_1" && day >= w.From && day <= w.To {
			n++
		}
	}
	return n
}

// Troubles are all.
func (*Pots) Troubles() []Trouble { return Troubles() }

// Fail makes trouble.
func (p *Pots) Fail(trouble Trouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.trouble, p.left, p.pages = trouble, 1, 0
	if trouble == Loop {
		p.left = -1
	}
}

// Asked returns what was asked since the last Asked.
func (p *Pots) Asked() []url.URL {
	p.mu.Lock()
	defer p.mu.Unlock()
	asked := p.asked
	p.asked = nil
	return asked
}

func (p *Pots) serve(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = append(p.asked, *r.URL)
	if p.Answer != nil && p.Answer(w, r) || p.troubled(w, r) {
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+FakeToken {
		potsError(w, http.StatusUnauthorized, "unauthorized.bad_access_token")
		return
	}
	query := r.URL.Query()
	switch r.URL.Path {
	case "/ping/whoami":
		tell(w, map[string]any{"authenticated": true, "client_id": "c", "user_id": "u"})
	case "/accounts":
		tell(w, map[string]any{"accounts": []any{potsAccount("acc_1", "12345678", "uk_retail"), potsAccount("acc_2", "87654321", "uk_retail_joint")}})
	case "/balance":
		tell(w, map[string]any{"balance": 123456, "total_balance": 223456, "currency": "GBP", "spend_today": -100})
	case "/pots":
		told := []any{}
		if query.Get("current_account_id") == "acc_1" {
			told = append(told, map[string]any{"id": "pot_1", "name": "Holiday", "balance": 100000, "currency": "GBP", "deleted": false})
		}
		tell(w, map[string]any{"pots": told})
	case "/transactions":
		p.transactions(w, query)
	default:
		potsError(w, http.StatusNotFound, "not_found")
	}
}

func potsAccount(id, number, kind string) any {
	return map[string]any{"id": id, "closed": false, "description": "user_1", "type": kind, "currency": "GBP", "account_number": number, "sort_code": "040004"}
}

func potsError(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	tell(w, map[string]string{"code": code, "message": "no"})
}

func tell(w http.ResponseWriter, v any) { _ = json.NewEncoder(w).Encode(v) }

func (p *Pots) troubled(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path == "/transactions" {
		p.pages++
	}
	if p.left == 0 || p.trouble == CutPage && p.pages != 2 || p.trouble == Loop {
		return false
	}
	p.left--
	switch p.trouble {
	case Unauthorized:
		potsError(w, http.StatusUnauthorized, "unauthorized.bad_access_token.expired")
	case TooMany:
		w.Header().Set("Retry-After", "30")
		potsError(w, http.StatusTooManyRequests, "too_many_requests")
	case Unavailable:
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte("<html>down for maintenance</html>"))
	case CutPage:
		w.Header().Set("Content-Length", "5000") // the server closes a connection whose length is not reached
		_, _ = w.Write([]byte(`{"transactions":[`))
	}
	return true
}

func (p *Pots) transactions(w http.ResponseWriter, query url.Values) {
	since, before := query.Get("since"), query.Get("before")
	from := 0
	if at, err := time.Parse(time.RFC3339, since); err == nil {
		from = slices.IndexFunc(append(p.rows, potRow{made: at}), func(r potRow) bool { return !r.made.Before(at) })
	} else if i := slices.IndexFunc(p.rows, func(r potRow) bool { return r.id == since }); i >= 0 {
		from = i + 1
	} else {
		potsError(w, http.StatusBadRequest, "bad_request.bad_param.since")
		return
	}
	if p.left != 0 && p.trouble == Loop {
		from = 0
	}
	limit, err := strconv.Atoi(query.Get("limit"))
	if err != nil {
		limit = 30
	}
	end, err := time.Parse(time.RFC3339, before)
	told := []any{}
	for _, r := range p.rows[min(from, len(p.rows)):] {
		if len(told) < limit && query.Get("account_id") == "acc_1" && (err != nil || r.made.Before(end)) {
			told = append(told, r.tell())
		}
	}
	tell(w, map[string]any{"transactions": told})
}

func (r potRow) tell() any {
	made := r.made.Format("2006-01-02T15:04:05.000Z")
	return map[string]any{
		"id": r.id, "account_id": "acc_1", "created": made, "settled": made, "amount": r.minor, "currency": "GBP", "local_amount": r.minor,
		"local_currency": "GBP", "description": r.payee, "merchant": map[string]any{"id": "merch_1", "name": r.payee}, "notes": "", "category": "groceries",
	}
}
