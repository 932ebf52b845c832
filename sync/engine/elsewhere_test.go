package engine_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"coffer/sync/bank/banktest"
	"coffer/sync/wire/wiretest"
)

// TestANextPageElsewhereIsNeverFollowed has the bank name another host in every place where a
// next page could stand. The page is asked for at the bank itself, as a key, and the other host
// gets nothing.
func TestANextPageElsewhereIsNeverFollowed(t *testing.T) {
	elsewhere, count := wiretest.Serve(t, nil, func(http.ResponseWriter, *http.Request) {})
	r := newRig(t)
	r.year("a")
	pages := 0
	r.bank.Script(func(c banktest.Call) *banktest.Reply {
		if c.Page == 0 && !strings.Contains(c.Query, "pageKey") {
			return nil
		}
		if pages++; pages > 1 {
			return &banktest.Reply{Status: 200, Body: `{"page":{},"transactions":[]}`}
		}
		to := elsewhere.URL + "/steal"
		return &banktest.Reply{Status: 200, Body: fmt.Sprintf(`{"page":{"nextPageKey":%q},"links":{"next":{"href":%q}},"next":%q,
			"transactions":[{"postedTimestamp":"2026-11-20","transactionId":"1","amount":1}]}`, to, to, to)}
	})
	r.must()
	asked := false
	for _, c := range r.bank.Calls() {
		asked = asked || strings.Contains(c.Query, "steal")
	}
	if !asked || pages < 2 {
		t.Errorf("the key was not handed back to the bank in %d pages", pages)
	}
	for _, e := range r.bank.Book.Entries() {
		if e.Origin != strings.TrimSuffix(r.bank.URL, "/") {
			t.Errorf("a row went to %s", e.Origin)
		}
	}
	if count.Conns.Load() != 0 || count.In.Load() != 0 {
		t.Errorf("the other host saw %d connections, %d bytes", count.Conns.Load(), count.In.Load())
	}
}
