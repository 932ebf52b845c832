package store_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"coffer/app/ledger"
	"coffer/app/store"
)

// large counts the segments of the search index that TidyWords merges.
func large(t *testing.T, s *store.Store) string {
	t.Helper()
	const query = "SELECT count(*) FROM (SELECT 1 FROM words_idx GROUP BY segid HAVING count(*) >= 32)"
	return must[[]string](t)(s.Column(t.Context(), query))[0]
}

// TestASearchIndexIsTidied: what two large writes left is one segment afterwards, cut off in between or not, and everything is found.
func TestASearchIndexIsTidied(t *testing.T) {
	s := newStore(t)
	id := account(t, s, "link-1", "4417")
	const each = 8000
	for part := range 2 {
		var rows []ledger.Row
		for i := range each {
			r := row(1+i%28, -100, fmt.Sprintf("shop%d cellar%d", part*each+i, i%7))
			r.Text = fmt.Sprintf("paid at till%d by card%d", i*31%each, i%100)
			rows = append(rows, r)
		}
		apply(t, s, id, inserts(rows...))
	}
	if large(t, s) != "2" {
		t.Fatalf("%s large segments were left", large(t, s))
	}
	search := func() {
		t.Helper()
		for word, want := range map[string]string{"shop7": "1", "shop15999": "1", "cellar3": fmt.Sprint(2 * ((each + 3) / 7))} {
			got := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM words WHERE words MATCH ?", word))
			if got[0] != want {
				t.Errorf("%s is found %s times, want %s", word, got[0], want)
			}
		}
		ok(t, s.CheckIntegrity(t.Context()))
	}
	search()
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.TidyWords(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("cut off it says %v", err)
	}
	search()
	for range 2 {
		ok(t, s.TidyWords(t.Context()))
		if large(t, s) != "1" {
			t.Errorf("%s large segments are left", large(t, s))
		}
		search()
	}
	apply(t, s, id, inserts(row(3, -100, "shop7 again")))
	if got := must[[]string](t)(s.Column(t.Context(), "SELECT count(*) FROM words WHERE words MATCH 'shop7'")); got[0] != "2" {
		t.Errorf("shop7 is found %s times after another row", got[0])
	}
}
