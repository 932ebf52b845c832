package simplefin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strconv"
	"strings"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

const (
	widest    = 60    // days in one call, by the bridge's word
	mostMemo  = 5_000 // rows of a call that is kept for other accounts
	mostEmpty = 2     // calls without a row, after which nothing older is asked for: banks give 60 to 90 days
)

// Transactions walks back from w.To, 60 days a call, and stops at w.From or after two calls without a row.
// Its cursor is the last day of the next call and how many were empty before it.
func (b Bank) Transactions(ctx context.Context, s bank.Session, a ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		at, err := placeOf(w)
		for err == nil {
			var page bank.Page
			if page, at, err = b.step(ctx, s, a, w, at); err != nil {
				break
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
		}
		yield(bank.Page{}, err)
	}
}

// manyRows is kept in a Memo once a call told too many rows to be kept.
const manyRows = "simplefin many rows"

// place is where a walk back goes on.
type place struct {
	to    ledger.Date
	empty int
	told  map[string]bool // ids of the booked rows of the calls before, in this walk; true: told before the call for its day. nil at the start
	faces map[string]int  // booked rows without an id, by all that they say: how many were told so far
}

func (p place) String() string { return p.to.String() + " " + strconv.Itoa(p.empty) }

func placeOf(w bank.Window) (place, error) {
	if w.Cursor == "" {
		return place{to: w.To}, nil
	}
	day, count, ok := strings.Cut(w.Cursor, " ")
	to, err := ledger.ParseDate(day)
	empty, wrong := strconv.Atoi(count)
	if !ok || err != nil || wrong != nil || empty < 0 || empty >= mostEmpty || to < w.From || to > w.To {
		return place{}, misread("bank.cursor", "read the cursor", bank.ErrCursor)
	}
	return place{to: to, empty: empty}, nil
}

// step reads one call's days.
func (b Bank) step(ctx context.Context, s bank.Session, a ledger.Account, w bank.Window, at place) (bank.Page, place, error) {
	if err := ctx.Err(); err != nil {
		return bank.Page{}, at, fault.New(fault.Canceled, "read "+accountsPath, err)
	}
	key, id, ok := partsOf(a.BankID)
	if !ok {
		return bank.Page{}, at, fault.Because(fault.NotFound, "account.gone", "read "+accountsPath, errors.Join(bank.ErrAccountGone, errors.New("it has no id of the bridge's")))
	}
	from := max(w.From, at.to.AddDays(1-widest))
	told, err := b.days(ctx, s, from, at.to)
	if err != nil {
		return bank.Page{}, at, err
	}
	var page bank.Page
	found, elder := false, false
	for _, one := range told.Accounts {
		if string(one.ID) != id || one.key() != key {
			continue
		}
		found = true
		page.Partial = told.troubled(one)
		rows, err := b.all(one, a.Currency, w)
		if err != nil {
			return bank.Page{}, at, err
		}
		if at.told == nil {
			at.told, at.faces = map[string]bool{}, map[string]int{}
		}
		kept, more := at.own(rows, w, from)
		page.Rows, elder = append(page.Rows, kept...), elder || more
	}
	if !found {
		return bank.Page{}, at, fault.Because(fault.NotFound, "account.gone", "read "+accountsPath, errors.Join(bank.ErrAccountGone, errors.New("the bridge no longer names it")))
	}
	if at.empty++; len(page.Rows) > 0 || elder {
		at.empty = 0
	}
	if at.to = from.AddDays(-1); at.to >= w.From && at.empty < mostEmpty {
		page.Next = at.String()
	}
	return page, at, nil
}

// days reads the 60 days that end with to, of all accounts that are read at once: the bridge counts requests, and accounts
// that are read in one session mostly end with the same day. Where sixty days are more than memory should hold, the days from
// from are read alone.
func (b Bank) days(ctx context.Context, s bank.Session, from, to ledger.Date) (set, error) {
	first, key := to.AddDays(1-widest), "days to "+to.String()
	if _, many := s.Memo.Kept(manyRows); many && from > first {
		first, key = from, "days from "+from.String()+" to "+to.String()
	}
	if kept, ok := s.Memo.Kept(key); ok {
		if told, ok := kept.(set); ok {
			return told, nil
		}
	}
	query := url.Values{
		"pending": {"1"}, "start-date": {seconds(first)}, "end-date": {seconds(to.AddDays(1))}, // which is exclusive
	}
	for _, one := range s.Only { // nothing of an account that the person left out
		if _, id, ok := partsOf(one); ok {
			query.Add("account", id)
		}
	}
	told, err := b.read(ctx, s, "transactions", query)
	switch {
	case err != nil:
	case told.rows() > mostMemo:
		s.Memo.Keep(manyRows, true)
	default:
		s.Memo.Keep(key, told)
	}
	return told, err
}

func seconds(d ledger.Date) string { return strconv.FormatInt(d.Time().Unix(), 10) }

// row is a transaction of either version.
type row struct {
	ID          text   `json:"id"`
	Posted      moment `json:"posted"`        // seconds since 1970; 0 while pending
	Made        moment `json:"transacted_at"` // as posted
	Amount      text   `json:"amount"`        // decimal, positive for money in
	Description text   `json:"description"`
	Payee       text   `json:"payee"`
	Memo        text   `json:"memo"`
	Pending     text   `json:"pending"` // true or false
}

// own are those of rows that this call tells: of the days that it asked for, and such as no other call may tell. A bridge may
// choose the rows by another day than the one that they are booked on, so a booked one of w's other days is told where it comes
// first, known by its id or, without one, by how often a call told the same; elder reports one of days that are still to be asked
// for. What is of none of w's days is left to the window that they are of. Pending rows are told in each call, whatever it asks for.
func (p place) own(rows []ledger.Row, w bank.Window, from ledger.Date) (kept []ledger.Row, elder bool) {
	here := map[string]int{}
	for _, r := range rows {
		asked := r.Date >= from && r.Date <= p.to
		booked := !r.Pending && r.Date >= w.From && r.Date <= w.To
		elder = elder || booked && r.Date < from
		early, known := p.told[r.SourceID]
		switch {
		case booked && r.SourceID == "":
			face := faceOf(r)
			if here[face]++; here[face] > p.faces[face] {
				kept = append(kept, r)
			}
		case asked && (r.Pending || !early), !asked && booked && !known:
			kept = append(kept, r)
		}
	}
	for _, r := range kept { // not before: two of one call may have one id
		if !r.Pending && r.SourceID != "" {
			p.told[r.SourceID] = r.Date < from
		}
	}
	for face, n := range here {
		p.faces[face] = max(p.faces[face], n)
	}
	return kept, elder
}

func faceOf(r ledger.Row) string {
	return fmt.Sprintf("%v %v %v %q %q %q", r.Date, r.At, r.Amount, r.Payee, r.Text, r.Memo)
}

// all are the rows of a that are of the days of w.
func (b Bank) all(a account, currency string, w bank.Window) ([]ledger.Row, error) {
	var all []ledger.Row
	for i, raw := range a.Rows {
		r, err := b.rowOf(raw, currency)
		if err != nil {
			return nil, fmt.Errorf("transaction %d: %w", i+1, err)
		}
		if r.Date >= w.From && r.Date <= w.To {
			all = append(all, r)
		}
		if err := w.Full(len(all)); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (b Bank) rowOf(raw json.RawMessage, currency string) (ledger.Row, error) {
	const op = "read a transaction"
	var t row
	if json.Unmarshal(raw, &t) != nil { // whose error repeats the text
		return ledger.Row{}, misread("simplefin.json", op, errShape)
	}
	r := ledger.Row{
		SourceID: string(t.ID), Payee: plain(string(t.Payee)), Text: plain(string(t.Description)), Memo: plain(string(t.Memo)), Raw: fieldsOf(raw),
	}
	if r.Payee == "" {
		r.Payee = r.Text
	}
	posted, booked := instant(text(t.Posted))
	made, known := instant(text(t.Made))
	if !booked && (!t.Posted.untold() || !known && !t.Made.untold()) {
		return ledger.Row{}, misread("simplefin.date", op, errors.New("its date can't be read"))
	}
	r.Pending = t.Pending == "true" || !booked
	switch {
	case !r.Pending:
		r.Date = ledger.DateOf(posted)
	case known:
		r.Date = ledger.DateOf(made)
	case booked:
		r.Date = ledger.DateOf(posted)
	default: // the bridge tells no day of a pending one: it was made by now
		r.Date = ledger.DateOf(b.now())
	}
	if known && made.Unix()%86400 != 0 && made.Unix()%43200 != 0 { // midnight and noon stand for a day
		r.At = made
	}
	var err error
	if r.Amount, err = money.Parse(string(t.Amount), currency); err != nil {
		return ledger.Row{}, misread("simplefin.amount", op, reasonOf(err))
	}
	return r, nil
}
