package engine

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"coffer/app/consent"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

var (
	errTooMany = errors.New("more rows than a slice holds")
	errRound   = errors.New("the pages go round in a circle")
)

const (
	mostReadings = 3   // of a slice whose pager moves
	mostLap      = 100 // rows that a moving pager is looked for to repeat
)

// slice is all that the bank told of some days.
type slice struct {
	rows    []ledger.Row
	partial bool
	moved   bool          // the pager moved, or the count is not the bank's: a row may not have been told
	seen    map[sight]int // page on which a row was first seen
	pages   int
	asked   map[string]bool // cursors of its pages
	total   int             // rows in all, as the bank says; 0 if it does not
	known   int             // rows that came again with their id

	last   []ledger.Row   // of the page before
	laps   int            // seams at which rows without an id come again
	lapped []int          // where in rows those are that did
	faces  map[string]int // of rows without an id, how often a page before held them at most
	again  []int          // where in rows those are that an earlier page held, too: twins, or the pager moved
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

func newSlice() slice {
	return slice{seen: map[sight]int{}, faces: map[string]int{}, asked: map[string]bool{}}
}

// take adds a page. A row that an earlier page held, id and all, is the pager's doing; two on
// one page are the bank's word.
func (s *slice) take(p bank.Page) {
	s.pages++
	s.partial = s.partial || p.Partial
	if p.Total > 0 {
		s.moved = s.moved || s.total > 0 && p.Total != s.total
		s.total = p.Total
	}
	lap := lapOf(s.last, p.Rows)
	if lap > 0 {
		s.laps++
	}
	here := map[string]int{}
	for i, row := range p.Rows {
		if row.SourceID != "" {
			key := sight{row.SourceID, row.Pending, row.Date, row.At, row.Amount, row.Payee + "\x00" + row.Text}
			if on, again := s.seen[key]; again && on < s.pages {
				s.known++
				continue
			}
			s.seen[key] = s.pages
		} else {
			face := faceOf(row)
			if here[face]++; here[face] <= s.faces[face] {
				s.again = append(s.again, len(s.rows))
			}
			if i < lap {
				s.lapped = append(s.lapped, len(s.rows))
			}
		}
		s.rows = append(s.rows, row)
	}
	s.last = p.Rows
	for face, n := range here {
		s.faces[face] = max(s.faces[face], n)
	}
}

// faceOf is all that a row says.
func faceOf(r ledger.Row) string { return fmt.Sprintf("%+v", r) }

// lapOf is how many rows at the end of a page are those at the beginning of the next, word for word; 0 unless one of them
// has no id, for the others are known by theirs.
func lapOf(before, next []ledger.Row) int {
	same := func(a, b ledger.Row) bool {
		return a.Amount == b.Amount && a.Date == b.Date && a.SourceID == b.SourceID && reflect.DeepEqual(a, b)
	}
	for n := min(len(before), len(next), mostLap); n > 0; n-- {
		if slices.EqualFunc(before[len(before)-n:], next[:n], same) {
			if slices.ContainsFunc(next[:n], func(r ledger.Row) bool { return r.SourceID == "" }) {
				return n
			}
			return 0
		}
	}
	return 0
}

// settled reports whether it is certain which rows are meant, and takes out those that the pager alone told twice. Rows
// without an id that an earlier page held, too, are either. Where the bank counts as many fewer as those are, the pager told
// all of them twice. As many as it counts prove nothing: one may have been left out for one that came twice, where a hold went
// and a row was booked meanwhile. Without a count, rows that end one page and begin the next at every seam are the pager's.
func (s *slice) settled(byCount bool) bool {
	told := len(s.rows)
	switch {
	case s.moved:
		return false
	case byCount && s.total > 0 && told == s.total:
		return len(s.again) == 0
	case byCount && s.total > 0 && told-s.total == len(s.again):
		s.without(s.again)
	case byCount && s.total > 0:
		return false
	case len(s.lapped) > 0 && s.pages > 2 && s.laps == s.pages-1:
		s.without(s.lapped)
	default:
		return len(s.again) == 0
	}
	return true
}

// without takes out the rows at those places, which may have been told twice.
func (s *slice) without(places []int) {
	for _, at := range slices.Backward(places) {
		s.rows = slices.Delete(s.rows, at, at+1)
	}
	s.lapped, s.again = nil, nil
}

// overcounted reports whether the bank counts fewer rows than came, and the pager may have told those twice: then the same
// twice over is no proof.
func (s *slice) overcounted() bool {
	over := len(s.rows) - s.total
	return s.total > 0 && 0 < over && over <= len(s.again)
}

// meet takes out the rows of s that came on a further page, and that an other reading told less often. What both told as
// often is the bank's word.
func (s *slice) meet(other slice) {
	spare := map[string]int{}
	for _, row := range other.rows {
		spare[faceOf(row)]--
	}
	for _, row := range s.rows {
		spare[faceOf(row)]++
	}
	var out, stays []int
	for _, at := range slices.Backward(s.again) {
		if face := faceOf(s.rows[at]); spare[face] > 0 {
			spare[face]--
			out = append(out, at)
		} else {
			stays = append(stays, at)
		}
	}
	slices.Reverse(out)
	s.without(out)
	for _, at := range slices.Backward(stays) {
		before, _ := slices.BinarySearch(out, at)
		s.again = append(s.again, at-before)
	}
}

// slice reads all pages of w. One whose pager seems to have moved is read again: told twice the same, it is the bank's
// word, and so is what two readings have in common where the bank counts as many. Else what no reading bears out is there
// once, and that a row is not there proves nothing.
func (r *reading) slice(ctx context.Context, w bank.Window) (slice, error) {
	var before slice
	for n := 1; ; n++ {
		read, err := r.once(ctx, w)
		if n > 1 && fault.KindOf(err) == fault.QuotaSpent {
			if n == 2 {
				before.without(before.again)
			}
			before.moved = true
			r.rows += len(before.rows) + before.known
			return before, nil // what was told, as far as the bank lets it be known
		}
		if err != nil || read.settled(!r.lies) {
			return read, err
		}
		if n > 1 && (r.lies || !read.overcounted()) && read.pages == before.pages && reflect.DeepEqual(read.rows, before.rows) {
			r.lies = r.lies || !read.moved && len(read.rows) != read.total
			read.moved = false
			return read, nil
		}
		told := len(read.rows) + read.known
		if n > 1 {
			agreed := !r.lies && !read.moved && !before.moved && read.total > 0 && read.total == before.total
			if read.meet(before); agreed && len(read.rows) == read.total && len(before.rows) >= read.total {
				return read, nil
			}
		}
		if n == mostReadings || !r.present && r.link.Limits != (consent.Limits{}) {
			r.config.Log.Warn("the pages moved while they were read", "account", r.account.ID, "from", w.From.String(), "to", w.To.String())
			if n == 1 {
				read.without(read.again)
			}
			read.moved = true
			return read, nil
		}
		r.rows -= told
		before = read
	}
}

// once reads all pages of w. A token that ends in the middle is renewed and the page asked for
// again; a page key that does not outlive that starts the slice again, once.
func (r *reading) once(ctx context.Context, w bank.Window) (slice, error) {
	read := newSlice()
	again := false
	tries := r.tries()
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
		case errors.Is(err, bank.ErrCursor) && cursor != "" && !again:
			again, w.Cursor = true, ""
			r.rows -= len(read.rows) + read.known
			read = newSlice()
		case tries.more(ctx, cursor, err):
			w.Cursor = cursor
		default:
			r.rows -= len(read.rows) + read.known
			return slice{}, tries.cause(err)
		}
	}
}

// pages reads on from w's cursor and returns where to go on after an error.
func (r *reading) pages(ctx context.Context, w bank.Window, into *slice) (cursor string, err error) {
	cursor = w.Cursor
	if err := r.mayRead(ctx, r.counted()); err != nil {
		return cursor, err
	}
	if w.Most = r.config.SliceRows; w.To-w.From <= 1 {
		w.Most = 0
	}
	for page, err := range r.dialect.Transactions(ctx, r.session, r.account.Account, w) {
		if errors.Is(err, bank.ErrTooMany) {
			return cursor, errTooMany
		}
		if r.noted(err); err != nil {
			return cursor, fmt.Errorf("read %v to %v: %w", w.From, w.To, err)
		}
		r.renewed = false
		r.rows += len(page.Rows)
		into.take(page)
		if len(into.rows) > r.config.SliceRows && w.To-w.From > 1 {
			return cursor, errTooMany
		}
		into.asked[cursor] = true
		if page.Next != "" && into.asked[page.Next] { // over all tries; a dialect sees its own alone
			return cursor, fault.Because(fault.BankUnexpected, "bank.loop", "go on to the next page", errRound)
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
