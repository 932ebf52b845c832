package store_test

import (
	"slices"
	"strings"
	"testing"

	"coffer/app/store"
)

// audit recounts every roll-up and index from the rows and compares.
func audit(t testing.TB, s *store.Store) {
	t.Helper()
	const day = "((key >> 20) - 25567)"
	pairs := []struct{ what, kept, counted string }{
		{
			"days",
			"SELECT day||'|'||account||'|'||currency||'|'||money_in||'|'||money_out||'|'||count FROM days ORDER BY 1",
			"SELECT " + day + "||'|'||account||'|'||currency||'|'||sum(max(minor,0))||'|'||sum(min(minor,0))||'|'||count(*) FROM transactions WHERE status = 0 GROUP BY " + day + ", account, currency ORDER BY 1",
		},
		{
			"months",
			"SELECT month||'|'||account||'|'||category||'|'||currency||'|'||money_in||'|'||money_out||'|'||count FROM months ORDER BY 1",
			`SELECT m||'|'||account||'|'||category||'|'||currency||'|'||sum(max(minor,0))||'|'||sum(min(minor,0))||'|'||count(*) FROM (
				SELECT *, strftime('%Y', ` + day + `*86400, 'unixepoch')*12 + strftime('%m', ` + day + `*86400, 'unixepoch') - 1 AS m FROM transactions WHERE status = 0)
				GROUP BY m, account, category, currency ORDER BY 1`,
		},
		{
			"raw fields without a row", "SELECT key FROM raw ORDER BY 1",
			"SELECT raw.key FROM raw JOIN transactions t ON raw.key IN (t.key, (t.account << 37) + t.key) ORDER BY 1",
		},
		{
			"aliases", "SELECT count(*) FROM aliases",
			"SELECT count(*) FROM (SELECT DISTINCT t.key, coalesce(j.value, t.source) FROM transactions t LEFT JOIN json_each(t.aliases) j WHERE coalesce(j.value, t.source) <> '')",
		},
		{
			"words of rows of which more is known", "SELECT key FROM transactions WHERE word IS NOT NULL ORDER BY 1",
			`SELECT key FROM transactions WHERE word IS NOT NULL AND status = 0 AND history IS NULL AND aliases IS NULL AND names IS NULL
				AND line IS NULL AND source IS NOT NULL ORDER BY 1`,
		},
		{"aliases without a row", "SELECT row FROM aliases ORDER BY 1", "SELECT row FROM aliases JOIN transactions ON key = row ORDER BY 1"},
	}
	for _, p := range pairs {
		kept := must[[]string](t)(s.Column(t.Context(), p.kept))
		counted := must[[]string](t)(s.Column(t.Context(), p.counted))
		if !slices.Equal(kept, counted) {
			t.Fatalf("%s: kept\n%s\ncounted\n%s", p.what, strings.Join(kept, "\n"), strings.Join(counted, "\n"))
		}
	}
	if err := s.Exec(t.Context(), "INSERT INTO words (words, rank) VALUES ('integrity-check', 1)"); err != nil {
		t.Fatalf("the full text index differs from the rows: %v", err)
	}
}

// whole asks SQLite whether tables and indices agree.
func whole(t testing.TB, s *store.Store) {
	t.Helper()
	if found := must[[]string](t)(s.Column(t.Context(), "PRAGMA integrity_check")); len(found) != 1 || found[0] != "ok" {
		t.Fatalf("integrity check: %q", found)
	}
}

// fingerprint is every row that a person could see, ids and ties in their order.
func fingerprint(t testing.TB, s *store.Store) string {
	t.Helper()
	var all []string
	for _, query := range []string{
		`SELECT json_array(hex(id), key, account, status, minor, currency, payee, category, text, memo, note, source, names, at,
			foreign_minor, foreign_currency, bank_category, mcc, card, line, aliases, history, seen, missing, rev, country, channel,
			(SELECT fields FROM raw WHERE raw.key IN (transactions.key, (account << 37) + transactions.key))) FROM transactions ORDER BY id`,
		"SELECT hash||'|'||row FROM aliases ORDER BY 1",
		"SELECT json_array(account, booked, available, credit, as_of, read_at) FROM balances ORDER BY 1",
		"SELECT json_array(account, from_day, to_day, cursor, done, at) FROM readings ORDER BY 1",
		"SELECT json_array(account, from_day, to_day, why, at) FROM gaps ORDER BY 1", "SELECT account||'|'||doc FROM tallies ORDER BY 1",
		"SELECT json_array(day, account, currency, money_in, money_out, count) FROM days ORDER BY 1",
		"SELECT json_array(month, account, category, currency, money_in, money_out, count) FROM months ORDER BY 1",
		"SELECT count(*) FROM replaced", "SELECT count(*) FROM imports", "SELECT count(*) FROM taken", "SELECT count(*) FROM taken_rows",
		"SELECT json_array(hex(row), hex(other), why, verdict, at) FROM reviews ORDER BY 1",
		"SELECT json_array(account, doc) FROM tombstones ORDER BY 1",
		"SELECT json_array(hex(out_row), hex(in_row), why, state, at, out_day, in_day) FROM transfers ORDER BY 1",
		"SELECT json_array(id, link, provider, identity, name, own_name, bank, masked) FROM accounts ORDER BY 1",
		"SELECT json_array(id, day, level, doc, answer, until) FROM alerts WHERE withdrawn = 0 ORDER BY id",
		"SELECT hex(row)||'|'||alert FROM alert_rows ORDER BY 1",
	} {
		all = append(all, must[[]string](t)(s.Column(t.Context(), query))...)
	}
	return strings.Join(all, "\n")
}
