package speed_test

import (
	"testing"

	"coffer/app/ledger"
	"coffer/app/secret"
	"coffer/app/store"
	"coffer/app/vault"
)

// fill stores the whole life of p as if it had been read yesterday.
func fill(b *testing.B, p person, dir string, recovery secret.Text, url string) {
	b.Helper()
	v, err := vault.OpenWithRecovery(dir, recovery)
	ok(b, err)
	s, err := store.Open(b.Context(), v)
	ok(b, err)
	var views []ledger.AccountView
	for a := range accounts {
		views = append(views, p.view(a))
	}
	saved, err := s.SaveAccounts(b.Context(), linkID, views)
	ok(b, err)
	const chunk = 10_000
	for a, account := range saved {
		for from := 0; from < p.each(); from += chunk {
			var plan ledger.Plan
			for i := from; i < min(from+chunk, p.each()); i++ {
				plan.Insert = append(plan.Insert, ledger.Insertion{Row: p.row(a, i), Reason: ledger.Reason{ID: ledger.ReasonNew}})
			}
			_, err := s.Apply(b.Context(), ledger.Write{Account: account.ID, Plan: plan, At: now(),
				Reading: &ledger.Reading{From: p.first(), To: today, Done: true, At: now()}})
			ok(b, err)
		}
	}
	ok(b, s.TidyWords(b.Context()))
	ok(b, s.Close())
	ok(b, v.Close())
	measure(b, job{What: "more", Dir: dir, URL: url}, recovery) // all is scored, nothing is new
}

func ok(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkRefresh50AtMillion is a refresh that brings 50 new rows to a million stored ones of thirty years, in six accounts:
// from its first request to the last commit.
func BenchmarkRefresh50AtMillion(b *testing.B) { refresh50(b, person{rows: 1_000_000, years: 30}) }

// BenchmarkRefresh50AtHundredThousand has as many rows a day as the million, over three years.
func BenchmarkRefresh50AtHundredThousand(b *testing.B) { refresh50(b, person{rows: 100_000, years: 3}) }

// BenchmarkRefresh50AtTenThousand is the same beside few rows, to see whether it is flat.
func BenchmarkRefresh50AtTenThousand(b *testing.B) { refresh50(b, person{rows: 10_000, years: 1}) }

func refresh50(b *testing.B, p person) {
	url, more := aBank(b, p)
	dir, recovery := aVault(b, p.years)
	fill(b, p, dir, recovery, url)
	var sum all
	for range b.N {
		more(9) // in each of six accounts
		c := measure(b, job{What: "more", Dir: dir, URL: url}, recovery)
		if c.Added != 9*accounts {
			b.Fatalf("%d rows came, want %d", c.Added, 9*accounts)
		}
		sum.add(c)
	}
	sum.report(b)
}
