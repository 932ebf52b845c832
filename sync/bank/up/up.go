// Package up speaks the API of Up, an Australian bank: a personal access token, JSON:API.
// It was written from the published OpenAPI document and tried against no real account.
package up

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"coffer/app/egress"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// Bank is the dialect. The zero Bank is ready.
type Bank struct {
	Now func() time.Time // for the end of a pause; nil is time.Now
}

var _ bank.Dialect = Bank{}

// Name is "up".
func (Bank) Name() string { return "up" }

const (
	accountsPath     = "/accounts"
	transactionsPath = "/accounts/{id}/transactions"
	pageSize         = "100" // the most that Up gives
)

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		return reply.Refused(answer).Fault(b.now(), op, account)
	}
}

// Accounts lists the accounts. Up tells one balance, which is what can be spent: the held entries are taken
// off already, so the booked balance is reckoned back from them.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	var all []bank.Account
	var t reply.Trail
	query := url.Values{"page[size]": {pageSize}}
	for at := ""; ; {
		r := reply.Get(s, egress.Purpose{ID: "accounts"}, accountsPath, accountsPath, query)
		onTo, count := "", 0
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			accounts, link, err := readAccounts(body)
			all, count = append(all, accounts...), len(accounts)
			if err == nil && link != "" {
				onTo, err = reply.Onward(link, r.URL)
			}
			return err
		}, b.refused(false))
		if err == nil {
			err = t.Next(at, onTo, count)
		}
		if err != nil {
			return nil, err
		}
		if onTo == "" {
			break
		}
		if query, err = url.ParseQuery(onTo); err != nil {
			return nil, reply.Stale("go on to the next page", errors.New("no query"))
		}
		at = onTo
	}
	for i := range all {
		if all[i].Err == nil && s.Skip != nil && s.Skip(all[i].BankID) { // what it holds is not asked for
			all[i].Balance, all[i].Err = ledger.Balance{}, bank.ErrSkipped
			continue
		}
		if all[i].Err == nil {
			if err := b.book(ctx, s, &all[i]); err != nil {
				if !reply.OfOneAccount(err) {
					return nil, err
				}
				all[i].Err = err
			}
		}
	}
	return all, nil
}

// book sets the booked balance of a: what can be spent and what is held. A hold of money out is negative.
func (b Bank) book(ctx context.Context, s bank.Session, a *bank.Account) error {
	const op = "read a balance"
	sum := a.Balance.Available
	for page, err := range b.pages(ctx, s, a.Account, url.Values{"page[size]": {pageSize}, "filter[status]": {held}}, "") {
		if err != nil {
			return err
		}
		for _, r := range page.Rows {
			if !r.Pending {
				continue // it has settled meanwhile
			}
			if sum, err = sum.Sub(r.Amount); err != nil {
				return reply.TooLarge(op)
			}
		}
	}
	a.Balance.Booked = sum
	if a.Kind == ledger.Loan {
		a.Balance.Available = money.Amount{} // what is owed can't be spent
	}
	return nil
}

func readAccounts(body io.Reader) (all []bank.Account, next string, err error) {
	beside, err := reply.Read(body, reply.List{Path: "data", Each: func(f reply.Fields) error {
		a, err := accountOf(f)
		if err != nil && a.BankID == "" {
			return err
		}
		a.Err = err
		all = append(all, a)
		return nil
	}})
	return all, beside.Get("links.next"), err
}

func accountOf(f reply.Fields) (bank.Account, error) {
	const op = "read an account"
	id := f.Get("id")
	if id == "" {
		return bank.Account{}, reply.NoID(op)
	}
	a := bank.Account{Account: ledger.Account{BankID: id, Name: reply.Plain(f.Get("attributes.displayName")), Kind: kindOf(f)}}
	if a.Name == "" {
		a.Name = reply.Plain(f.Get("attributes.accountType"))
	}
	a.Number = "id " + id // Up tells no number; its id is the account's own and outlives every token
	var err error
	if a.Currency, err = reply.Currency(f.Get("attributes.balance.currencyCode"), op); err != nil {
		return a, err
	}
	a.Balance.Available, err = amountOf(f, "attributes.balance", a.Currency, "read a balance")
	return a, err
}

func kindOf(f reply.Fields) ledger.Kind {
	switch f.Get("attributes.accountType") {
	case "TRANSACTIONAL":
		return ledger.Checking
	case "SAVER":
		return ledger.Savings
	case "HOME_LOAN":
		return ledger.Loan
	}
	return ledger.Other
}

// amountOf reads a MoneyObject: its value is decimal text, valueInBaseUnits the same in minor units. Where
// both are told they must agree.
func amountOf(f reply.Fields, at, currency, op string) (money.Amount, error) {
	if err := reply.Same(f.Get(at+".currencyCode"), currency, op); err != nil {
		return money.Amount{}, err
	}
	a, err := reply.Decimal(f.Get(at+".value"), currency, op)
	if err != nil {
		return money.Amount{}, err
	}
	if base := f.Get(at + ".valueInBaseUnits"); base != "" {
		minor, err := reply.Minor(base, currency, op)
		if err != nil {
			return money.Amount{}, err
		}
		if minor != a {
			return money.Amount{}, reply.TwoAmounts(op)
		}
	}
	return a, nil
}

// Transactions yields the pages of w. Up asks by when an entry was made; its days begin in Australia.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return b.pages(ctx, s, account, url.Values{
		"page[size]":    {pageSize},
		"filter[since]": {w.From.String() + "T00:00:00" + earliest},
		"filter[until]": {w.To.String() + "T23:59:59" + latest},
	}, w.Cursor)
}

// The zones in which a day of Australia begins first and ends last.
const (
	earliest = "+11:00"
	latest   = "+08:00"
)

func (b Bank) pages(ctx context.Context, s bank.Session, account ledger.Account, first url.Values, cursor string) iter.Seq2[bank.Page, error] {
	return reply.Pages(ctx, "read "+transactionsPath, cursor, func(cursor string) (bank.Page, error) {
		query := first
		if cursor != "" {
			onTo, err := reply.CursorKey(cursor)
			if err == nil {
				query, err = url.ParseQuery(onTo)
			}
			if err != nil {
				return bank.Page{}, reply.Stale("read the cursor", errors.New("no query"))
			}
		}
		r := reply.Get(s, egress.Purpose{ID: "transactions"}, transactionsPath, "/accounts/"+url.PathEscape(account.BankID)+"/transactions", query)
		var page bank.Page
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			rows, link, err := readRows(body, account.Currency)
			if err == nil {
				err = reply.OfAccount(rows, "relationships.account.data.id", account.BankID)
			}
			if err == nil && link != "" {
				link, err = reply.Onward(link, r.URL)
			}
			page.Rows, page.Next = rows, reply.KeyCursor(link)
			return err
		}, func(op string, answer *wire.Response) error {
			if cursor != "" && (answer.Status == http.StatusBadRequest || answer.Status == http.StatusUnprocessableEntity) {
				return reply.Stale(op, reply.Refused(answer).Err())
			}
			return b.refused(true)(op, answer)
		})
		return page, err
	})
}

// Probe is GET /util/ping, which answers 200 or 401.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	r := reply.Get(s, egress.Purpose{ID: "probe"}, "/util/ping", "/util/ping", nil)
	told, err := reply.Say(ctx, s.Line, r)
	return told.Probed(err, b.now())
}
