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
	"coffer/sync/bank/monzo"
	"coffer/sync/demobank"
	"coffer/sync/demobank/walk"
)

func TestTheDemosSecondBankAnswersMonzosDialect(t *testing.T) {
	noon := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	banktest.Run(t, monzo.Bank{}, func(t *testing.T) banktest.Server {
		b, err := demobank.Start(t.Context(), demobank.Config{Now: func() time.Time { return noon }})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := b.Close(); err != nil {
				t.Error(err)
			}
		})
		p := &pocket{bank: b, token: banktest.Approve(t, b.PocketIssuer(), demobank.PocketClient, func(ctx context.Context, address string) error {
			return walk.Approve(ctx, address, walk.Options{})
		})}
		if err := walk.Phone(t.Context(), b.Phone()); err != nil {
			t.Fatal(err)
		}
		return p
	})
}

// pocket is a link to Pocketwell.
type pocket struct {
	bank  *demobank.Bank
	book  banktest.Book
	token string
}

func (p *pocket) Session(t *testing.T) bank.Session {
	t.Helper()
	return bank.Session{Line: banktest.Line(t, &p.book, p.bank.PocketAPI()), Base: p.bank.PocketAPI(), Token: secret.New(p.token), Present: true}
}

// Accounts is the account and its pot.
func (*pocket) Accounts() int { return 2 }

// Window is the two years of the story.
func (p *pocket) Window() bank.Window {
	today := ledger.DateOf(p.bank.Now())
	return bank.Window{From: today.AddDays(-731), To: today}
}

// Rows asks the bank itself, page by page. One row is declined, and doesn't count.
func (p *pocket) Rows(t *testing.T, account ledger.Account, w bank.Window) (n int) {
	t.Helper()
	for since := w.From.String() + "T00:00:00Z"; ; {
		ask := url.Values{"account_id": {account.BankID}, "since": {since}, "limit": {"100"}}
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.bank.PocketAPI()+"/transactions?"+ask.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Header.Set("Authorization", "Bearer "+p.token)
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			t.Fatal(err)
		}
		var told struct {
			Transactions []struct {
				ID       string `json:"id"`
				Declined string `json:"decline_reason"`
			} `json:"transactions"`
		}
		err = json.NewDecoder(answer.Body).Decode(&told)
		_ = answer.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range told.Transactions {
			if since = row.ID; row.Declined == "" {
				n++
			}
		}
		if len(told.Transactions) < 100 {
			return n
		}
	}
}

// Troubles are all.
func (*pocket) Troubles() []banktest.Trouble { return banktest.Troubles() }

func (p *pocket) Fail(trouble banktest.Trouble) {
	kinds := map[banktest.Trouble]demobank.FaultKind{
		banktest.Unauthorized: demobank.APIUnauthorized, banktest.TooMany: demobank.APITooMany, banktest.Unavailable: demobank.APIUnavailable,
		banktest.CutPage: demobank.CutPage, banktest.Loop: demobank.LoopPages,
	}
	p.bank.Fail(demobank.Fault{Bank: demobank.Pocketwell, Kind: kinds[trouble], Page: 2})
}
