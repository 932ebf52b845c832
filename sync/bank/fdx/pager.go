package fdx

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"coffer/sync/bank"
)

const (
	mostPages = 10_000
	mostEmpty = 3 // pages without an element in a row
)

// cursor is where the next page starts: "key:" or "offset:" and the bank's own word, to be sent
// back under the name it came with (FDX 6: pageKey; before and still: offset).
type cursor string

const (
	byKey    = "key:"
	byOffset = "offset:"
)

func cursorOf(page fields) cursor {
	if key := page.get("nextPageKey"); key != "" {
		return cursor(byKey + key)
	}
	if offset := page.get("nextOffset"); offset != "" {
		return cursor(byOffset + offset)
	}
	return ""
}

// query adds c to the query of a request.
func (c cursor) query(to url.Values) error {
	if key, ok := strings.CutPrefix(string(c), byKey); ok {
		to.Set("pageKey", key)
	} else if offset, ok := strings.CutPrefix(string(c), byOffset); ok {
		to.Set("offset", offset)
	} else if c != "" {
		return misread("bank.cursor", "read the cursor", bank.ErrCursor)
	}
	return nil
}

// trail is the pages of a list that were seen. It tells a pager that loops from one that is long.
type trail struct {
	seen  map[cursor]bool
	empty int
}

var errLoop = errors.New("the pages go round in a circle")

// next checks that t goes on from the page asked for with from.
func (t *trail) next(from cursor, end tail) error {
	if t.seen == nil {
		t.seen = map[cursor]bool{}
	}
	t.seen[from] = true
	if end.count > 0 {
		t.empty = 0
	} else {
		t.empty++
	}
	if end.cursor != "" && (t.seen[end.cursor] || len(t.seen) >= mostPages || t.empty >= mostEmpty) {
		return misread("bank.loop", fmt.Sprintf("go on after page %d", len(t.seen)), errLoop)
	}
	return nil
}

// list is one list to be read page by page.
type list struct {
	ask
	name    string // of the array in the answer
	limit   int    // elements to a page
	account bool   // it is about one account
}

// page is one page that was read.
type page struct {
	tail
	partial bool
}

// read reads the page of l at c, handing each element to each. A bank that refuses the first
// page is asked once more without a limit, which stays off.
func (b Bank) read(ctx context.Context, s bank.Session, l *list, c cursor, each func(fields) error) (page, error) {
	op := "read " + l.template
	a := l.ask
	a.query = url.Values{}
	for name, values := range l.query {
		a.query[name] = values
	}
	if l.limit > 0 {
		a.query.Set("limit", strconv.Itoa(l.limit))
	}
	if err := c.query(a.query); err != nil {
		return page{}, err
	}
	answer, err := b.do(ctx, s, a)
	if err != nil {
		return page{}, fmt.Errorf("%s: %w", op, err)
	}
	defer answer.Body.Close() // again, where an error came first
	if answer.Status != http.StatusOK && answer.Status != http.StatusPartialContent {
		r := readRefusal(answer)
		switch {
		case r.noData():
			return page{}, nil
		case c != "" && staleCursor(r):
			return page{}, misread("bank.cursor", op, errors.Join(bank.ErrCursor, r.err()))
		case c == "" && l.limit > 0 && r.status == http.StatusBadRequest && r.code != codeBadDates && r.code != codeBadRange:
			l.limit = 0
			return b.read(ctx, s, l, c, each)
		}
		return page{}, b.faultOf(r, op, l.account)
	}
	end, err := readList(answer.Body, l.name, each)
	if err != nil {
		return page{}, fmt.Errorf("%s: %w", op, err)
	}
	if err := answer.Body.Close(); err != nil {
		return page{}, fmt.Errorf("%s: %w", op, err)
	}
	return page{tail: end, partial: answer.Status == http.StatusPartialContent}, nil
}

// staleCursor reports a refusal that a page key which has aged explains.
func staleCursor(r refusal) bool {
	return (r.status == http.StatusBadRequest || r.status == http.StatusGone || r.status == http.StatusUnprocessableEntity) &&
		r.code != codeTooMany
}
