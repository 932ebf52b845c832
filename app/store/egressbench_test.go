package store_test

import (
	"crypto/rand"
	"path/filepath"
	"testing"
	"time"

	"coffer/app/egress"
	"coffer/app/store"
)

// millionConnections is a store with a million rows in its ledger of connections: five years of
// four links, one row in a hundred troubled. The hashes are not good.
func millionConnections(b *testing.B) *store.Store {
	b.Helper()
	s := must[*store.Store](b)(store.OpenPlain(b.Context(), filepath.Join(b.TempDir(), "a.db"), clock, rand.Reader))
	b.Cleanup(func() { _ = s.Close() })
	for _, fill := range []string{
		`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000000)
			INSERT INTO egress SELECT i, 'link-' || (i % 4), iif(i % 5 = 0, 'accounts', 'transactions'), NULL, 'GET', 'https://bank' || (i % 4) || '.example:443',
			'/accounts/{id}/transactions', 1600000000000000000 + i * 150000000000, '', 'h' || i, 1, iif(i % 100 = 0, 503, 200), 900, 5000, '1.3', 0, 's' FROM n`,
		`INSERT INTO egress_totals (link, origin, requests, problems, sent, received, last)
			SELECT link, origin, count(*), sum(status >= 400), sum(sent), sum(received), max(started) FROM egress GROUP BY link, origin`,
		`INSERT INTO egress_slots SELECT started / 900000000000, count(*), sum(status >= 400), sum(sent), sum(received) FROM egress GROUP BY 1`,
	} {
		ok(b, s.Exec(b.Context(), fill))
	}
	return s
}

func BenchmarkLedgerOfAMillionConnections(b *testing.B) {
	s := millionConnections(b)
	last := time.Unix(0, 1600000000000000000+1000000*150000000000)
	week := egress.Filter{From: last.AddDate(0, 0, -7)}
	for name, work := range map[string]func() error{
		"totals": func() error { _, err := s.EgressTotals(b.Context()); return err },
		"90 days": func() error {
			n := 0
			return s.EgressSlots(b.Context(), func(egress.Slot) bool { n++; return n < 90*96 })
		},
		"first page":          func() error { _, err := s.Entries(b.Context(), egress.Filter{}, 0, 50); return err },
		"last page":           func() error { _, err := s.Entries(b.Context(), egress.Filter{}, 999_950, 50); return err },
		"page of a link":      func() error { _, err := s.Entries(b.Context(), egress.Filter{Link: "link-1"}, 0, 50); return err },
		"last page of a link": func() error { _, err := s.Entries(b.Context(), egress.Filter{Link: "link-1"}, 249_950, 50); return err },
		"page of a week":      func() error { _, err := s.Entries(b.Context(), week, 0, 50); return err },
		"page of problems":    func() error { _, err := s.Entries(b.Context(), egress.Filter{Problems: true}, 0, 50); return err },
		"page of a purpose":   func() error { _, err := s.Entries(b.Context(), egress.Filter{Purpose: "accounts"}, 0, 50); return err },
		"count of all":        func() error { _, err := s.CountEntries(b.Context(), egress.Filter{}); return err },
		"count of a link":     func() error { _, err := s.CountEntries(b.Context(), egress.Filter{Link: "link-1"}); return err },
		"count of problems":   func() error { _, err := s.CountEntries(b.Context(), egress.Filter{Problems: true}); return err },
		"count of a week":     func() error { _, err := s.CountEntries(b.Context(), week); return err },
		"head":                func() error { _, err := s.EgressHead(b.Context()); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				ok(b, work())
			}
		})
	}
}

// BenchmarkLedgerRow is what the row of one request costs: begun and ended, both durable, sealed.
func BenchmarkLedgerRow(b *testing.B) {
	s := newStore(b)
	for b.Loop() {
		e := must[egress.Entry](b)(s.Begin(b.Context(), entry(1)))
		ok(b, s.Complete(b.Context(), e.Seq, egress.Outcome{Ended: noon, Status: 200, Sent: 900, Received: 5000}))
	}
}

func BenchmarkLedgerVerify(b *testing.B) {
	s := newStore(b)
	connections(b, s, 2000)
	b.ResetTimer()
	for b.Loop() {
		ok(b, verifyEgress(b, s))
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/2000, "µs/row")
}
