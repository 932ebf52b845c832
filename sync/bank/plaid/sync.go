package plaid

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"strings"
	"time"

	"coffer/app/egress"
	"coffer/app/fault"
	"coffer/app/ledger"
	"coffer/sync/bank"
	"coffer/sync/bank/reply"
	"coffer/sync/wire"
)

const (
	syncPath = "/transactions/sync"

	bySync        = "sync:" // before Plaid's cursor: one of the pages by days is none
	longestCursor = 1024    // Plaid's own are of 256 letters at most

	preparing = 2 * time.Minute // until Plaid may have read the bank the first time
)

// Changes yields what changed in account since cursor. The account has a cursor of its own (options.account_id). What is
// added and what is modified are rows; a pending one that was posted is removed, and the posted one names it.
func (b Bank) Changes(ctx context.Context, s bank.Session, account ledger.Account, cursor string) iter.Seq2[bank.Delta, error] {
	const op = "read " + syncPath
	return func(yield func(bank.Delta, error) bool) {
		var t reply.Trail
		for at := cursor; ; {
			d, err := b.delta(ctx, s, account, at)
			if err == nil && d.More {
				err = t.Next(at, d.Next, len(d.Rows)+len(d.Removed))
			}
			if err != nil {
				yield(bank.Delta{}, fmt.Errorf("%s: %w", op, err))
				return
			}
			if !yield(d, nil) || !d.More {
				return
			}
			at = d.Next
		}
	}
}

// delta reads the answer at cursor.
func (b Bank) delta(ctx context.Context, s bank.Session, account ledger.Account, cursor string) (d bank.Delta, err error) {
	ask := map[string]any{"count": pageSize, "options": map[string]any{"account_id": account.BankID, "include_original_description": true}}
	if cursor != "" {
		own, ours := strings.CutPrefix(cursor, bySync)
		if !ours || own == "" || len(own) > longestCursor {
			return d, reply.Stale("read the cursor", errors.New("not one of this stream's"))
		}
		ask["cursor"] = own
	}
	r, err := post(s, egress.Purpose{ID: "transactions"}, syncPath, ask, opened(s))
	if err != nil {
		return d, err
	}
	status := ""
	err = reply.Do(ctx, s.Line, r, func(body io.Reader) (err error) {
		d, status, err = readDelta(body, account)
		return err
	}, b.refusedSync(cursor))
	switch {
	case err != nil:
		return bank.Delta{}, err
	case d.Next != "":
	case len(d.Rows)+len(d.Removed) == 0 && !d.More && status != recent && status != whole:
		return bank.Delta{}, b.unprepared(syncPath, fmt.Errorf("status %s", statusWord(status)))
	case d.More:
		return bank.Delta{}, fault.Because(fault.BankUnexpected, "bank.json", "go on", errors.New("it has more, and no cursor to it"))
	default:
		d.Next = cursor // the same is told again, which does no harm
	}
	return d, nil
}

// refusedSync is refused of the answer at cursor.
func (b Bank) refusedSync(cursor string) func(string, *wire.Response) error {
	return func(op string, answer *wire.Response) error {
		r := reply.Refused(answer, "error_code")
		switch {
		case r.Code == "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION":
			return fault.New(fault.BankDown, op, errors.Join(bank.ErrMoved, r.Err()))
		case cursor != "" && r.Code == "INVALID_FIELD" && r.Status == http.StatusBadRequest: // it is the one field that was not good before
			return reply.Stale(op, r.Err())
		}
		return b.faultOf(r, op)
	}
}

// unprepared is the fault of what Plaid has not read at the bank yet: nothing is wrong, and nothing is lost.
func (b Bank) unprepared(op string, err error) error {
	return fault.Because(fault.BankPaused, "plaid.preparing", op, err, "until", b.now().UTC().Add(preparing).Format(time.RFC3339))
}

// The words for how far Plaid has read the bank (transactions_update_status).
const (
	notReady = "NOT_READY"
	recent   = "INITIAL_UPDATE_COMPLETE" // the last 30 days alone
	whole    = "HISTORICAL_UPDATE_COMPLETE"
)

// statusWord is status where it is known: any other may hold a number.
func statusWord(status string) string {
	switch status {
	case notReady, recent, whole:
		return status
	}
	return "unknown"
}

// readDelta reads an answer, with Plaid's word for how far it has read the bank. As long as that is not all, the rest
// comes as added later, and the page is partial.
func readDelta(body io.Reader, account ledger.Account) (d bank.Delta, status string, err error) {
	row := func(f reply.Fields) error {
		if err := ofAccount(f, account, "read a transaction"); err != nil {
			return err
		}
		r, err := rowOf(f, account.Currency)
		d.Rows = append(d.Rows, r)
		return err
	}
	beside, err := reply.Read(body, reply.List{Path: "added", Each: row}, reply.List{Path: "modified", Each: row},
		reply.List{Path: "removed", Each: func(f reply.Fields) error {
			const op = "read a removed transaction"
			id := f.Get("transaction_id")
			if id == "" {
				return reply.NoID(op)
			}
			d.Removed = append(d.Removed, id)
			return ofAccount(f, account, op)
		}})
	if err != nil {
		return bank.Delta{}, "", err
	}
	switch more := beside.Get("has_more"); more {
	case "true", "false":
		d.More = more == "true"
	default:
		return bank.Delta{}, "", fault.Because(fault.BankUnexpected, "bank.json", "read a list", errors.New("it says not whether there is more"))
	}
	next := beside.Get("next_cursor")
	if len(next) > longestCursor {
		return bank.Delta{}, "", fault.Because(fault.BankUnexpected, "bank.json", "read a list", errors.New("a cursor too long to be one"))
	}
	if next != "" {
		d.Next = bySync + next
	}
	status = beside.Get("transactions_update_status")
	d.Partial = status == recent || status == notReady
	return d, status, nil
}
