package banktest

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

// Demo is a link to the embedded demo bank, approved without a browser.
type Demo struct {
	Bank  *demobank.Bank
	Book  Book
	token string
}

var _ Server = (*Demo)(nil)

// OpenDemo starts a demo bank and links to it.
func OpenDemo(t *testing.T, c demobank.Config) *Demo {
	t.Helper()
	b, err := demobank.Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	d := &Demo{Bank: b}
	d.Link(t)
	return d
}

const demoVerifier = "a-verifier-of-a-test-0123456789-0123456789-01234"

// Link approves a new grant and keeps its access token.
func (d *Demo) Link(t *testing.T) {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	codes := make(chan string, 1)
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		codes <- r.URL.Query().Get("code")
	})}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	defer func() {
		_ = server.Close()
		<-served
	}()
	back := "http://" + listener.Addr().String() + "/cb"
	sum := sha256.Sum256([]byte(demoVerifier))
	ask := url.Values{
		"client_id": {demobank.ClientID}, "response_type": {"code"}, "redirect_uri": {back}, "state": {"s"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, "code_challenge_method": {"S256"},
	}
	if err := walk.Approve(t.Context(), d.Bank.Issuer()+"/authorize?"+ask.Encode(), walk.Options{}); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Access string `json:"access_token"`
	}
	d.post(t, "/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {<-codes}, "redirect_uri": {back},
		"client_id": {demobank.ClientID}, "code_verifier": {demoVerifier},
	}, &got)
	if got.Access == "" {
		t.Fatal("the demo bank gave no access token")
	}
	d.token = got.Access
}

func (d *Demo) post(t *testing.T, path string, form url.Values, into any) {
	t.Helper()
	answer, err := http.PostForm(d.Bank.Issuer()+path, form)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(into); err != nil {
		t.Fatal(err)
	}
}

// Session opens the link.
func (d *Demo) Session(t *testing.T) bank.Session {
	t.Helper()
	return bank.Session{Line: Line(t, &d.Book, d.Bank.APIBase()), Base: d.Bank.APIBase(), Token: secret.New(d.token), Present: true}
}

// Accounts is three: everyday, reserve and card.
func (*Demo) Accounts() int { return 3 }

// Window is the three years of the demo bank's story.
func (d *Demo) Window() bank.Window {
	today := ledger.DateOf(d.Bank.Now())
	return bank.Window{From: today.AddDays(-3 * 366), To: today}
}

// Rows asks the bank itself how many there are.
func (d *Demo) Rows(t *testing.T, account ledger.Account, w bank.Window) int {
	t.Helper()
	ask := url.Values{"startDate": {w.From.String()}, "endDate": {w.To.String()}, "limit": {"1"}}
	address := d.Bank.APIBase() + "/accounts/" + url.PathEscape(account.BankID) + "/transactions?" + ask.Encode()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+d.token)
	request.Header.Set("X-Fapi-Interaction-Id", strconv.Itoa(1_000_000_000))
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	var told struct {
		Page struct {
			Total int `json:"totalElements"`
		} `json:"page"`
	}
	if err := json.NewDecoder(answer.Body).Decode(&told); err != nil {
		t.Fatal(err)
	}
	return told.Page.Total
}

// Troubles are all but the loop: the demo bank's pager can't.
func (*Demo) Troubles() []Trouble { return []Trouble{Unauthorized, TooMany, Unavailable, CutPage} }

// Fail sets the demo bank's own switches.
func (d *Demo) Fail(trouble Trouble) {
	switch trouble {
	case Unauthorized:
		d.Bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized})
	case TooMany:
		d.Bank.Fail(demobank.Fault{Kind: demobank.APITooMany})
	case Unavailable:
		d.Bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable})
	case CutPage:
		d.Bank.Fail(demobank.Fault{Kind: demobank.CutPage, Page: 2})
	}
}
