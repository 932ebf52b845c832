package banktest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// Feed is an account that tells what changed since a cursor (Plaid /transactions/sync). It may change between any two
// calls: one that is in the middle of its pages then has to start again, as at Plaid.
type Feed struct {
	mu     sync.Mutex
	log    []change // oldest first; a cursor is a place in it
	told   int      // of log, by where the bridge has read the bank
	status string
}

// change is one entry of a Feed. Removed has the id alone.
type change struct {
	kind string // "added", "modified" or "removed"
	row  Row
}

// How far a Feed's bridge has read the bank.
const (
	FeedNotReady = "NOT_READY"
	FeedRecent   = "INITIAL_UPDATE_COMPLETE"
	FeedWhole    = "HISTORICAL_UPDATE_COMPLETE"
)

func newFeed(rows []Row) *Feed {
	f := &Feed{status: FeedWhole}
	f.Add(rows...)
	return f
}

// Add puts rows in.
func (f *Feed) Add(rows ...Row) { f.change("added", rows...) }

// Modify changes the rows with the ids of rows.
func (f *Feed) Modify(rows ...Row) { f.change("modified", rows...) }

// Remove takes rows back.
func (f *Feed) Remove(ids ...string) {
	for _, id := range ids {
		f.change("removed", Row{ID: id})
	}
}

// Post removes the pending row with an id, and adds what it was posted as.
func (f *Feed) Post(pending string, as Row) {
	as.Names, as.Pending = pending, false
	f.Remove(pending)
	f.Add(as)
}

func (f *Feed) change(kind string, rows ...Row) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range rows {
		f.log = append(f.log, change{kind, r})
	}
	f.told = len(f.log)
}

// Read says how far the bridge has read the bank: so many entries of the Feed. The others come later.
func (f *Feed) Read(status string, entries int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.status, f.told = status, min(entries, len(f.log))
}

// Rows is the account as it stands now, newest first.
func (f *Feed) Rows() []Row {
	f.mu.Lock()
	defer f.mu.Unlock()
	var all []Row
	for _, c := range f.log[:f.told] {
		at := slices.IndexFunc(all, func(r Row) bool { return r.ID == c.row.ID })
		switch {
		case c.kind == "removed" && at >= 0:
			all = slices.Delete(all, at, at+1)
		case c.kind != "removed" && at >= 0:
			all[at] = c.row
		case c.kind != "removed":
			all = append(all, c.row)
		}
	}
	slices.SortStableFunc(all, func(x, y Row) int { return int(y.Day - x.Day) })
	return all
}

// sync answers a call at a cursor. One that has more names how long the feed was when its pages began.
func (f *Feed) sync(q Question, ask plaidAsk) (int, any) {
	f.mu.Lock()
	defer f.mu.Unlock()
	account, at, began := ask.Options.Account, 0, 0
	if ask.Cursor != "" {
		of := ""
		if n, err := fmt.Sscanf(ask.Cursor, "%d/%d/%s", &at, &began, &of); err != nil || n != 3 || of != account || at > f.told {
			return http.StatusBadRequest, map[string]string{"error_type": "INVALID_REQUEST", "error_code": "INVALID_FIELD", "error_message": "cursor not associated with access_token"}
		}
	}
	switch {
	case account == "" || ask.Count < 1 || ask.Count > 500:
		return http.StatusBadRequest, map[string]string{"error_type": "INVALID_REQUEST", "error_code": "INVALID_FIELD"}
	case began != 0 && began != f.told:
		return http.StatusBadRequest, map[string]string{"error_type": "TRANSACTIONS_ERROR", "error_code": "TRANSACTIONS_SYNC_MUTATION_DURING_PAGINATION"}
	}
	lists := map[string][]any{"added": {}, "modified": {}, "removed": {}}
	end := min(at+min(ask.Count, 40), f.told)
	if account != "id-"+Shelf {
		at, end = f.told, f.told
	}
	for _, c := range f.log[at:end] {
		if c.kind != "removed" && c.row.Day < ask.since {
			continue
		}
		entry := plaidRow(c.row, account)
		if c.kind == "removed" {
			entry = map[string]any{"transaction_id": c.row.ID, "account_id": account}
		}
		lists[c.kind] = append(lists[c.kind], entry)
	}
	more := end < f.told || q.Looping
	next, began := "", 0
	if more {
		began = f.told
	}
	if f.status != FeedNotReady {
		next = fmt.Sprintf("%d/%d/%s", end, began, account)
	}
	return http.StatusOK, map[string]any{"transactions_update_status": f.status, "accounts": []any{}, "added": lists["added"], "modified": lists["modified"],
		"removed": lists["removed"], "next_cursor": next, "has_more": more, "request_id": "r"}
}

// AFeed is one of its own, empty at first, for Counter.Instead at the bridge of NewPlaidFeed.
func AFeed() *Feed { return newFeed(nil) }

// Answer answers a call for what changed, and no other.
func (f *Feed) Answer(q Question) (int, any) {
	var ask plaidAsk
	if err := json.Unmarshal([]byte(q.Body), &ask); err != nil || q.URL.Path != "/transactions/sync" {
		return 0, nil
	}
	return f.sync(q, ask)
}
