// Package berlingroup speaks NextGenPSD2 1.3 of the Berlin Group, with which most banks of Europe let accounts
// be read. It is for holders of a qualified certificate, which the line shows. It was written from the published
// description and tried against no real bank.
package berlingroup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
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
	Now func() time.Time // for the end of a pause and the day of what is pending; nil is time.Now
}

var (
	_ bank.Dialect       = Bank{}
	_ bank.ConsentMaker  = Bank{}
	_ bank.ConsentReader = Bank{}
	_ bank.Parted        = Bank{}
)

// Name is "berlingroup".
func (Bank) Name() string { return "berlingroup" }

// here is PSU-IP-Address, which says that the person asks: where they reach Coffer. The address that this
// computer has in the world the bank sees by itself.
const here = "127.0.0.1"

func (b Bank) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

// request is a GET of path, with the headers that every call has.
func request(s bank.Session, purpose, template, path string) wire.Request {
	s.Base = strings.TrimSuffix(s.Base, "/v1") // some banks give their address with it
	r := reply.Get(s, egress.Purpose{ID: purpose}, template, path, nil)
	r.Header.Set("X-Request-ID", reply.NewID())
	if s.Present {
		r.Header.Set("PSU-IP-Address", here)
	}
	if s.Consent != "" {
		r.SecretHeader = map[string]secret.Text{"Consent-ID": secret.New(s.Consent)}
	}
	return r
}

// Accounts lists the accounts, and the card accounts where the bank has such, with their balances. An account
// that holds several currencies is one account of ours for each.
func (b Bank) Accounts(ctx context.Context, s bank.Session) ([]bank.Account, error) {
	listed, err := b.list(ctx, s, false)
	if err != nil {
		return nil, err
	}
	cards, err := b.list(ctx, s, true)
	if err != nil {
		return nil, err
	}
	var all []bank.Account
	for _, l := range append(withoutSums(listed), cards...) {
		own, err := b.balances(ctx, s, l)
		if err != nil {
			return nil, err
		}
		all = append(all, own...)
	}
	return all, nil
}

func (b Bank) list(ctx context.Context, s bank.Session, cards bool) (all []listed, err error) {
	path, refused := accountsPath, b.refused(false)
	if cards {
		path = cardsPath
		refused = func(op string, answer *wire.Response) error {
			if told := refusalOf(answer); !lacking(told, http.StatusBadRequest, http.StatusNotImplemented) {
				return b.faultOf(told, op, false)
			}
			return nil // no card accounts
		}
	}
	err = reply.Do(ctx, s.Line, request(s, "accounts", path, path), func(body io.Reader) (err error) {
		all, err = readAccounts(body, cards)
		return err
	}, refused)
	return all, err
}

// lacking reports whether told says that the bank has no such thing, or that the consent holds none of it. It is
// asked where the bank has answered with the same consent just now.
func lacking(told reply.Refusal, more ...int) bool {
	switch told.Status {
	case http.StatusForbidden, http.StatusNotFound, http.StatusMethodNotAllowed:
		return true
	case http.StatusUnauthorized:
		return told.Code == consentInvalid
	}
	for _, status := range more {
		if told.Status == status {
			return true
		}
	}
	return false
}

// balances returns the accounts that l is, with their balances. They are asked for where the list told none, and
// not where the person left the account out.
func (b Bank) balances(ctx context.Context, s bank.Session, l listed) ([]bank.Account, error) {
	left := func(a bank.Account) bool { return s.Skip != nil && s.Skip(a.BankID) }
	if l.Err == nil && !l.several() && left(l.Account) {
		l.Err = bank.ErrSkipped
	}
	if parts := l.leftOut(s); len(parts) > 0 {
		return parts, nil
	}
	if l.Err == nil && len(l.told) == 0 {
		l.Err = b.askBalances(ctx, s, &l)
	}
	if l.debts != "" {
		s.Memo.Keep(debtsHere+l.BankID, l.debts)
	}
	switch {
	case l.Err == nil:
	case reply.OfOneAccount(l.Err), errors.Is(l.Err, bank.ErrSkipped):
		return []bank.Account{l.Account}, nil
	default:
		return nil, l.Err
	}
	all := l.accounts()
	for i := range all {
		switch {
		case all[i].Err != nil:
		case left(all[i]):
			all[i].Err = bank.ErrSkipped
		default:
			all[i].Err = l.fill(&all[i])
		}
	}
	return all, nil
}

// askBalances reads the balances of l. Where the consent holds none, they stay unknown.
func (b Bank) askBalances(ctx context.Context, s bank.Session, l *listed) error {
	at, err := placeOf(l.BankID)
	if err != nil {
		return err
	}
	r := request(s, "accounts", at.list()+"/{id}/balances", at.path("/balances"))
	return reply.Do(ctx, s.Line, r, func(body io.Reader) error { return readBalances(body, l) }, func(op string, answer *wire.Response) error {
		if told := refusalOf(answer); !lacking(told) {
			return b.faultOf(told, op, true)
		}
		return nil
	})
}

// Transactions yields the pages of w: what is booked, and what is pending where the bank tells it.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	at, err := placeOf(account.BankID)
	r := reading{Bank: b, session: s, at: at, window: w, currency: account.Currency, template: at.list() + "/{id}/transactions"}
	return reply.Pages(ctx, "read "+r.template, w.Cursor, func(cursor string) (bank.Page, error) {
		if err != nil {
			return bank.Page{}, err
		}
		return r.page(ctx, cursor)
	})
}

// reading is the pages of one account.
type reading struct {
	Bank
	session  bank.Session
	at       place
	window   bank.Window
	currency string
	template string
	signs    bool // a page showed that amounts have them
}

// A Memo keeps under these that the bank tells no pending rows, and by account that its amounts have signs, and its
// word for whether they are debts.
const (
	bookedAlone = "berlingroup booked alone"
	signedHere  = "berlingroup signs of "
	debtsHere   = "berlingroup debts of "
)

// page reads the page at cursor. The description lets a bank tell booked rows alone, which are then asked for. Where it
// refuses that too, what is left of the asking is the dates.
func (r *reading) page(ctx context.Context, cursor string) (page bank.Page, err error) {
	ask := request(r.session, "transactions", r.template, r.at.path("/transactions"))
	asked, status := ask.URL, "both"
	if _, alone := r.session.Memo.Kept(bookedAlone); alone {
		status = "booked"
	}
	for {
		ask.URL = asked + "?" + url.Values{"dateFrom": {r.window.From.String()}, "dateTo": {r.window.To.String()}, "bookingStatus": {status}}.Encode()
		if cursor != "" {
			query, err := reply.CursorKey(cursor)
			if err != nil {
				return bank.Page{}, err
			}
			ask.URL = asked + "?" + query
		}
		var told reply.Refusal
		err = reply.Do(ctx, r.session.Line, ask, func(body io.Reader) (err error) {
			page, err = r.read(body, asked)
			return err
		}, func(op string, answer *wire.Response) error {
			if told = refusalOf(answer); cursor != "" && told.Status == http.StatusBadRequest && ofTheAsking(told.Code) {
				return reply.Stale(op, told.Err())
			}
			return r.faultOf(told, op, true)
		})
		switch refused := told.Status == http.StatusBadRequest && ofTheAsking(told.Code); {
		case cursor != "":
			return page, err
		case refused && status == "booked":
			return page, tooFar("read "+r.template, told)
		case !refused:
			if err == nil && status == "booked" {
				r.session.Memo.Keep(bookedAlone, true)
			}
			return page, err
		}
		status = "booked"
		ask.Header.Set("X-Request-ID", reply.NewID())
	}
}

// read reads one page. asked is where it came from, without its query.
func (r *reading) read(body io.Reader, asked string) (page bank.Page, err error) {
	l, err := readLists(body, r.at.card, r.window)
	if err != nil {
		return page, err
	}
	if debts, told := r.session.Memo.Kept(debtsHere + r.at.String()); told && l.debts == "" {
		l.debts = debts.(string)
	}
	_, before := r.session.Memo.Kept(signedHere + r.at.String())
	if l.signs = before || r.signs; l.settled() {
		r.signs = true
		r.session.Memo.Keep(signedHere+r.at.String(), true)
	}
	page.Rows, err = l.rows(r.currency, r.at.currency != "", r.window, ledger.DateOf(r.now()))
	if err == nil && l.next != "" {
		page.Next, err = onward(l.next, asked)
	}
	return page, err
}

// onward is the cursor of the page that link leads to: the same list at the same host, however the link writes
// where that is.
func onward(link, asked string) (string, error) {
	here, err := url.Parse(asked)
	if err != nil {
		return "", fmt.Errorf("read the address that was asked: %w", err)
	}
	to, err := here.Parse(link)
	if err != nil {
		to = &url.URL{} // leads nowhere
	}
	if at := strings.LastIndex(here.Path, "/v1/"); at >= 0 && to.Path == here.Path[at:] { // as behind the bank's gateway
		to.Path, to.RawPath = here.Path, here.RawPath
	}
	query, err := reply.Onward(to.String(), asked)
	return reply.KeyCursor(query), err
}

// Whole is bankID without the currency: all currencies of an account are read as one.
func (Bank) Whole(bankID string) string {
	whole, _, _ := strings.Cut(bankID, currencyMark)
	return whole
}

// Probe lists the accounts: what a consent that has ended no longer opens. A refusal of the certificate, of the
// bank's own role for it, or of anything but the consent and the token is an error: it proves nothing of either.
func (b Bank) Probe(ctx context.Context, s bank.Session) (bank.Answer, error) {
	told, err := reply.Say(ctx, s.Line, request(s, "probe", accountsPath, accountsPath), codes...)
	if err == nil && overCode(told.Code) {
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
