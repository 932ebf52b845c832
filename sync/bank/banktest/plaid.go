package banktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
)

// BridgePage is the page that a bridge names for the browser. Nobody is there.
const BridgePage = "https://pages.harbour.example/start"

// Days that Plaid reads at a bank: at most, and where the link asks for none.
const (
	plaidMost   = 730
	plaidUntold = 90
)

// plaidAsk is what a request to Plaid may hold.
type plaidAsk struct {
	ClientID string `json:"client_id"`
	Secret   string `json:"secret"`
	Link     string `json:"link_token"`
	Public   string `json:"public_token"`
	Token    string `json:"access_token"`
	From     string `json:"start_date"`
	To       string `json:"end_date"`
	Cursor   string `json:"cursor"`
	Count    int    `json:"count"`
	Options  struct {
		Account  string   `json:"account_id"`
		Accounts []string `json:"account_ids"`
		Offset   int      `json:"offset"`
	} `json:"options"`
	Transactions struct {
		Days int `json:"days_requested"`
	} `json:"transactions"`

	since ledger.Date // nothing older is told: the item's link asked for so many days
}

// plaidItem is a link to a bank, with the days that were asked for when it was made.
type plaidItem struct {
	id   string
	days int
}

// NewPlaid is a bridge that speaks as Plaid does, 40 rows to a page. Its loop is a page that is the same
// wherever it is to begin. The person is done at its own page as soon as it is looked at.
func NewPlaid(t *testing.T) *Counter {
	c, _ := NewPlaidFeed(t)
	return c
}

// NewPlaidFeed is NewPlaid, and what its account Shelf tells.
func NewPlaidFeed(t *testing.T) (*Counter, *Feed) {
	feed := newFeed(CounterRows())
	items := map[string]plaidItem{} // by access token; one that was removed is not there
	pages := map[string]int{}       // link and public tokens, with the days that were asked for
	c := &Counter{RefusedStatus: http.StatusBadRequest, Refused: map[string]string{"error_type": "ITEM_ERROR", "error_code": "ITEM_LOGIN_REQUIRED"}}
	given := func(days int) string {
		token := c.issue("access")
		items[token] = plaidItem{fmt.Sprintf("item-%d", len(items)+1), days}
		return token
	}
	c.Open = func(t *testing.T, c *Counter) bank.Session {
		c.mu.Lock()
		defer c.mu.Unlock()
		return bank.Session{Line: Line(t, &c.Book, c.URL), Base: c.URL, Token: secret.New(given(plaidMost)), App: secret.New(c.key), Client: CounterClient}
	}
	c.Answer = func(q Question) (int, any) {
		var ask plaidAsk
		if err := json.Unmarshal([]byte(q.Body), &ask); err != nil || ask.ClientID != CounterClient || ask.Secret != c.key {
			return http.StatusBadRequest, map[string]string{"error_type": "INVALID_INPUT", "error_code": "INVALID_API_KEYS"}
		}
		switch {
		case q.URL.Path == "/link/token/create":
			link := c.issue("link")
			if pages[link] = ask.Transactions.Days; pages[link] == 0 {
				pages[link] = plaidUntold
			}
			return http.StatusOK, map[string]string{"hosted_link_url": BridgePage, "link_token": link}
		case q.URL.Path == "/link/token/get" && pages[ask.Link] > 0:
			public := c.issue("public")
			pages[public] = pages[ask.Link]
			return http.StatusOK, map[string]any{"link_sessions": []any{map[string]any{
				"finished_at": "now", "results": map[string]any{"item_add_results": []any{map[string]string{"public_token": public}}},
			}}}
		case q.URL.Path == "/item/public_token/exchange" && pages[ask.Public] > 0:
			token := given(pages[ask.Public])
			return http.StatusOK, map[string]string{"access_token": token, "item_id": items[token].id}
		case items[ask.Token].id == "":
			return http.StatusBadRequest, map[string]string{"error_type": "INVALID_INPUT", "error_code": "INVALID_ACCESS_TOKEN"}
		case q.URL.Path == "/item/remove":
			items[ask.Token] = plaidItem{}
			return http.StatusOK, map[string]string{"request_id": "r"}
		case q.URL.Path == "/item/get":
			return http.StatusOK, map[string]any{"item": map[string]any{"item_id": items[ask.Token].id, "consent_expiration_time": nil}}
		}
		ask.since = firstFakeDay.AddDays(1 - items[ask.Token].days)
		return plaidData(q, ask, feed)
	}
	return NewCounter(t, c), feed
}

func plaidData(q Question, ask plaidAsk, feed *Feed) (int, any) {
	account := func(name string) any {
		return map[string]any{"account_id": "id-" + name, "name": name, "type": "depository", "subtype": "checking", "mask": "22" + name,
			"balances": map[string]any{"current": 12.5, "iso_currency_code": "USD"}}
	}
	if q.URL.Path == "/accounts/get" {
		return http.StatusOK, map[string]any{"accounts": []any{account(Shelf), account("empty")}}
	}
	if q.URL.Path == "/transactions/sync" {
		return feed.sync(q, ask)
	}
	from, err1 := ledger.ParseDate(ask.From)
	to, err2 := ledger.ParseDate(ask.To)
	if err1 != nil || err2 != nil || len(ask.Options.Accounts) != 1 {
		return http.StatusBadRequest, map[string]string{"error_code": "INVALID_FIELD"}
	}
	rows := Within(feed.Rows(), max(from, ask.since), to)
	if ask.Options.Accounts[0] != "id-"+Shelf {
		rows = nil
	}
	at := min(ask.Options.Offset, len(rows))
	if q.Looping {
		at = 0
	}
	told := []any{}
	for _, r := range rows[at:min(at+40, len(rows))] {
		told = append(told, plaidRow(r, ask.Options.Accounts[0]))
	}
	return http.StatusOK, map[string]any{"transactions": told, "total_transactions": len(rows)}
}

func plaidRow(r Row, account string) any {
	told := map[string]any{
		"transaction_id": r.ID, "account_id": account, "amount": Row{Cents: -r.Cents}.Decimal(), "iso_currency_code": "USD",
		"date": r.Day.String(), "pending": r.Pending, "name": r.Payee, "pending_transaction_id": nil,
	}
	if r.Names != "" {
		told["pending_transaction_id"] = r.Names
	}
	return told
}
