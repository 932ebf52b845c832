package demobank_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

const allTime = "startDate=2023-01-01&endDate=2030-01-01"

type transaction struct {
	ID        string      `json:"transactionId"`
	Reference string      `json:"referenceTransactionId"`
	Status    string      `json:"status"`
	Direction string      `json:"debitCreditMemo"`
	Amount    json.Number `json:"amount"`
	Payee     string      `json:"payee"`
	Posted    string      `json:"postedTimestamp"`
	Done      string      `json:"transactionTimestamp"`
}

type transactions struct {
	Page struct {
		Next  string `json:"nextPageKey"`
		Total int    `json:"totalElements"`
	} `json:"page"`
	Links struct {
		Next struct {
			Href string `json:"href"`
		} `json:"next"`
	} `json:"links"`
	Rows []transaction `json:"transactions"`
}

func (a *app) accounts(tok tokens) map[string]map[string]any {
	a.Helper()
	found := map[string]map[string]any{}
	for _, one := range a.wants(a.api("GET", "/accounts?resultType=details", tok.access, ""), http.StatusOK).json(a)["accounts"].([]any) {
		account := one.(map[string]any)
		found[account["accountType"].(string)] = account
	}
	return found
}

func (a *app) page(tok tokens, account, query string) transactions {
	a.Helper()
	r := a.wants(a.api("GET", "/accounts/"+account+"/transactions?"+query, tok.access, ""), http.StatusOK)
	var p transactions
	if err := json.Unmarshal([]byte(r.body), &p); err != nil {
		a.Fatal(err)
	}
	return p
}

func (a *app) all(tok tokens, account, query string) []transaction {
	a.Helper()
	var rows []transaction
	key := ""
	for {
		p := a.page(tok, account, query+"&limit=170&pageKey="+key)
		rows = append(rows, p.Rows...)
		if key = p.Page.Next; key == "" {
			if len(rows) != p.Page.Total {
				a.Fatalf("%d rows, totalElements %d", len(rows), p.Page.Total)
			}
			return rows
		}
	}
}

func cents(t testing.TB, n json.Number) int64 {
	t.Helper()
	whole, part, found := strings.Cut(n.String(), ".")
	if !found || len(part) != 2 {
		t.Fatalf("amount %q has not two decimals", n)
	}
	c, err := strconv.ParseInt(whole+part, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestWhatTheAPISaysAddsUp(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	held := 0
	for kind, account := range a.accounts(tok) {
		var booked, holds int64
		for _, row := range a.all(tok, account["accountId"].(string), allTime) {
			c := cents(t, row.Amount)
			if c < 0 {
				t.Fatalf("a signed amount: %+v", row)
			}
			if row.Direction == "DEBIT" {
				c = -c
			}
			switch {
			case row.Status == "POSTED" && row.Posted != "":
				booked += c
			case row.Status == "PENDING" && row.Posted == "":
				holds += c
				held++
			default:
				t.Fatalf("status of %+v", row)
			}
		}
		current := cents(t, account["currentBalance"].(json.Number))
		if kind == "CREDITCARD" {
			if -current != booked || cents(t, account["availableCredit"].(json.Number)) != 9_000_00+booked+holds {
				t.Errorf("card: owes %d, rows give %d and holds %d, available %v", current, booked, holds, account["availableCredit"])
			}
			continue
		}
		if current != booked || cents(t, account["availableBalance"].(json.Number)) != booked+holds {
			t.Errorf("%s: %d, rows give %d and holds %d", kind, current, booked, holds)
		}
	}
	if held < 4 || held > 6 {
		t.Errorf("%d pending", held)
	}
}

func TestPagesAreCompleteAndStayStillWhileLifeGoesOn(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{AccessLife: 1000 * time.Hour}))
	tok := a.link()
	id := a.accounts(tok)["CHECKING"]["accountId"].(string)
	whole := a.page(tok, id, allTime+"&limit=500")
	var rows []transaction
	p := a.page(tok, id, allTime+"&limit=37")
	for range 12 {
		rows = append(rows, p.Rows...)
		if p.Page.Total != whole.Page.Total {
			t.Fatalf("totalElements %d, then %d", whole.Page.Total, p.Page.Total)
		}
		advance(t, a.bank, 7*time.Hour)
		p = a.page(tok, id, allTime+"&limit=37&pageKey="+url.QueryEscape(p.Page.Next))
	}
	if !slices.Equal(rows, whole.Rows[:len(rows)]) {
		t.Fatal("pages read while life went on differ from the list read at once")
	}
	fresh := a.page(tok, id, allTime+"&limit=1")
	if fresh.Page.Total <= whole.Page.Total {
		t.Fatal("control: nothing new happened meanwhile")
	}
}

func TestTheNextLinkLeadsToTheNextPageOnTheSameHost(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	id := a.accounts(tok)["CREDITCARD"]["accountId"].(string)
	p := a.page(tok, id, allTime+"&limit=5")
	if !strings.HasPrefix(p.Links.Next.Href, a.bank.APIBase()+"/") {
		t.Fatalf("next is %q", p.Links.Next.Href)
	}
	next := a.page(tok, id, p.Links.Next.Href[strings.Index(p.Links.Next.Href, "?")+1:])
	if len(next.Rows) != 5 || next.Rows[0] == p.Rows[0] {
		t.Fatalf("next page: %+v", next.Rows)
	}
	a.wants(a.api("GET", "/accounts/"+id+"/transactions?"+allTime+"&pageKey=abc", tok.access, ""), http.StatusBadRequest)
	other := a.accounts(tok)["CHECKING"]["accountId"].(string)
	a.wants(a.api("GET", "/accounts/"+other+"/transactions?"+allTime+"&pageKey="+p.Page.Next, tok.access, ""), http.StatusBadRequest)
}

func TestAccountsComeInPages(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	m := a.wants(a.api("GET", "/accounts?limit=2", tok.access, ""), http.StatusOK).json(t)
	page := m["page"].(map[string]any)
	if len(m["accounts"].([]any)) != 2 || page["totalElements"].(json.Number) != "3" {
		t.Fatalf("first page: %v", m)
	}
	if _, has := m["accounts"].([]any)[0].(map[string]any)["currentBalance"]; has {
		t.Error("a lightweight account has a balance")
	}
	m = a.wants(a.api("GET", "/accounts?limit=2&pageKey="+page["nextPageKey"].(string), tok.access, ""), http.StatusOK).json(t)
	if _, more := m["page"].(map[string]any)["nextPageKey"]; more || len(m["accounts"].([]any)) != 1 {
		t.Fatalf("last page: %v", m)
	}
}

func TestOnlyTheChosenAccountsAreSeen(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	everything := a.accounts(a.link())
	tok := a.linkWith(nil, walk.Options{Accounts: []string{"Everyday"}})
	seen := a.accounts(tok)
	if len(seen) != 1 || seen["CHECKING"] == nil {
		t.Fatalf("sees %v", seen)
	}
	card := everything["CREDITCARD"]["accountId"].(string)
	a.wants(a.api("GET", "/accounts/"+card, tok.access, ""), http.StatusForbidden)
	r := a.wants(a.api("GET", "/accounts/"+card+"/transactions", tok.access, ""), http.StatusForbidden)
	if m := r.json(t); m["code"] == nil || m["message"] == nil {
		t.Errorf("error body %s", r.body)
	}
	a.wants(a.api("GET", "/accounts/nla_unknown", tok.access, ""), http.StatusNotFound)
}

func TestNoFullNumberIsEverSent(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	for kind, account := range a.accounts(tok) {
		if shown := account["accountNumberDisplay"].(string); len([]rune(shown)) != 6 || !strings.HasPrefix(shown, "··") {
			t.Errorf("%s shows %q", kind, shown)
		}
		if account["accountNumber"] != nil {
			t.Errorf("%s sends its number", kind)
		}
	}
}

func TestDatesBoundWhatIsSent(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	id := a.accounts(tok)["CHECKING"]["accountId"].(string)
	for _, row := range a.page(tok, id, "startDate=2026-10-01&endDate=2026-10-31&limit=500").Rows {
		if !strings.HasPrefix(row.Posted, "2026-10-") {
			t.Errorf("in October: %+v", row)
		}
	}
	for _, row := range a.page(tok, id, "limit=500").Rows {
		day := row.Posted
		if day == "" {
			day = row.Done
		}
		if day < "2026-11-15" {
			t.Errorf("in the last 7 days: %+v", row)
		}
	}
	for claim, query := range map[string]string{
		"start alone": "startDate=2026-10-01", "end alone": "endDate=2026-10-01", "backwards": "startDate=2026-10-02&endDate=2026-10-01",
		"no date": "startDate=x&endDate=y", "no 31 November": "startDate=2026-11-01&endDate=2026-11-31", "limit 0": "limit=0", "limit x": "limit=x",
	} {
		if r := a.api("GET", "/accounts/"+id+"/transactions?"+query, tok.access, ""); r.status != http.StatusBadRequest {
			t.Errorf("%s: %d", claim, r.status)
		}
	}
}

func TestTheLookbackOfTheConsentHolds(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	details := `[{"type":"fdx_v1.0","consentRequest":{"durationType":"TIME_BOUND","durationPeriod":365,"lookbackPeriod":90}}]`
	tok := a.linkWith(url.Values{"authorization_details": {details}}, walk.Options{})
	id := a.accounts(tok)["CHECKING"]["accountId"].(string)
	rows := a.all(tok, id, allTime)
	if oldest := rows[len(rows)-1].Posted; oldest < "2026-08-24" || oldest > "2026-08-28" {
		t.Errorf("the oldest of %d rows is of %s", len(rows), oldest)
	}
}

func TestAScopeThatIsMissingIsMissed(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.linkWith(url.Values{"scope": {"openid fdx:accountdetailed:read"}}, walk.Options{})
	id := a.accounts(tok)["CHECKING"]["accountId"].(string)
	a.wants(a.api("GET", "/accounts/"+id+"/transactions", tok.access, ""), http.StatusForbidden)
}

func TestHeadersAreAskedForAndEchoed(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	to := a.bank.APIBase() + "/customers/current"
	a.wants(a.do("GET", to, "", map[string]string{"Authorization": "Bearer " + tok.access}), http.StatusBadRequest)
	r := a.wants(a.api("GET", "/customers/current", tok.access, ""), http.StatusOK)
	if r.header.Get("x-fapi-interaction-id") != interaction || r.json(t)["customerId"] == "" {
		t.Errorf("%v %s", r.header, r.body)
	}
	r = a.wants(a.api("GET", "/customers/current", "", ""), http.StatusUnauthorized)
	if !strings.HasPrefix(r.header.Get("WWW-Authenticate"), "Bearer") {
		t.Errorf("WWW-Authenticate %q", r.header.Get("WWW-Authenticate"))
	}
	a.wants(a.api("GET", "/accounts", tok.refresh, ""), http.StatusUnauthorized)
	a.wants(a.api("GET", "/availability", "", ""), http.StatusOK)
	a.wants(a.api("GET", "/nothing", tok.access, ""), http.StatusNotFound)
}

func TestAConsentTellsItsTermsToItsOwnTokenAlone(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	one, other := a.link(), a.link()
	c := a.wants(a.api("GET", "/consents/"+one.grant, one.access, ""), http.StatusOK).json(t)
	if c["status"] != "ACTIVE" || len(c["resources"].([]any)) != 3 || c["expirationTime"] != "2027-02-20T12:00:00.000Z" {
		t.Errorf("consent: %v", c)
	}
	a.wants(a.api("GET", "/consents/"+one.grant, other.access, ""), http.StatusNotFound)
	reason := `{"reason":"USER_ACTION","initiator":"INDIVIDUAL"}`
	a.wants(a.api("PUT", "/consents/"+one.grant+"/revocation", other.access, reason), http.StatusNotFound)
	a.wants(a.api("PUT", "/consents/"+one.grant+"/revocation", one.access, `{"reason":"x","initiator":"y"}`), http.StatusBadRequest)
	a.wants(a.api("PUT", "/consents/"+one.grant+"/revocation", one.access, `no`), http.StatusBadRequest)
	if all := a.wants(a.api("GET", "/consents/"+one.grant+"/revocation", one.access, ""), 200).json(t)["revocations"]; len(all.([]any)) != 0 {
		t.Errorf("revocations of a live consent: %v", all)
	}
	a.wants(a.api("PUT", "/consents/"+one.grant+"/revocation", one.access, reason), http.StatusNoContent)
	all := a.wants(a.api("GET", "/consents/"+one.grant+"/revocation", one.access, ""), 200).json(t)["revocations"].([]any)
	if len(all) != 1 || all[0].(map[string]any)["initiator"] != "INDIVIDUAL" {
		t.Errorf("revocations: %v", all)
	}
	a.wants(a.api("GET", "/accounts", other.access, ""), http.StatusOK)
}

func TestPendingIsBookedAsTimeGoesOn(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{AccessLife: 1000 * time.Hour}))
	tok := a.link()
	id := a.accounts(tok)["CREDITCARD"]["accountId"].(string)
	held := slices.DeleteFunc(a.all(tok, id, allTime), func(r transaction) bool { return r.Status != "PENDING" })
	if len(held) == 0 {
		t.Fatal("nothing is pending on the card")
	}
	advance(t, a.bank, 48*time.Hour)
	later := a.all(tok, id, allTime)
	for _, h := range held {
		i := slices.IndexFunc(later, func(r transaction) bool { return r.Reference == h.ID })
		if i < 0 || later[i].Status != "POSTED" || later[i].ID == h.ID || later[i].Done != h.Done {
			t.Errorf("held %+v, not found booked", h)
		}
		if slices.ContainsFunc(later, func(r transaction) bool { return r.ID == h.ID }) {
			t.Errorf("the hold %+v is still there", h)
		}
	}
}

func TestFaults(t *testing.T) {
	a := newApp(t, start(t, demobank.Config{}))
	tok := a.link()
	id := a.accounts(tok)["CHECKING"]["accountId"].(string)
	for kind, status := range map[demobank.FaultKind]int{demobank.APIUnauthorized: 401, demobank.APIUnavailable: 503, demobank.APITooMany: 429} {
		a.bank.Fail(demobank.Fault{Kind: kind, Times: 2, RetryAfter: 90 * time.Second})
		a.wants(a.api("GET", "/accounts", tok.access, ""), status)
		r := a.wants(a.api("GET", "/accounts/"+id, tok.access, ""), status)
		if status == 429 && r.header.Get("Retry-After") != "90" {
			t.Errorf("Retry-After %q", r.header.Get("Retry-After"))
		}
		a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusOK)
	}
	a.bank.Fail(demobank.Fault{Kind: demobank.CutPage, Page: 2})
	path := "/accounts/" + id + "/transactions?" + allTime
	if r := a.api("GET", path, tok.access, ""); r.err != nil {
		t.Errorf("the first page: %v", r.err)
	}
	if r := a.api("GET", path, tok.access, ""); r.err == nil {
		t.Error("the second page came whole")
	}
	if r := a.api("GET", path, tok.access, ""); r.err != nil {
		t.Errorf("the third page: %v", r.err)
	}
	a.bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable, Times: 100})
	a.bank.Heal()
	a.wants(a.api("GET", "/accounts", tok.access, ""), http.StatusOK)
}
