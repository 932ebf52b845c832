package monzo

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
)

const (
	fullPage  = 100 // the most that Monzo gives at a time
	usualPage = 30  // what it gives where limit is not read: a page as full as that may not be the last
	mostPages = 10_000
	backDays  = 89 // Monzo: all history within five minutes of the sign-in, 90 days later

	byID = "tx:" // before the id that a page goes on from
)

var (
	errLoop    = errors.New("the pages go round in a circle")
	errTooLate = errors.New("further back than the bank shows now")
)

// Transactions yields the pages of w, oldest first. A pot has none of its own. Of days of which the
// bank shows only the newer ones now, those are yielded as Partial.
func (b Bank) Transactions(ctx context.Context, s bank.Session, of ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		if strings.HasPrefix(of.BankID, potMark) {
			yield(bank.Page{}, ended(ctx))
			return
		}
		p, err := b.pager(s, of, w)
		for err == nil {
			var page bank.Page
			if page, err = p.next(ctx); err != nil {
				break
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
		}
		yield(bank.Page{}, err)
	}
}

// pager is the way through one window.
type pager struct {
	Bank
	session bank.Session
	account ledger.Account
	window  bank.Window
	from    ledger.Date // after which the first page begins
	after   string      // id that the next page follows; empty on the first
	partial bool
	seen    map[string]bool
	pots    map[string]string // names by id; nil until one is needed
}

func (b Bank) pager(s bank.Session, of ledger.Account, w bank.Window) (*pager, error) {
	p := &pager{Bank: b, session: s, account: of, window: w, from: w.From, seen: map[string]bool{}}
	if w.Cursor != "" {
		after, ok := strings.CutPrefix(w.Cursor, byID)
		if !ok || after == "" {
			return nil, misread("bank.cursor", "read the cursor", bank.ErrCursor)
		}
		p.after = after
	}
	return p, nil
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return fault.New(fault.Canceled, "read "+transactionsPath, err)
	}
	return nil
}

// next reads one page. Where the bank shows no such old rows any more, what it does show is read.
func (p *pager) next(ctx context.Context) (bank.Page, error) {
	if err := ended(ctx); err != nil {
		return bank.Page{}, err
	}
	told, err := p.ask(ctx)
	edge := ledger.DateOf(p.now()).AddDays(-backDays)
	if errors.Is(err, errTooLate) && p.after == "" && !p.partial && p.window.To >= edge {
		p.from, p.partial = edge, true
		told, err = p.ask(ctx)
	}
	if errors.Is(err, errTooLate) {
		err = fault.Because(fault.BankUnexpected, "bank.dates", "read "+transactionsPath, errors.Join(bank.ErrTooFar, err))
	}
	if err != nil {
		return bank.Page{}, err
	}
	return p.page(ctx, told)
}

func (p *pager) limit() int {
	if p.PageSize > 0 {
		return min(p.PageSize, fullPage)
	}
	return fullPage
}

// told is what a page tells. Its rows are made as they come: a page may be of any length.
type told struct {
	rows  []ledger.Row
	pots  map[int]string // of rows, by their place: the id of the pot
	count int
	last  string // id
	past  bool   // the last one is behind the window: before was not read
}

// ask asks for the page after p.after, or for the first.
func (p *pager) ask(ctx context.Context) (told, error) {
	since := p.after
	if since == "" { // the second before: the documentation does not say whether since is in it
		since = p.from.Time().Add(-time.Second).Format(time.RFC3339)
	}
	a := ask{purpose: "transactions", path: transactionsPath, account: true, maxBytes: rowsBytes, query: url.Values{
		"account_id": {p.account.BankID}, "since": {since}, "before": {p.window.To.AddDays(1).Time().Format(time.RFC3339)},
		"limit": {strconv.Itoa(p.limit())}, "expand[]": {"merchant"},
	}}
	answer, err := p.do(ctx, p.session, a)
	if err != nil {
		return told{}, err
	}
	defer answer.Body.Close() // again, where an error came first
	if answer.Status != http.StatusOK {
		return told{}, p.refused(readRefusal(answer), a)
	}
	t := told{pots: map[int]string{}}
	if err := rowsIn(answer.Body, a.op(), func(raw []byte) error { return p.take(&t, raw) }); err != nil {
		return told{}, err
	}
	if err := answer.Body.Close(); err != nil {
		return told{}, fmt.Errorf("%s: %w", a.op(), err)
	}
	return t, nil
}

// rowsIn calls each with every transaction of body, which is its own until it returns.
func rowsIn(body io.Reader, op string, each func(raw []byte) error) error {
	stream, seen, there := reply.NewStream(body), map[string]bool{}, false
	err := stream.Object(func(name string) error {
		if seen[name] {
			return errTwice
		}
		seen[name] = true
		c, err := stream.Peek()
		if err != nil {
			return err
		}
		if name == "transactions" && c == '[' {
			there = true
			return stream.List(func() error {
				raw, err := stream.Value()
				if err == nil {
					err = each(raw)
				}
				return err
			})
		}
		beside, err := stream.Value()
		if err == nil && !json.Valid(beside) {
			err = errSyntax
		}
		return err
	})
	if err == nil {
		err = stream.End()
	}
	if err == nil && !there {
		err = errShape
	}
	switch {
	case err == nil:
		return nil
	case fault.Of(err) != nil:
		return fmt.Errorf("%s: %w", op, err)
	}
	return misread("monzo.json", op, err)
}

// refused is faultOf with what a refusal of rows may mean beside.
func (p *pager) refused(r refusal, a ask) error {
	old := p.from <= ledger.DateOf(p.now()).AddDays(-backDays)
	switch {
	case r.status == http.StatusForbidden && (r.code == codeVerification || r.code == codeNoRights && old && !p.partial):
		return errors.Join(errTooLate, r.err())
	case p.after != "" && (r.status == http.StatusBadRequest || r.status == http.StatusNotFound):
		return misread("bank.cursor", a.op(), errors.Join(bank.ErrCursor, r.err()))
	}
	return p.faultOf(r, a)
}

// take makes a row of what was told of it.
func (p *pager) take(t *told, raw []byte) error {
	one, err := readTransaction(raw)
	if err != nil {
		return err
	}
	if one.Account != "" && one.Account != p.account.BankID {
		return misread("bank.other", "read a transaction", errors.New("it is of another account"))
	}
	row, counts, err := one.row(p.account.Currency)
	if err != nil {
		return err
	}
	t.count, t.last = t.count+1, one.ID
	t.past = counts && row.Date > p.window.To
	if !counts || t.past || row.Date < p.window.From {
		return nil
	}
	if id := one.pot(); id != "" {
		t.pots[len(t.rows)] = id
	}
	t.rows = append(t.rows, row)
	return p.window.Full(len(t.rows))
}

// page names the pots of what was told, and says where the next page begins.
func (p *pager) page(ctx context.Context, t told) (bank.Page, error) {
	for i, id := range t.pots {
		t.rows[i].Payee = p.potName(ctx, id, t.rows[i].Payee)
	}
	page := bank.Page{Rows: t.rows, Partial: p.partial}
	if t.past || t.count < min(p.limit(), usualPage) {
		return page, nil
	}
	if p.seen[t.last] || t.last == p.after || len(p.seen) >= mostPages {
		return bank.Page{}, misread("bank.loop", "read a transaction", errLoop)
	}
	p.seen[t.last], p.after = true, t.last
	page.Next = byID + t.last
	return page, nil
}

// potName is what the person calls the pot, where the bank tells it.
func (p *pager) potName(ctx context.Context, id, told string) string {
	if p.pots == nil {
		p.pots = map[string]string{}
		listed, err := p.listPots(ctx, p.session, p.account.BankID)
		if err != nil {
			return told // its id is better than no row
		}
		for _, one := range listed {
			p.pots[one.ID] = plain(string(one.Name))
		}
	}
	if name := p.pots[id]; name != "" {
		return name
	}
	return told
}

// transaction is one of GET /transactions, as far as it is read.
type transaction struct {
	ID            string          `json:"id"`
	Account       string          `json:"account_id"`
	Created       string          `json:"created"`
	Settled       string          `json:"settled"`
	Amount        json.Number     `json:"amount"`
	Currency      string          `json:"currency"`
	LocalAmount   json.Number     `json:"local_amount"`
	LocalCurrency string          `json:"local_currency"`
	Description   string          `json:"description"`
	Merchant      json.RawMessage `json:"merchant"` // an object where it was asked for, else its id
	Counterparty  json.RawMessage `json:"counterparty"`
	Notes         string          `json:"notes"`
	Category      string          `json:"category"`
	Declined      string          `json:"decline_reason"`
	Unsure        bool            `json:"amount_is_pending"`
	Scheme        string          `json:"scheme"`
	Metadata      json.RawMessage `json:"metadata"`

	raw []byte
}

func readTransaction(raw []byte) (transaction, error) {
	t := transaction{raw: raw}
	if err := decode(raw, "read a transaction", &t); err != nil {
		return t, err
	}
	if t.ID == "" {
		return t, misread("monzo.transaction", "read a transaction", errors.New("it has no id"))
	}
	return t, nil
}

// row is t as ours. counts is false for one that was declined: no money moved.
//
// Its date is the day it was made, by the bank's clock (UTC), booked or not: since and before go by
// that, and so it stays the same when the row settles.
func (t transaction) row(currency string) (r ledger.Row, counts bool, err error) {
	const op = "read a transaction"
	if t.Declined != "" {
		return r, false, nil
	}
	r = ledger.Row{
		SourceID: t.ID, Pending: t.Settled == "" || t.Unsure, Text: plain(t.Description), Memo: plain(t.Notes),
		Category: t.category(), MCC: t.mcc(), Raw: rawOf(t.raw),
	}
	at, err := time.Parse(time.RFC3339, t.Created)
	if err != nil || !ledger.DateOf(at.UTC()).Plausible() {
		return r, false, misread("monzo.date", op, errors.New("it does not say when it was made"))
	}
	r.At, r.Date = at.UTC(), ledger.DateOf(at.UTC())
	if r.Amount, err = minor(t.Amount, t.Currency, currency, op); err != nil {
		return r, false, err
	}
	if foreign, err := minor(t.LocalAmount, t.LocalCurrency, t.LocalCurrency, op); err == nil && t.LocalCurrency != currency && money.KnownForm(t.LocalCurrency) {
		r.Foreign = foreign
	}
	if r.Payee = t.payee(); r.Payee == "" {
		r.Payee = r.Text
	}
	if r.Payee == "" {
		r.Payee = plain(t.Scheme)
	}
	if r.Payee == "" {
		r.Payee = t.ID
	}
	r.Country, r.Channel = t.place()
	return r, true, nil
}

// place is the country of the merchant and how it was paid, of a merchant that was asked for in full.
func (t transaction) place() (country string, how ledger.Channel) {
	var m struct {
		Address struct {
			Country string `json:"country"`
		} `json:"address"`
		Online bool `json:"online"`
		ATM    bool `json:"atm"`
	}
	if json.Unmarshal(t.Merchant, &m) != nil { // its id, or nothing
		return "", ledger.ChannelOf(t.Scheme)
	}
	switch {
	case m.ATM:
		how = ledger.CashMachine
	case m.Online:
		how = ledger.Online
	default:
		how = ledger.ChannelOf(t.Scheme)
	}
	return ledger.CountryOf(m.Address.Country), how
}

func (t transaction) payee() string {
	for _, from := range []json.RawMessage{t.Merchant, t.Counterparty} {
		if name := plain(textIn(from, "name")); name != "" {
			return name
		}
	}
	return ""
}

// pot is the id of the pot that t fills or empties, or "".
func (t transaction) pot() string {
	if id := textIn(t.Metadata, "pot_id"); id != "" {
		return id
	}
	if t.Scheme == "uk_retail_pot" {
		return t.Description
	}
	return ""
}

func (t transaction) mcc() string {
	code := textIn(t.Metadata, "mcc")
	if len(code) == 4 && strings.Trim(code, "0123456789") == "" {
		return code
	}
	return ""
}

// category maps Monzo's word, of which people make their own: those are none of ours.
func (t transaction) category() ledger.Category {
	if t.pot() != "" {
		return ledger.Transfer
	}
	return categories[t.Category]
}

var categories = map[string]ledger.Category{
	"groceries": ledger.Groceries, "eating_out": ledger.EatingOut, "transport": ledger.Transport, "cash": ledger.Cash,
	"bills": ledger.Utilities, "entertainment": ledger.Leisure, "shopping": ledger.Shopping, "holidays": ledger.Travel,
	"personal_care": ledger.Health, "income": ledger.OtherIncome, "transfers": ledger.Transfer, "savings": ledger.Transfer,
}
