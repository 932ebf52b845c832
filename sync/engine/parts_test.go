package engine_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"coffer/app/consent"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/banktest"
	"coffer/sync/bank/berlingroup"
	"coffer/sync/engine"
)

// parted is a bank of one account with three currencies, one with one, and a card whose debits are quoted positive. The
// first token ends before the card's rows are read.
type parted struct {
	*banktest.Counter
	t     *testing.T
	store *memory
	now   time.Time
	token string
}

func newParted(t *testing.T, limits consent.Limits) (*parted, *engine.Engine) {
	l := aLink()
	l.Dialect, l.Limits = "berlingroup", limits
	b := &parted{t: t, store: newMemory(l), now: noon, token: "first"}
	balance := func(currency string) string {
		return `{"balanceType":"interimBooked","balanceAmount":{"currency":"` + currency + `","amount":"9"}}`
	}
	b.Counter = banktest.NewCounter(t, &banktest.Counter{Answer: func(q banktest.Question) (int, any) {
		switch path := q.URL.Path; {
		case path == "/v1/accounts":
			return http.StatusOK, `{"accounts":[{"resourceId":"all","iban":"DE2290","currency":"XXX"},{"resourceId":"one","iban":"DE8036","currency":"EUR"}]}`
		case path == "/v1/card-accounts":
			return http.StatusOK, `{"cardAccounts":[{"resourceId":"card","maskedPan":"5254xx3241","currency":"EUR","debitAccounting":true}]}`
		case path == "/v1/accounts/all/balances":
			return http.StatusOK, `{"balances":[` + balance("EUR") + `,` + balance("USD") + `,` + balance("CHF") + `]}`
		case strings.HasSuffix(path, "/balances"):
			return http.StatusOK, `{"balances":[` + balance("EUR") + `]}`
		case path == "/v1/card-accounts/card/transactions":
			if q.Header.Get("Authorization") != "Bearer second" {
				return http.StatusUnauthorized, `{"tppMessages":[{"code":"TOKEN_EXPIRED"}]}`
			}
			return http.StatusOK, `{"cardTransactions":{"booked":[{"cardTransactionId":"c-1","bookingDate":"2026-11-21","transactionAmount":{"currency":"EUR","amount":"5"}},
				{"cardTransactionId":"c-2","bookingDate":"2026-11-21","transactionAmount":{"currency":"EUR","amount":"-7"}}]}}`
		}
		return http.StatusOK, `{"transactions":{"booked":[]}}`
	}})
	now := func() time.Time { return b.now }
	e, err := engine.New(engine.Config{Store: b.store, Sessions: b, Dialects: []bank.Dialect{berlingroup.Bank{Now: now}}, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	return b, e
}

func (b *parted) Session(context.Context, consent.Link) (bank.Session, error) {
	return bank.Session{Line: banktest.Line(b.t, &b.Book, b.URL), Base: b.URL, Token: secret.New(b.token), Consent: "c", Memo: &bank.Memo{}}, nil
}

func (b *parted) Renewed(ctx context.Context, l consent.Link) (bank.Session, error) {
	b.token = "second"
	return b.Session(ctx, l)
}

// asks is how often path was asked for.
func (b *parted) asks(path string) (n int) {
	for _, q := range b.Asked() {
		if q.URL.Path == path {
			n++
		}
	}
	return n
}

// TestPartsOfOneAccountAreReadAsOne: without the person the bank lets its account be read four times a day, however many
// currencies it has.
func TestPartsOfOneAccountAreReadAsOne(t *testing.T) {
	b, e := newParted(t, consent.Limits{Alone: 4})
	for range 24 {
		_, _ = e.Refresh(t.Context(), linkID, false, nil) // refused where nothing is left
		b.now = b.now.Add(time.Hour - time.Minute)
	}
	if all, one := b.asks("/v1/accounts/all/transactions"), b.asks("/v1/accounts/one/transactions"); all != 4 || one != 4 {
		t.Errorf("the account with three currencies was read %d times, the other %d times", all, one)
	}
}

// TestAnAccountWhosePartsAreAllLeftOutTellsNoBalance, until one of them is to be read again.
func TestAnAccountWhosePartsAreAllLeftOutTellsNoBalance(t *testing.T) {
	b, e := newParted(t, consent.Limits{})
	l := b.store.link(linkID)
	l.Limited = true
	b.store.links[linkID] = l
	if err := e.List(t.Context(), linkID); err != nil {
		t.Fatal(err)
	}
	for _, read := range []string{"one", "all?currency=USD"} {
		l := b.store.link(linkID)
		var identities []string
		for _, a := range l.Choice {
			if a.BankID == read {
				identities = append(identities, a.Identity)
			}
		}
		l.Choose(identities, b.now)
		b.store.links[linkID] = l
		before := b.asks("/v1/accounts/all/balances")
		for range 3 {
			if _, err := e.Refresh(t.Context(), linkID, true, nil); err != nil {
				t.Fatal(err)
			}
		}
		want := 0
		if read != "one" {
			want = 3
		}
		if asked := b.asks("/v1/accounts/all/balances") - before; asked != want {
			t.Errorf("with %s read, the balances were asked for %d times", read, asked)
		}
		if l = b.store.link(linkID); len(l.Choice) != 5 || len(l.LeftOut()) != 4 {
			t.Errorf("with %s read, the choice is %+v", read, l.Choice)
		}
	}
}

// TestWhatTheBankToldHoldsForANewToken: a card's debits are as the list of cards said, whichever token its rows came by.
func TestWhatTheBankToldHoldsForANewToken(t *testing.T) {
	b, e := newParted(t, consent.Limits{})
	if _, err := e.Refresh(t.Context(), linkID, true, nil); err != nil {
		t.Fatal(err)
	}
	all := b.store.all()
	if b.token != "second" || all["c-1"].Amount.Minor != -500 || all["c-2"].Amount.Minor != 700 {
		t.Errorf("by the %s token: %+v", b.token, all)
	}
}
