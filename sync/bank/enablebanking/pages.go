package enablebanking

import (
	"context"
	"io"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

// longest goes before the bridge's key of a page that was asked for with strategy=longest: the next wants the same.
const longest = "longest:"

// Transactions yields the pages of w. A page may be empty and have another behind it: the bridge looks for
// rows at the bank page by page. Where the bank has no rows so far back, all that it has are asked for, which tells where
// they begin: a window that begins before is an ErrTooFar, from then on without a question.
func (b Bank) Transactions(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window) iter.Seq2[bank.Page, error] {
	const op = "read " + transactionsPath
	return func(yield func(bank.Page, error) bool) {
		walk := farOf(s, account)
		if walk.whole && w.Cursor == "" && w.From < walk.oldest {
			yield(bank.Page{}, tooFar(op))
			return
		}
		for page, err := range reply.Pages(ctx, op, w.Cursor, b.pageOf(ctx, s, account, w, &walk)) {
			if err == nil && walk.on {
				walk.take(page)
				s.Memo.Keep(farthest+account.BankID, walk)
				page.Partial = !walk.begun
				page.Rows = slices.DeleteFunc(page.Rows, func(r ledger.Row) bool { return r.Date < w.From || r.Date > w.To })
				if walk.whole && w.From < walk.oldest {
					page, err = bank.Page{}, tooFar(op)
				}
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
	}
}

// pageOf reads the pages of w, and says in walk when one is of all that the bank has.
func (b Bank) pageOf(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window, walk *far) func(string) (bank.Page, error) {
	return func(cursor string) (page bank.Page, err error) {
		if cursor == "" {
			var told reply.Refusal
			walk.on = false
			if page, told, err = b.page(ctx, s, account, w, ""); told.Code == periodRefused && s.Present {
				*walk = far{on: true, begun: true, oldest: w.To + 1}
				page, _, err = b.page(ctx, s, account, w, longest)
			}
			return page, err
		}
		key, err := reply.CursorKey(cursor)
		if err == nil {
			walk.on = strings.HasPrefix(key, longest)
			page, _, err = b.page(ctx, s, account, w, key)
		}
		return page, err
	}
}

// farthest goes before an account's id in the name under which a Memo keeps a far.
const farthest = "enablebanking has rows since "

// far is how far back a bank has rows of an account.
type far struct {
	on     bool        // the newest page is of all that the bank has
	begun  bool        // with the first page: a walk that was gone on with knows its end alone
	whole  bool        // to the last one
	oldest ledger.Date // day of the oldest row so far; a day after those that were asked for while there is none
}

func farOf(s bank.Session, account ledger.Account) far {
	kept, _ := s.Memo.Kept(farthest + account.BankID)
	f, _ := kept.(far)
	return f
}

// take adds a page, with the rows that are not of the window.
func (f *far) take(page bank.Page) {
	for _, r := range page.Rows {
		f.oldest = min(f.oldest, r.Date)
	}
	f.whole = f.begun && page.Next == ""
}

func tooFar(op string) error {
	return fault.Because(fault.BankUnexpected, "bank.dates", op, bank.ErrTooFar)
}

const periodRefused = "WRONG_TRANSACTIONS_PERIOD"

// page reads the page at key. told is what the bridge refused it with.
func (b Bank) page(ctx context.Context, s bank.Session, account ledger.Account, w bank.Window, key string) (page bank.Page, told reply.Refusal, err error) {
	query := url.Values{"date_from": {w.From.String()}, "date_to": {w.To.String()}}
	after, all := strings.CutPrefix(key, longest)
	if all { // which reads date_from as a hint and date_to not at all
		query.Set("strategy", "longest")
	}
	if after != "" {
		query.Set("continuation_key", after)
	}
	r := reply.Get(s, egress.Purpose{ID: "transactions"}, transactionsPath, "/accounts/"+url.PathEscape(account.BankID)+"/transactions", query)
	err = b.ofPerson(ctx, s, r, func(body io.Reader) error {
		rows, next, err := readRows(body, account.Currency)
		if all && next != "" {
			next = longest + next
		}
		page = bank.Page{Rows: rows, Next: reply.KeyCursor(next)}
		return err
	}, func(op string, r reply.Refusal) error {
		if told = r; after != "" && (r.Code == "WRONG_CONTINUATION_KEY" || r.Code == "" && (r.Status == http.StatusBadRequest || r.Status == http.StatusUnprocessableEntity)) {
			return reply.Stale(op, r.Err())
		}
		return b.faultOf(r, op, true)
	})
	return page, told, err
}

// here is Psu-Ip-Address, which says that the person asks: where they reach Coffer. No address of theirs is sent.
const here = "127.0.0.1"

// headless is under what a Memo keeps that the bank behind the bridge wants more told of the person than that.
const headless = "enablebanking says nothing of the person"

// ofPerson is reply.Do with the headers that say that the person is there, which a bank does not count as unattended. One
// that wants more of them, or another address, is told none: it takes all or none.
func (b Bank) ofPerson(ctx context.Context, s bank.Session, r wire.Request, read func(io.Reader) error, refused func(string, reply.Refusal) error) error {
	_, without := s.Memo.Kept(headless)
	says := s.Present && !without
	if says {
		r.Header.Set("Psu-Ip-Address", here)
		r.Header.Set("Psu-User-Agent", "Coffer")
	}
	var told reply.Refusal
	tell := func(op string, answer *wire.Response) error {
		told = reply.Refused(answer, "error")
		return refused(op, told)
	}
	err := reply.Do(ctx, s.Line, r, read, tell)
	if !says || fault.Of(err) == nil || told.Code != "PSU_HEADER_NOT_PROVIDED" && told.Code != "PSU_HEADER_INVALID" {
		return err
	}
	s.Memo.Keep(headless, true)
	r.Header.Del("Psu-Ip-Address")
	r.Header.Del("Psu-User-Agent")
	told = reply.Refusal{}
	return reply.Do(ctx, s.Line, r, read, tell)
}
