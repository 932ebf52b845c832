package all_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"time"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/fdx"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

func TestTheDemoBankAnswersTheFDXDialect(t *testing.T) {
	banktest.Run(t, fdx.Bank{PageSize: 400}, func(t *testing.T) banktest.Server { return openDemo(t) })
}

// demo is a link to the embedded demo bank.
type demo struct {
	bank  *demobank.Bank
	book  banktest.Book
	token string
}

var _ banktest.Server = (*demo)(nil)

func openDemo(t *testing.T) *demo {
	t.Helper()
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	b, err := demobank.Start(t.Context(), demobank.Config{Now: func() time.Time { return noon }})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
	})
	return &demo{bank: b, token: banktest.Approve(t, b.Issuer(), demobank.ClientID, func(ctx context.Context, address string) error {
		return walk.Approve(ctx, address, walk.Options{})
	})}
}

func (d *demo) Session(t *testing.T) bank.Session {
	t.Helper()
	return bank.Session{Line: banktest.Line(t, &d.book, d.bank.APIBase()), Base: d.bank.APIBase(), Token: secret.New(d.token), Present: true}
}

// Accounts is three: everyday, reserve and card.
func (*demo) Accounts() int { return 3 }

// Window is the three years of the demo bank's story.
func (d *demo) Window() bank.Window {
	today := ledger.DateOf(d.bank.Now())
	return bank.Window{From: today.AddDays(-3 * 366), To: today}
}

// Rows asks the bank itself.
func (d *demo) Rows(t *testing.T, account ledger.Account, w bank.Window) int {
	t.Helper()
	ask := url.Values{"startDate": {w.From.String()}, "endDate": {w.To.String()}, "limit": {"1"}}
	address := d.bank.APIBase() + "/accounts/" + url.PathEscape(account.BankID) + "/transactions?" + ask.Encode()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+d.token)
	request.Header.Set("X-Fapi-Interaction-Id", "00000000-0000-4000-8000-000000000000")
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
func (*demo) Troubles() []banktest.Trouble {
	return []banktest.Trouble{banktest.Unauthorized, banktest.TooMany, banktest.Unavailable, banktest.CutPage}
}

func (d *demo) Fail(trouble banktest.Trouble) {
	switch trouble {
	case banktest.Unauthorized:
		d.bank.Fail(demobank.Fault{Kind: demobank.APIUnauthorized})
	case banktest.TooMany:
		d.bank.Fail(demobank.Fault{Kind: demobank.APITooMany})
	case banktest.Unavailable:
		d.bank.Fail(demobank.Fault{Kind: demobank.APIUnavailable})
	case banktest.CutPage:
		d.bank.Fail(demobank.Fault{Kind: demobank.CutPage, Page: 2})
	}
}
