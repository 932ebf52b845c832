// Package cdr speaks the banking API of Australia's Consumer Data Right, version 1.36 of the standards, with the
// certificate and the registration of an accredited recipient. It was written from the published description and tried
// against no real bank.
//
// x-fapi-customer-ip-address is never sent: it is the address that the person comes from, and this computer knows only
// the one it has at home. So every call counts as one without the person, and x-cds-client-headers, which goes with
// that address, is left out. x-fapi-auth-date is wanted on each call and is the time of the call: while Coffer reads
// the person has it open, and the bank gets no record of when they opened it.
//
// A sharing arrangement is ended at the authorization server, not here: its arrangement revocation endpoint wants the
// client to prove itself by a signed assertion, which package link makes and no dialect can. What ends a link is RFC 7009
// there, which the standards have for the tokens alone: the bank may list the arrangement until it runs out, or until the
// person ends it there. No provider file ships, as no link can be made yet: the sign-in wants a signed request that asks
// for a sharing_duration, and answers by a signed response (JARM).
package cdr

import (
	"context"
	"errors"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
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
	Now func() time.Time // for what each call says of the time, and the end of a pause; nil is time.Now
}

var (
	_ bank.Dialect = Bank{}
	_ bank.Parted  = Bank{}
)

// Name is "cdr".
func (Bank) Name() string { return "cdr" }

// endpoint is one of the API's, with the version of its answers: each has its own.
type endpoint struct {
	purpose, path string // the path is without ids
	newest        int    // x-v; any version below is read, too (x-min-v)
}

var (
	accountsAt     = endpoint{"accounts", "/banking/accounts", 3}
	balanceAt      = endpoint{"accounts", "/banking/accounts/{id}/balance", 1}
	transactionsAt = endpoint{"transactions", "/banking/accounts/{id}/transactions", 2}
	probeAt        = endpoint{"probe", accountsAt.path, accountsAt.newest}
)

const pageSize = "500" // of the 1000 that the standard lets one ask for

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

// get asks at for the account with bankID, empty where it names none.
func (b Bank) get(s bank.Session, at endpoint, bankID string, query url.Values) wire.Request {
	path := strings.ReplaceAll(at.path, "{id}", url.PathEscape(b.Whole(bankID)))
	r := reply.Get(s, egress.Purpose{ID: at.purpose}, at.path, path, query)
	r.Header.Set("X-V", strconv.Itoa(at.newest))
	if at.newest > 1 {
		r.Header.Set("X-Min-V", "1")
	}
	r.Header.Set("X-Fapi-Interaction-Id", reply.NewID())
	r.Header.Set("X-Fapi-Auth-Date", b.now().UTC().Format(http.TimeFormat))
	return r
}

// Accounts lists the accounts, and asks for the balance of each. A travel card with purses in other currencies is one
// account of ours for each currency.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	listed, err := b.list(ctx, s)
	if err != nil {
		return nil, err
	}
	var all []bank.Account
	for _, a := range listed {
		parts, err := b.balance(ctx, s, a)
		if err != nil {
			return nil, err
		}
		all = append(all, parts...)
	}
	return all, nil
}

func (b Bank) list(ctx context.Context, s bank.Session) (all []bank.Account, err error) {
	err = reply.Walk(url.Values{"page-size": {pageSize}}, func(query url.Values) (count int, next string, err error) {
		r := b.get(s, accountsAt, "", query)
		err = reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			accounts, beside, err := readAccounts(body)
			all, count = append(all, accounts...), len(accounts)
			if err == nil {
				next, err = onward(beside, r.URL)
			}
			return err
		}, b.refused(false))
		return count, next, err
	})
	return all, err
}

// onward is the query of the next page, empty on the last one.
func onward(beside reply.Fields, asked string) (string, error) {
	link := beside.Get("links.next")
	if link == "" {
		return "", nil
	}
	return reply.Onward(link, asked)
}

// balance returns the accounts that a is, with their balances. They are not asked for where the person left all of a
// out. A closed account may have none any more.
func (b Bank) balance(ctx context.Context, s bank.Session, a bank.Account) ([]bank.Account, error) {
	left := func(id string) bool { return s.Skip != nil && s.Skip(id) }
	if left(a.BankID) {
		a.Err = bank.ErrSkipped
		return []bank.Account{a}, nil
	}
	if parts := leftOut(s, a); len(parts) > 0 {
		return parts, nil
	}
	parts := []bank.Account{a}
	err := reply.Do(ctx, s.Line, b.get(s, balanceAt, a.BankID, nil), func(body io.Reader) (err error) {
		parts, err = readBalance(body, a)
		return err
	}, b.refused(true))
	switch {
	case err == nil:
	case a.Closed && errors.Is(err, bank.ErrAccountGone):
		parts[0].Currency = assumed
	case reply.OfOneAccount(err):
		parts = []bank.Account{a}
		parts[0].Err = err
	default:
		return nil, err
	}
	for i := range parts {
		if left(parts[i].BankID) {
			parts[i].Err, parts[i].Balance = bank.ErrSkipped, ledger.Balance{}
		}
	}
	return parts, nil
}

// Transactions yields the pages of w. The list may change from one page to the next: where it became shorter, a row may
// have slipped past, so that it starts again; and where it ends before the count that the bank tells, it is told as partial.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return reply.Pages(ctx, "read "+transactionsAt.path, w.Cursor, func(cursor string) (page bank.Page, err error) {
		at, err := placeOf(cursor)
		if err != nil {
			return page, err
		}
		query := at.query
		if cursor == "" {
			query = url.Values{"oldest-time": {opens(w.From)}, "newest-time": {closes(w.To)}, "page-size": {pageSize}}
		}
		r := b.get(s, transactionsAt, account.BankID, query)
		err = reply.Do(ctx, s.Line, r, func(body io.Reader) error {
			l, err := readRows(body, account, b.undated(w))
			if err == nil {
				page, err = at.page(l, r.URL)
			}
			return err
		}, b.refusedRows(cursor))
		return page, err
	})
}

// undated is the day of rows without one in w: today, and zero where w ends before, for one window of all tells them.
func (b Bank) undated(w bank.Window) ledger.Date {
	now := b.now()
	if w.To < ledger.DateOf(now.UTC()) {
		return 0
	}
	return min(w.To, dayOf(now))
}

// place is how far a list was read.
type place struct {
	seen, of int        // rows on the pages before, and in all; 0 where the bank doesn't say
	query    url.Values // of the page that follows
}

func placeOf(cursor string) (p place, err error) {
	if cursor == "" {
		return place{}, nil
	}
	key, err := reply.CursorKey(cursor)
	if err != nil {
		return place{}, err
	}
	counts, query, _ := strings.Cut(key, "?")
	seen, of, _ := strings.Cut(counts, "/")
	if p.seen, err = strconv.Atoi(seen); err == nil {
		p.of, err = strconv.Atoi(of)
	}
	if err == nil {
		p.query, err = url.ParseQuery(query)
	}
	if err != nil || p.seen < 0 || p.of < 0 || len(p.query) == 0 {
		return place{}, reply.Stale("read the cursor", errors.New("no place in a list"))
	}
	return p, nil
}

// page is l, which was read at p.
func (p place) page(l listed, asked string) (page bank.Page, err error) {
	if p.of > 0 && l.total < p.of {
		return page, reply.Stale("go on", errors.New("the list became shorter meanwhile"))
	}
	next, err := onward(l.beside, asked)
	if err != nil {
		return page, err
	}
	if page.Rows = l.rows; !l.others {
		page.Total = l.total
	}
	seen := p.seen + l.count
	if next == "" {
		page.Partial = seen < l.total
		return page, nil
	}
	page.Next = reply.KeyCursor(strconv.Itoa(seen) + "/" + strconv.Itoa(l.total) + "?" + next)
	return page, nil
}

// Whole is bankID without the currency: all purses of a card are read as one.
func (Bank) Whole(bankID string) string {
	whole, _, _ := strings.Cut(bankID, currencyMark)
	return whole
}

// Probe lists one account. A refusal that is not of the consent or the token is an error.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told := refusal{Refusal: reply.Refusal{Status: http.StatusOK}}
	r := b.get(s, probeAt, "", url.Values{"page-size": {"1"}})
	err := reply.Do(ctx, s.Line, r, func(io.Reader) error { return nil }, func(_ string, answer *wire.Response) error {
		told = readRefusal(answer)
		return nil
	})
	if err != nil {
		return bank.Answer{}, err
	}
	answer, refused := told.Probed(nil, b.now())
	if told.Status/100 != 2 {
		if f := b.faultOf(told, "probe", false); refused != nil || fault.KindOf(f) != fault.LoginNeeded {
			refused = f
		}
	}
	return answer, refused
}
