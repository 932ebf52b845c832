// Package starling speaks version 2 of the API of Starling, a British bank: a personal access token.
// It was written from the bank's published SDK and tried against no real account.
package starling

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strings"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// Bank is the dialect. The zero Bank is ready.
type Bank struct {
	Now func() time.Time // for the end of a pause; nil is time.Now
}

var _ bank.Dialect = Bank{}

// Name is "starling".
func (Bank) Name() string { return "starling" }

const (
	accountsPath = "/accounts"
	balancePath  = "/accounts/{id}/balance"
	goalsPath    = "/account/{id}/savings-goals"
	feedPath     = "/feed/account/{id}/category/{category}/transactions-between"
	daysAtOnce   = 31 // the feed has no pages
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

// Accounts lists the accounts, and each of their savings goals as an account of its own: its money is not in
// the account's balance.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	var listed []bank.Account
	r := reply.Get(s, egress.Purpose{ID: "accounts"}, accountsPath, accountsPath, nil)
	err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		listed, err = readAccounts(body)
		return err
	}, b.refused(false))
	if err != nil {
		return nil, err
	}
	var all []bank.Account
	for _, a := range listed {
		left := a.Err == nil && s.Skip != nil && s.Skip(a.BankID) // its balance is not asked for; its goals may be read
		if a.Err == nil && !left {
			if a.Err = b.balance(ctx, s, &a); a.Err != nil && !reply.OfOneAccount(a.Err) {
				return nil, a.Err
			}
		}
		goalless := errors.Is(a.Err, bank.ErrAccountGone) || a.Currency == ""
		if left {
			a.Err = bank.ErrSkipped
		}
		if all = append(all, a); goalless {
			continue
		}
		goals, err := b.goals(ctx, s, a.Account)
		if err != nil && fault.KindOf(err) != fault.BankUnexpected {
			return nil, err
		}
		if err != nil { // an account whose goals can't be had is no worse an account
			goals = []bank.Account{{Account: ledger.Account{BankID: accountOf(a.BankID) + idMark + "goals", Name: a.Name + ": savings goals", Kind: ledger.Savings}, Err: err}}
		}
		all = append(all, goals...)
	}
	return all, nil
}

func (b Bank) balance(ctx context.Context, s bank.Session, a *bank.Account) error {
	r := reply.Get(s, egress.Purpose{ID: "accounts"}, balancePath, "/accounts/"+url.PathEscape(accountOf(a.BankID))+"/balance", nil)
	return reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		a.Balance, err = readBalance(body, a.Currency)
		return err
	}, b.refused(true))
}

// goals lists the savings goals of a. A token without the right to see them shows none, and neither does a
// kind of account that has none.
func (b Bank) goals(ctx context.Context, s bank.Session, a ledger.Account) (all []bank.Account, err error) {
	id := accountOf(a.BankID)
	r := reply.Get(s, egress.Purpose{ID: "accounts"}, goalsPath, "/account/"+url.PathEscape(id)+"/savings-goals", nil)
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		all, err = readGoals(body, a)
		return err
	}, func(op string, answer *wire.Response) error {
		if answer.Status == http.StatusForbidden || answer.Status == http.StatusNotFound || answer.Status == http.StatusGone {
			return nil
		}
		return b.refused(false)(op, answer)
	})
	return all, err
}

// Transactions yields w some days at a time, the newest first.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	id, category, _ := strings.Cut(account.BankID, idMark)
	path := "/feed/account/" + url.PathEscape(id) + "/category/" + url.PathEscape(category) + "/transactions-between"
	return reply.Spans(ctx, "read "+feedPath, w, daysAtOnce, func(d reply.Span) (bank.Page, error) {
		r := reply.Get(s, egress.Purpose{ID: "transactions"}, feedPath, path, url.Values{
			"minTransactionTimestamp": {d.From.String() + "T00:00:00.000Z"}, "maxTransactionTimestamp": {d.To.String() + "T23:59:59.999Z"},
		})
		var page bank.Page
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
			if page.Rows, err = readFeed(body, account.Currency); err != nil {
				return err
			}
			return reply.OfAccount(page.Rows, "categoryUid", category)
		}, b.refused(true))
		return page, err
	})
}

// Probe lists the accounts.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told, err := reply.Say(ctx, s.Line, reply.Get(s, egress.Purpose{ID: "probe"}, accountsPath, accountsPath, nil), "error")
	return told.Probed(err, b.now())
}

// idMark stands between the account and the category in a BankID: the feed wants both. Neither holds one.
const idMark = "/"

func accountOf(bankID string) string {
	id, _, _ := strings.Cut(bankID, idMark)
	return id
}
