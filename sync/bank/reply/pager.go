package reply

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"net/url"
	"strings"

	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/app/money"
	"coffer/sync/bank"
)

const (
	mostPages = 10_000
	mostEmpty = 20 // pages without an element in a row: some bridges look for rows page by page
)

var errLoop = errors.New("the pages go round in a circle")

// Pages walks a list of transactions. read reads the page at a cursor; op is said in errors. A pager that
// names a page again, repeats the rows of pages on and on, or gives no rows and goes on, is an error.
func Pages(ctx context.Context, op, cursor string, read func(cursor string) (bank.Page, error)) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		var t Trail
		for at := cursor; ; {
			if err := ctx.Err(); err != nil {
				yield(bank.Page{}, fault.New(fault.Canceled, op, err))
				return
			}
			page, err := read(at)
			if err == nil {
				err = t.Next(at, page.Next, len(page.Rows))
			}
			if err == nil {
				err = t.again(page)
			}
			if err != nil {
				yield(bank.Page{}, fmt.Errorf("%s: %w", op, err))
				return
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
			at = page.Next
		}
	}
}

// Walk reads a list that is no list of rows, page by page: read asks for the page that first, or the query that the page
// before named, is of, and returns how many elements it held and the query of the next one, empty on the last.
func Walk(first url.Values, read func(query url.Values) (count int, next string, err error)) error {
	var t Trail
	query := first
	for at := ""; ; {
		count, next, err := read(query)
		if err == nil {
			err = t.Next(at, next, count)
		}
		if err != nil || next == "" {
			return err
		}
		if query, err = url.ParseQuery(next); err != nil {
			return Stale("go on to the next page", errors.New("no query"))
		}
		at = next
	}
}

// Trail is the pages of a list that were seen. It tells a pager that loops from one that is long.
// The zero Trail is ready.
type Trail struct {
	seen  map[string]bool
	rows  map[face]bool
	empty int
	fresh int // pages with a row that is new
	stale int // pages in a row without one
}

// face is what a row is known by on another page.
type face struct {
	id, text string
	pending  bool
	date     ledger.Date
	amount   money.Amount
}

// Next checks that the page at cursor from, with count elements, may go on to next.
func (t *Trail) Next(from, next string, count int) error {
	if t.seen == nil {
		t.seen = map[string]bool{}
	}
	t.seen[from] = true
	t.empty++
	if count > 0 {
		t.empty = 0
	}
	if next != "" && (t.seen[next] || len(t.seen) >= mostPages || t.empty >= mostEmpty) {
		return misread("bank.loop", fmt.Sprintf("go on after page %d", len(t.seen)), errLoop)
	}
	return nil
}

// again is an error where more pages in a row than those that held a row that was new held none. Fewer, or as many, may do so
// as the list grew under the pager by that many pages, which engine tells by reading it again.
func (t *Trail) again(page bank.Page) error {
	if t.rows == nil {
		t.rows = map[face]bool{}
	}
	fresh := len(page.Rows) == 0
	for _, r := range page.Rows {
		key := face{r.SourceID, r.Text, r.Pending, r.Date, r.Amount}
		fresh = fresh || !t.rows[key]
		t.rows[key] = true
	}
	if t.stale++; fresh {
		t.stale, t.fresh = 0, t.fresh+1
	}
	if t.stale > t.fresh {
		return misread("bank.loop", fmt.Sprintf("read page %d", len(t.seen)+1), errLoop)
	}
	return nil
}

// The cursor of a page that is known by a word of the bank's.
const byKey = "key:"

// KeyCursor is the cursor of the page that the bank calls key; empty for none.
func KeyCursor(key string) string {
	if key == "" {
		return ""
	}
	return byKey + key
}

// CursorKey returns the bank's word in cursor, or an ErrCursor.
func CursorKey(cursor string) (string, error) {
	if key, ours := strings.CutPrefix(cursor, byKey); ours && key != "" {
		return key, nil
	}
	return "", Stale("read the cursor", errors.New("not one of this bank's"))
}

// Stale is the fault of a cursor that the bank takes no more.
func Stale(op string, err error) error {
	return misread("bank.cursor", op, errors.Join(bank.ErrCursor, err))
}

// Onward returns the query of a link to the next page, which must lead to the address that was asked and no
// other: the token goes with it.
func Onward(link, asked string) (string, error) {
	to, err := url.Parse(link)
	here, wrong := url.Parse(asked)
	if err != nil || wrong != nil || to.User != nil || to.Scheme != here.Scheme || !strings.EqualFold(to.Host, here.Host) ||
		to.EscapedPath() != here.EscapedPath() || to.RawQuery == "" {
		return "", misread("bank.next", "go on to the next page", errors.New("it leads elsewhere"))
	}
	return to.RawQuery, nil
}

// Span is some days of a window.
type Span struct {
	From, To ledger.Date // inclusive
	Next     string      // cursor of the one before; empty on the first days of the window
}

const byDay = "to:"

// SpanOf returns the span of w at cursor, newest first, of at most days: for a bank that has no pages.
func SpanOf(w bank.Window, cursor string, days int) (Span, error) {
	s := Span{To: w.To}
	if cursor != "" {
		text, ours := strings.CutPrefix(cursor, byDay)
		day, err := ledger.ParseDate(text)
		if !ours || err != nil || day < w.From || day > w.To {
			return Span{}, Stale("read the cursor", errors.New("no day of this window"))
		}
		s.To = day
	}
	s.From = max(w.From, s.To.AddDays(1-days))
	if s.From > w.From {
		s.Next = byDay + s.From.AddDays(-1).String()
	}
	return s, nil
}

// Spans walks w by so many days at a time. Days without a row are no sign of a loop.
func Spans(ctx context.Context, op string, w bank.Window, days int, read func(Span) (bank.Page, error)) iter.Seq2[bank.Page, error] {
	return func(yield func(bank.Page, error) bool) {
		var t Trail
		for at := w.Cursor; ; {
			s, err := SpanOf(w, at, days)
			if err == nil && ctx.Err() != nil {
				err = fault.New(fault.Canceled, op, ctx.Err())
			}
			var page bank.Page
			if err == nil {
				page, err = read(s)
				page.Next = s.Next
			}
			if err == nil {
				err = t.again(page)
			}
			if err != nil {
				yield(bank.Page{}, fmt.Errorf("%s: %w", op, err))
				return
			}
			if !yield(page, nil) || page.Next == "" {
				return
			}
			at = page.Next
		}
	}
}
