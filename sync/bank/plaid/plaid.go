// Package plaid speaks the API of Plaid, a bridge to banks of the United States and Canada, with the client of
// one person. It was written from the published documentation and tried against no real account.
//
// An account holds one currency. A row in another one, or in none of ISO 4217's, stops the reading of its account: it is
// neither left out nor taken for the account's, and what was read before it is kept. Plaid tells no rate to know it by.
package plaid

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strconv"
	"strings"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
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
	_ bank.Dialect       = Bank{}
	_ bank.ConsentReader = Bank{}
	_ bank.ConsentEnder  = Bank{}
	_ bank.Visitor       = Bank{}
	_ bank.Changer       = Bank{}
)

// Name is "plaid".
func (Bank) Name() string { return "plaid" }

const (
	accountsPath     = "/accounts/get"
	transactionsPath = "/transactions/get"
	itemPath         = "/item/get"
	removePath       = "/item/remove"

	pageSize = 500 // the most that Plaid gives
)

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

// post is a call: every one is a POST, with what opens it in the body and nothing in the address.
func post(s bank.Session, purpose egress.Purpose, path string, body map[string]any, secrets map[string]secret.Text) (wire.Request, error) {
	if body == nil {
		body = map[string]any{}
	}
	body["client_id"] = s.Client
	raw, err := json.Marshal(body)
	if err != nil {
		return wire.Request{}, fmt.Errorf("write the body: %w", err)
	}
	r := reply.Get(s, purpose, path, path, nil)
	r.Method, r.Bearer, r.JSON, r.SecretJSON = http.MethodPost, secret.Text{}, raw, map[string]secret.Text{"secret": s.App}
	for name, value := range secrets {
		r.SecretJSON[name] = value
	}
	return r, nil
}

// opened are the secrets of a call about the item.
func opened(s bank.Session) map[string]secret.Text {
	return map[string]secret.Text{"access_token": s.Token}
}

// do sends a call about the item and hands its answer to read.
func (b Bank) do(ctx context.Context, s bank.Session, purpose egress.Purpose, path string, body map[string]any, read func(io.Reader) error) error {
	r, err := post(s, purpose, path, body, opened(s))
	if err != nil {
		return err
	}
	return reply.Do(ctx, s.Line, r, read, b.refused(path == transactionsPath))
}

// refused is faultOf an answer. account tells that one account was asked for.
func (b Bank) refused(account bool) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		told := reply.Refused(answer, "error_code")
		if account && (told.Code == "INVALID_ACCOUNT_ID" || told.Code == "" && !told.Page && (told.Status == http.StatusNotFound || told.Status == http.StatusGone)) {
			return told.Gone(op)
		}
		return b.faultOf(told, op)
	}
}

// faultOf says what r means: by Plaid's word, for its status is 400 for nearly all.
func (b Bank) faultOf(r reply.Refusal, op string) error {
	switch r.Code {
	case "USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED":
		return fault.Because(fault.LoginNeeded, "grant.revoked", op, errors.Join(bank.ErrRevoked, r.Err()))
	case "NO_ACCOUNTS":
		return fault.New(fault.BankUnexpected, op, r.Err())
	case "PRODUCT_NOT_READY":
		return b.unprepared(op, r.Err())
	case "INVALID_ACCOUNT_ID":
		return r.Gone(op)
	case "INSTITUTION_DOWN", "INSTITUTION_NOT_RESPONDING", "INSTITUTION_NOT_AVAILABLE", "PLANNED_MAINTENANCE", "INTERNAL_SERVER_ERROR":
		return r.Down(b.now(), op)
	case "RATE_LIMIT_EXCEEDED", "RATE_LIMIT", "TRANSACTIONS_LIMIT", "ACCOUNTS_LIMIT", "ITEM_GET_LIMIT":
		return r.Paused(b.now(), op)
	}
	if refusedToken(r.Code) {
		return fault.New(fault.LoginNeeded, op, r.Err())
	}
	return r.Fault(b.now(), op, false)
}

// refusedToken reports a word that says that what opens the item opens it no more.
func refusedToken(code string) bool {
	switch code {
	case "ITEM_LOGIN_REQUIRED", "ITEM_NOT_FOUND", "INVALID_ACCESS_TOKEN", "INVALID_API_KEYS", "ACCESS_NOT_GRANTED", "ITEM_LOCKED",
		"USER_PERMISSION_REVOKED", "USER_ACCOUNT_REVOKED", "PENDING_DISCONNECT", "UNAUTHORIZED_ENVIRONMENT":
		return true
	}
	return false
}

// Accounts lists the accounts with the balances that Plaid last saw.
func (b Bank) Accounts(ctx context.Context, s bank.Session) (all []bank.Account, err error) {
	err = b.do(ctx, s, egress.Purpose{ID: "accounts"}, accountsPath, nil, func(body io.Reader) (err error) {
		all, err = readAccounts(body)
		return err
	})
	return all, err
}

// Transactions yields the pages of w, which Plaid counts by rows: a cursor is how many there were, and of how
// many. Where those of the window became more or fewer meanwhile, it starts again.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return reply.Pages(ctx, "read "+transactionsPath, w.Cursor, func(cursor string) (bank.Page, error) {
		at, err := placeOf(cursor)
		if err != nil {
			return bank.Page{}, err
		}
		ask := map[string]any{
			"start_date": w.From.String(), "end_date": w.To.String(),
			"options": map[string]any{"account_ids": []string{account.BankID}, "count": pageSize, "offset": at.row, "include_original_description": true},
		}
		var page bank.Page
		err = b.do(ctx, s, egress.Purpose{ID: "transactions"}, transactionsPath, ask, func(body io.Reader) error {
			rows, total, err := readRows(body, account)
			if err != nil {
				return err
			}
			if cursor != "" && total != at.of {
				return reply.Stale("go on", errors.New("the rows became others meanwhile"))
			}
			page.Rows, page.Total = rows, total
			if next := at.row + len(rows); next < total {
				page.Next = place{next, total}.cursor()
			}
			return nil
		})
		return page, err
	})
}

// place is how many rows of how many are read.
type place struct{ row, of int }

func (p place) cursor() string {
	return reply.KeyCursor(strconv.Itoa(p.row) + "/" + strconv.Itoa(p.of))
}

func placeOf(cursor string) (p place, err error) {
	if cursor == "" {
		return place{}, nil
	}
	key, err := reply.CursorKey(cursor)
	if err != nil {
		return place{}, err
	}
	row, of, _ := strings.Cut(key, "/")
	p.row, err = strconv.Atoi(row)
	if err == nil {
		p.of, err = strconv.Atoi(of)
	}
	if err != nil || p.row < 0 || p.of < p.row {
		return place{}, reply.Stale("read the cursor", errors.New("no place in a list"))
	}
	return p, nil
}

// ConsentEnds returns consent_expiration_time of the item, which most have none of.
func (b Bank) ConsentEnds(ctx context.Context, s bank.Session, _ string) (ends time.Time, err error) {
	err = b.do(ctx, s, egress.Purpose{ID: "consent"}, itemPath, nil, func(body io.Reader) error {
		f, err := reply.Read(body)
		if err != nil {
			return err
		}
		if f.Get("item.item_id") == "" {
			return reply.NoID("read the item")
		}
		text := f.Get("item.consent_expiration_time")
		at, ok := reply.Instant(text)
		if text != "" && !ok {
			return fault.Because(fault.BankUnexpected, "bank.date", "read the item", errors.New("its end is no time"))
		}
		ends = at.UTC()
		return nil
	})
	if ends.Year() <= 1 {
		ends = time.Time{}
	}
	return ends, err
}

// Probe reads the item. Plaid answers 400 to nearly all that it refuses; a refused token is told as what it comes
// to, a 401, with Plaid's own word.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told, err := b.say(ctx, s, egress.Purpose{ID: "probe"}, itemPath)
	if err != nil || told.Status/100 == 2 {
		return told.Answer(), err
	}
	if refusedToken(told.Code) {
		return bank.Answer{Status: http.StatusUnauthorized, Code: told.Code}, nil
	}
	if told.Status == http.StatusUnauthorized || told.Status == http.StatusForbidden {
		return told.Probed(nil, b.now())
	}
	return told.Answer(), b.faultOf(told, "probe")
}

// EndConsent is POST /item/remove, after which the access token opens nothing. An item that is not there any
// more is told as a 404.
func (b Bank) EndConsent(ctx context.Context, s bank.Session, _ string) (bank.Answer, error) {
	told, err := b.say(ctx, s, egress.Purpose{ID: "revoke"}, removePath)
	switch {
	case err != nil, told.Status/100 == 2:
		return told.Answer(), err
	case told.Code == "ITEM_NOT_FOUND":
		return bank.Answer{Status: http.StatusNotFound, Code: told.Code}, nil
	case told.Over():
		return told.Answer(), nil
	}
	return told.Answer(), b.faultOf(told, "end the consent")
}

func (b Bank) say(ctx context.Context, s bank.Session, purpose egress.Purpose, path string) (reply.Refusal, error) {
	r, err := post(s, purpose, path, nil, opened(s))
	if err != nil {
		return reply.Refusal{}, err
	}
	return reply.Say(ctx, s.Line, r, "error_code")
}
