// Package enablebanking speaks the API of Enable Banking, a bridge to banks of Europe, as the application of one
// person with their own accounts does. It was written from the published documentation and tried against no
// real account.
package enablebanking

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
	_ bank.Dialect       = Bank{}
	_ bank.ConsentReader = Bank{}
	_ bank.ConsentEnder  = Bank{}
	_ bank.Signer        = Bank{}
	_ bank.Visitor       = Bank{}
)

// Name is "enablebanking".
func (Bank) Name() string { return "enablebanking" }

const (
	sessionPath      = "/sessions/{id}"
	detailsPath      = "/accounts/{id}/details"
	balancesPath     = "/accounts/{id}/balances"
	transactionsPath = "/accounts/{id}/transactions"

	tokenLife = time.Hour   // the bridge takes up to 24
	clockSlip = time.Minute // that this computer's clock may be fast
)

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

// Unsigned is the token that each call carries. client is the id of the person's application.
func (Bank) Unsigned(client string, now time.Time) bank.Unsigned {
	return bank.Unsigned{
		Alg: "RS256", Head: map[string]any{"typ": "JWT", "kid": client},
		Claims: map[string]any{
			"iss": "enablebanking.com", "aud": "api.enablebanking.com", "iat": now.Add(-clockSlip).Unix(), "exp": now.Add(tokenLife).Unix(),
		},
	}
}

// faultOf says what r means, by the bridge's word where it has one.
func (b Bank) faultOf(r reply.Refusal, op string, account bool) error {
	switch r.Code {
	case "REVOKED_SESSION":
		return fault.Because(fault.LoginNeeded, "grant.revoked", op, errors.Join(bank.ErrRevoked, r.Err()))
	case "EXPIRED_SESSION", "CLOSED_SESSION", "SESSION_DOES_NOT_EXIST":
		return fault.New(fault.LoginNeeded, op, r.Err())
	case "ASPSP_RATE_LIMIT_EXCEEDED":
		return r.Paused(b.now(), op)
	case "ASPSP_ERROR", "ASPSP_TIMEOUT": // of the bank behind the bridge
		return r.Down(b.now(), op)
	case "WRONG_TRANSACTIONS_PERIOD":
		return fault.Because(fault.BankUnexpected, "bank.dates", op, errors.Join(bank.ErrTooFar, r.Err()))
	case "ACCOUNT_DOES_NOT_EXIST":
		if account {
			return r.Gone(op)
		}
	}
	return r.Fault(b.now(), op, account)
}

func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		return b.faultOf(reply.Refused(answer, "error"), op, account)
	}
}

// Accounts lists the accounts of the session, and asks for the details and balances of each. Their ids are
// others in the next session.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	var got session
	r := reply.Get(s, egress.Purpose{ID: "accounts"}, sessionPath, "/sessions/"+url.PathEscape(s.Consent), nil)
	err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		if got, err = readSession(body); err == nil {
			err = got.over()
		}
		return err
	}, b.refused(false))
	if err != nil {
		return nil, err
	}
	all := make([]bank.Account, 0, len(got.accounts))
	for _, uid := range got.accounts {
		a, err := b.account(ctx, s, uid)
		if err != nil && !reply.OfOneAccount(err) && !errors.Is(err, bank.ErrSkipped) {
			return nil, err
		}
		a.BankID, a.Err = uid, err
		all = append(all, a)
	}
	return all, nil
}

func (b Bank) account(ctx context.Context, s bank.Session, uid string) (a bank.Account, err error) {
	at := "/accounts/" + url.PathEscape(uid)
	err = reply.Do(ctx, s.Line, reply.Get(s, egress.Purpose{ID: "accounts"}, detailsPath, at+"/details", nil), func(body io.Reader) (err error) {
		a, err = readDetails(body, uid)
		return err
	}, b.refused(true))
	if err != nil {
		return a, err
	}
	if s.Skip != nil && s.Skip(uid) {
		return a, bank.ErrSkipped
	}
	return a, reply.Do(ctx, s.Line, reply.Get(s, egress.Purpose{ID: "accounts"}, balancesPath, at+"/balances", nil), func(body io.Reader) error {
		return readBalances(body, &a)
	}, b.refused(true))
}

// Transactions yields the pages of w. A page may be empty and have another behind it: the bridge looks for
// rows at the bank page by page.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return reply.Pages(ctx, "read "+transactionsPath, w.Cursor, func(cursor string) (bank.Page, error) {
		query := url.Values{"date_from": {w.From.String()}, "date_to": {w.To.String()}}
		if cursor != "" {
			key, err := reply.CursorKey(cursor)
			if err != nil {
				return bank.Page{}, err
			}
			query.Set("continuation_key", key)
		}
		r := reply.Get(s, egress.Purpose{ID: "transactions"}, transactionsPath, "/accounts/"+url.PathEscape(account.BankID)+"/transactions", query)
		var page bank.Page
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			rows, next, err := readRows(body, account.Currency)
			page.Rows, page.Next = rows, reply.KeyCursor(next)
			return err
		}, func(op string, answer *wire.Response) error {
			told := reply.Refused(answer, "error")
			if cursor != "" && (told.Code == "WRONG_CONTINUATION_KEY" || told.Code == "" && (told.Status == http.StatusBadRequest || told.Status == http.StatusUnprocessableEntity)) {
				return reply.Stale(op, told.Err())
			}
			return b.faultOf(told, op, true)
		})
		return page, err
	})
}
