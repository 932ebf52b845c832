// Package akahu speaks the API of Akahu, a bridge to banks of New Zealand, as a personal app does: a user token
// and an app token. It was written from the published documentation and tried against no real account.
package akahu

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"time"

	"coffer/app/egress"
	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// Bank is the dialect. The zero Bank is ready.
type Bank struct {
	Now func() time.Time // for the end of a pause; nil is time.Now
}

var (
	_ bank.Dialect      = Bank{}
	_ bank.ConsentEnder = Bank{}
)

// Name is "akahu".
func (Bank) Name() string { return "akahu" }

const (
	accountsPath     = "/accounts"
	transactionsPath = "/accounts/{id}/transactions"
	pendingPath      = "/transactions/pending"
	tokenPath        = "/token"

	// pendingCursor is the page after the last settled one: what is pending is a list of its own.
	pendingCursor = "pending"
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

// get is a GET with both tokens.
func get(s bank.Session, purpose egress.Purpose, template, path string, query url.Values) wire.Request {
	r := reply.Get(s, purpose, template, path, query)
	r.SecretHeader = map[string]secret.Text{"X-Akahu-Id": s.App}
	return r
}

// Accounts lists the accounts.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	var all []bank.Account
	var t reply.Trail
	for at := ""; ; {
		next, count := "", 0
		r := get(s, egress.Purpose{ID: "accounts"}, accountsPath, accountsPath, pageAt(at))
		err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			listed, onTo, err := readAccounts(body)
			all, next, count = append(all, listed...), onTo, len(listed)
			return err
		}, b.refused(false))
		if err == nil {
			err = t.Next(at, next, count)
		}
		if err != nil {
			return nil, err
		}
		if next == "" {
			return all, nil
		}
		at = next
	}
}

// pageAt is the query for the page that Akahu calls key.
func pageAt(key string) url.Values {
	if key == "" {
		return nil
	}
	return url.Values{"cursor": {key}}
}

// Transactions yields the pages of what has settled in w, and then what is pending in it.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return reply.Pages(ctx, "read "+transactionsPath, w.Cursor, func(cursor string) (bank.Page, error) {
		if cursor == pendingCursor {
			rows, err := b.pending(ctx, s, account, w)
			return bank.Page{Rows: rows}, err
		}
		return b.settled(ctx, s, account, w, cursor)
	})
}

func (b Bank) settled(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window, cursor string) (bank.Page, error) {
	// The start is left out by Akahu, the end is not. Its days are those of New Zealand.
	query := url.Values{
		"start": {startOf(w.From).Add(-time.Millisecond).Format(stamp)}, "end": {startOf(w.To.AddDays(1)).Add(-time.Millisecond).Format(stamp)},
	}
	if cursor != "" {
		key, err := reply.CursorKey(cursor)
		if err != nil {
			return bank.Page{}, err
		}
		query.Set("cursor", key)
	}
	r := get(s, egress.Purpose{ID: "transactions"}, transactionsPath, "/accounts/"+url.PathEscape(account.BankID)+"/transactions", query)
	var page bank.Page
	err := reply.Do(ctx, s.Line, r, func(body io.Reader) error {
		rows, next, err := readSettled(body, account.Currency)
		if err == nil {
			err = reply.OfAccount(rows, "_account", account.BankID)
		}
		if page.Rows, page.Next = rows, pendingCursor; next != "" {
			page.Next = reply.KeyCursor(next)
		}
		return err
	}, func(op string, answer *wire.Response) error {
		if cursor != "" && (answer.Status == http.StatusBadRequest || answer.Status == http.StatusUnprocessableEntity) {
			return reply.Stale(op, reply.Refused(answer).Err())
		}
		return b.refused(true)(op, answer)
	})
	return page, err
}

const stamp = "2006-01-02T15:04:05.000Z"

// pending returns the pending rows of account in w. Akahu lists those of all accounts at once, which one
// session asks for once.
func (b Bank) pending(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) ([]ledger.Row, error) {
	var listed []reply.Fields
	if kept, ok := s.Memo.Kept(pendingPath); ok {
		listed = kept.([]reply.Fields)
	} else {
		var t reply.Trail
		for at := ""; ; {
			next, before := "", len(listed)
			r := get(s, egress.Purpose{ID: "transactions"}, pendingPath, pendingPath, pageAt(at))
			err := reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
				next, err = readItems(body, func(f reply.Fields) error {
					listed = append(listed, f)
					return nil
				})
				return err
			}, b.refused(false))
			if err == nil {
				err = t.Next(at, next, len(listed)-before)
			}
			if err != nil {
				return nil, err
			}
			if at = next; at == "" {
				break
			}
		}
		s.Memo.Keep(pendingPath, listed)
	}
	return pendingOf(listed, account, w)
}

// Probe lists the accounts.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told, err := reply.Say(ctx, s.Line, get(s, egress.Purpose{ID: "probe"}, accountsPath, accountsPath, nil))
	return told.Probed(err, b.now())
}

// EndConsent takes the user token back: DELETE /token.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, _ string) (bank.Answer, error) {
	r := get(s, egress.Purpose{ID: "revoke"}, tokenPath, tokenPath, nil)
	r.Method = http.MethodDelete
	told, err := reply.Say(ctx, s.Line, r)
	switch {
	case err != nil, told.Status/100 == 2, told.Over():
		return told.Answer(), err
	}
	return told.Answer(), told.Fault(b.now(), "end the consent", false)
}
