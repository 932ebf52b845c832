package engine

import (
	"context"
	"errors"
	"fmt"
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
	for _, row := range p.Rows {
		if row.SourceID != "" {
			key := sight{row.SourceID, row.Pending, row.Date, row.At, row.Amount, row.Payee + "\x00" + row.Text}
			if on, again := s.seen[key]; again && on < s.pages {
				continue
			}
			s.seen[key] = s.pages
		}
		s.rows = append(s.rows, row)
	}
}

// slice reads all pages of w. A token that ends in the middle is renewed and the page asked for
// again; a page key that does not outlive that starts the slice again, once.
func (r *reading) slice(ctx context.Context, w bank.Window) (slice, error) {
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
