// Package obie speaks the account information of UK Open Banking, versions 3.1 and 4.0, with the certificate and the
// registration of a person who holds them. It was written from the published descriptions and tried against no
// real bank.
//
// x-fapi-customer-ip-address is never sent: it is the address that the person comes from, and this computer
// knows only the one it has at home. A bank that counts calls without it as unattended counts ours so.
package obie

import (
	"context"
	"errors"
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

// Bank is the dialect. The zero Bank is ready.
type Bank struct {
	Now func() time.Time // for the end of a pause and of a consent; nil is time.Now
}

var (
	_ bank.Dialect      = Bank{}
	_ bank.ConsentMaker = Bank{}
)

// Name is "obie".
func (Bank) Name() string { return "obie" }

const (
	accountsPath     = "/accounts"
	balancesPath     = "/accounts/{id}/balances"
	transactionsPath = "/accounts/{id}/transactions"
)

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

func get(s bank.Session, purpose, template, path string, query url.Values) wire.Request {
	r := reply.Get(s, egress.Purpose{ID: purpose}, template, path, query)
	r.Header.Set("X-Fapi-Interaction-Id", reply.NewID())
	return r
}

// Accounts lists the accounts, and asks for the balances of each.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	all, err := b.list(ctx, s)
	if err != nil {
		return nil, err
	}
	for i := range all {
		a := &all[i]
		switch {
		case a.Err != nil:
		case s.Skip != nil && s.Skip(a.BankID):
			a.Err = bank.ErrSkipped
		default:
			if a.Err = b.balances(ctx, s, a); a.Err != nil && !reply.OfOneAccount(a.Err) {
				return nil, a.Err
			}
		}
	}
	return all, nil
}

func (b Bank) list(ctx context.Context, s bank.Session) (all []bank.Account, err error) {
	err = reply.Walk(nil, func(query url.Values) (count int, next string, err error) {
		r := get(s, "accounts", accountsPath, accountsPath, query)
		err = reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			accounts, link, err := readAccounts(body)
			all, count = append(all, accounts...), len(accounts)
			if err == nil {
				next, err = onward(link, r.URL)
			}
			return err
		}, b.refused(false))
		return count, next, err
	})
	return all, err
}

// onward is reply.Onward of a link that may be missing, or relative to the address that was asked.
func onward(link, asked string) (string, error) {
	if link == "" {
		return "", nil
	}
	if here, err := url.Parse(asked); err == nil {
		if to, err := here.Parse(link); err == nil {
			link = to.String()
		}
	}
	return reply.Onward(link, asked)
}

func (b Bank) balances(ctx context.Context, s bank.Session, a *bank.Account) error {
	r := get(s, "accounts", balancesPath, "/accounts/"+url.PathEscape(a.BankID)+"/balances", nil)
	return reply.Do(ctx, s.Line, r, func(body io.Reader) error { return readBalances(body, a) }, b.refused(true))
}

// Transactions yields the pages of w. The bank leaves the zone of the times aside; the description wants one (RFC 3339).
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	first := url.Values{"fromBookingDateTime": {w.From.String() + "T00:00:00Z"}, "toBookingDateTime": {w.To.String() + "T23:59:59Z"}}
	return reply.Pages(ctx, "read "+transactionsPath, w.Cursor, func(cursor string) (bank.Page, error) {
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
		r := get(s, "transactions", transactionsPath, "/accounts/"+url.PathEscape(account.BankID)+"/transactions", query)
		var page bank.Page
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			rows, link, err := readRows(body, account)
			if err == nil {
				link, err = onward(link, r.URL)
			}
			page.Rows, page.Next = rows, reply.KeyCursor(link)
			return err
		}, b.refusedRows(w.From, cursor))
		return page, err
	})
}

// Probe lists the accounts. Some banks say with a 400 that the consent is over: it is told as what it comes to, a 401
// with the bank's own word. A refusal that is not of the consent or the token is an error.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told, err := say(ctx, s.Line, get(s, "probe", accountsPath, accountsPath, nil))
	if err == nil && told.Status == http.StatusBadRequest && told.Code == badConsent {
		return bank.Answer{Status: http.StatusUnauthorized, Code: told.Code}, nil
	}
	answer, refused := told.Probed(err, b.now())
	if err == nil && told.Status/100 != 2 {
		if f := b.faultOf(told, "probe", false); refused != nil || fault.KindOf(f) != fault.LoginNeeded {
			refused = f
		}
	}
	return answer, refused
}
