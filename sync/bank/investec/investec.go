// Package investec speaks the API that Investec, a South African bank, gives to its private clients. It was
// written from the published documentation and tried against no real account.
package investec

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// Bank is the dialect. The zero Bank is ready. Its token comes by client credentials (sync/link); the API key
// goes along there and nowhere else.
type Bank struct {
	Now func() time.Time // for the end of a pause; nil is time.Now
}

var _ bank.Dialect = Bank{}

// Name is "investec".
func (Bank) Name() string { return "investec" }

const (
	accountsPath     = "/accounts"
	balancePath      = "/accounts/{id}/balance"
	transactionsPath = "/accounts/{id}/transactions"
	daysAtOnce       = 31 // rows without ids come by whole days
)

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		return reply.Refused(answer, "error").Fault(b.now(), op, account)
	}
}

// Accounts lists the accounts and asks for the balance of each.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	var all []bank.Account
	r := reply.Get(s, egress.Purpose{ID: "accounts"}, accountsPath, accountsPath, nil)
	err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		all, err = readAccounts(body)
		return err
	}, b.refused(false))
	if err != nil {
		return nil, err
	}
	for i := range all {
		if s.Skip != nil && s.Skip(all[i].BankID) {
			all[i].Err = bank.ErrSkipped
			continue
		}
		if all[i].Err = b.balance(ctx, s, &all[i]); all[i].Err != nil && !reply.OfOneAccount(all[i].Err) {
			return nil, all[i].Err
		}
	}
	return all, nil
}

func (b Bank) balance(ctx context.Context, s bank.Session, a *bank.Account) error {
	r := reply.Get(s, egress.Purpose{ID: "accounts"}, balancePath, "/accounts/"+url.PathEscape(a.BankID)+"/balance", nil)
	return reply.Do(ctx, s.Line, r, func(body io.Reader) error { return readBalance(body, a) }, b.refused(true))
}

// Transactions yields w some days at a time, the newest first. An answer that has further pages is partial.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return reply.Spans(ctx, "read "+transactionsPath, w, daysAtOnce, func(d reply.Span) (bank.Page, error) {
		r := reply.Get(s, egress.Purpose{ID: "transactions"}, transactionsPath, "/accounts/"+url.PathEscape(account.BankID)+"/transactions", url.Values{
			"fromDate": {d.From.String()}, "toDate": {d.To.String()},
		})
		var page bank.Page
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
			if page.Rows, page.Partial, err = readRows(body, account.Currency); err != nil {
				return err
			}
			return reply.OfAccount(page.Rows, "accountId", account.BankID)
		}, func(op string, answer *wire.Response) error {
			if answer.Status == http.StatusBadRequest { // of a request that is nothing but days
				return fault.Because(fault.BankUnexpected, "bank.dates", op, tooFar(reply.Refused(answer)))
			}
			return b.refused(true)(op, answer)
		})
		return page, err
	})
}

// Probe lists the accounts.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told, err := reply.Say(ctx, s.Line, reply.Get(s, egress.Purpose{ID: "probe"}, accountsPath, accountsPath, nil), "error")
	return told.Probed(err, b.now())
}
