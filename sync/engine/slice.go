package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

var errTooMany = errors.New("more rows than a slice holds")

// slice is all that the bank told of some days.
type slice struct {
	rows    []ledger.Row
	partial bool
	seen    map[sight]int // page on which a row was first seen
	pages   int

	total    int            // rows in all, as the bank said last; 0 if it does not say
	least    int            // the smallest number that it said
	moved    bool           // it said otherwise on another page: rows came or went under the pager
	nameless bool           // some row has no id
	before   map[sight]bool // rows without an id on the page before
	again    []int          // places in rows of those that begin a page and were on the page before
}

// sight is what a row is known by when a pager that moved under us gives it a second time.
type sight struct {
	id      string
	pending bool
	date    ledger.Date
	at      time.Time
	amount  money.Amount
	text    string
}

// take adds a page. A row that an earlier page held, id and all, is the pager's doing; two on
// one page are the bank's word.
func (s *slice) take(p bank.Page) {
	s.pages++
	s.partial = s.partial || p.Partial
	if p.Total > 0 {
		s.moved = s.moved || s.total > 0 && p.Total != s.total
		s.total = p.Total
		if s.least == 0 || p.Total < s.least {
			s.least = p.Total
		}
	}
	here, begins := map[sight]bool{}, true
	for _, row := range p.Rows {
		key := sight{row.SourceID, row.Pending, row.Date, row.At, row.Amount, row.Payee + "\x00" + row.Text}
		if row.SourceID == "" {
			s.nameless, here[key] = true, true
			if begins = begins && s.before[key]; begins {
				s.again = append(s.again, len(s.rows))
			}
		} else if on, again := s.seen[key]; again && on < s.pages {
			continue
		} else {
			s.seen[key] = s.pages
		}
		s.rows = append(s.rows, row)
	}
	s.before = here
}

// torn reports whether rows without an id may be there twice or be left out: between two pages something moved, and nothing
// tells a row that was shown again from a twin.
func (s *slice) torn() bool {
	return s.pages > 1 && s.nameless && (s.moved || s.total > 0 && len(s.rows) != s.total)
}

// slice reads all pages of w, once more where they are torn. What moved under the pager even so is no evidence of an absence.
func (r *reading) slice(ctx context.Context, w bank.Window) (slice, error) {
	read, err := r.whole(ctx, w)
	if err == nil && read.torn() {
		read, err = r.whole(ctx, w)
	}
	if err == nil && read.torn() {
		read.mend()
	}
	read.partial = read.partial || read.moved
	return read, err
}

// mend takes out what was shown again at the beginning of a page, as far as there are more rows than the bank said.
func (s *slice) mend() {
	over := min(len(s.rows)-s.least, len(s.again))
	for ; s.least > 0 && over > 0; over-- {
		last := len(s.again) - 1
		s.rows = slices.Delete(s.rows, s.again[last], s.again[last]+1)
		s.again = s.again[:last]
	}
}

// whole reads all pages of w. A token that ends in the middle is renewed and the page asked for
// again; a page key that does not outlive that starts the slice again, once.
func (r *reading) whole(ctx context.Context, w bank.Window) (slice, error) {
	read := slice{seen: map[sight]int{}}
	again := false
	for {
		cursor, err := r.pages(ctx, w, &read)
		switch {
		case err == nil:
			return read, nil
		case tokenRefused(err):
			if err := r.renew(ctx, err); err != nil {
				return slice{}, err
			}
			w.Cursor = cursor
		case errors.Is(err, bank.ErrCursor) && w.Cursor != "" && !again:
			again, w.Cursor = true, ""
			read = slice{seen: map[sight]int{}}
		default:
			return slice{}, err
		}
	}
}

// pages reads on from w's cursor and returns where to go on after an error.
func (r *reading) pages(ctx context.Context, w bank.Window, into *slice) (cursor string, err error) {
	cursor = w.Cursor
	if err := r.spendAlone(ctx, r.counted()); err != nil {
		return cursor, err
	}
	for page, err := range r.dialect.Transactions(ctx, r.session, r.account.Account, w) {
		if err != nil {
			return cursor, fmt.Errorf("read %v to %v: %w", w.From, w.To, err)
		}
		r.renewed = false
		r.rows += len(page.Rows)
		into.take(page)
		if len(into.rows) > r.config.SliceRows && w.To-w.From > 1 {
			return cursor, errTooMany
		}
		cursor = page.Next
		r.progress(Reading)
	}
	return cursor, nil
}

// counted is what the bank counts the account's reads by: its own account, of which this one may be a part.
func (r *reading) counted() string {
	if d, ok := r.dialect.(bank.Parted); ok {
		if whole := d.Whole(r.account.BankID); whole != r.account.BankID {
			return whole
		}
	}
	return string(r.account.ID)
}
